/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An instrument: its way to entry into force, its parties, texts and steps; the deposit desk. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PageProps } from "virtual:pages";
import type { InstrumentMatrixRow, InstrumentRow } from "gen/schema";
import { named, pick, t } from "../i18n.ts";
import { ActParts } from "../ui/acts.tsx";
import type { ActFormProps } from "../ui/form.tsx";
import { Day, Mark, Part, Party, PartyList, Plate, Rows, To, When, Why, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames, useParties } from "../wire/names.ts";
import { secretariat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

const tone: Record<string, Tone> = { "in-force": "good", "awaiting-deposits": "wait", signed: "wait", negotiated: "info", terminated: "none" };

/* The way to entry into force: a place for each deposit that is needed, then the day. */
function Way({ i, cells }: { i: InstrumentRow; cells: InstrumentMatrixRow[] }): JSX.Element {
  const parties = useParties();
  const made = cells.filter((c) => c.deposit && !c.withdrawn).sort((a, b) => (a.deposited ?? "").localeCompare(b.deposited ?? ""));
  const open = Math.max(0, i.need - made.length);
  return (
    <ol class="way" aria-label={t("instrument.way")}>
      <li class="step done">
        <span class="step-head">{t("instrument.signed")}</span>
        <Day of={i.signed} />
        {i.place && <small>{i.place}</small>}
      </li>
      {made.map((c) => (
        <li class="step done" key={c.party}>
          <span class="step-head">
            <Plate code={parties.find(c.party)?.code} />
            {parties.short(c.party)}
          </span>
          <Mark tone="good">
            <Day of={c.deposited} />
          </Mark>
        </li>
      ))}
      {Array.from({ length: open }, (_, k) => (
        <li class="step" key={`open${k}`}>
          <span class="step-head">{i.waiting.length === open ? <Party id={parties.sorted(i.waiting)[k] ?? ""} plain /> : t("instrument.a-deposit")}</span>
          <Mark tone="wait">{t("instrument.missing")}</Mark>
        </li>
      ))}
      <li class={i.in_force ? "step end done" : "step end"}>
        <span class="step-head">{t("instrument.in-force")}</span>
        {i.in_force ? (
          <Mark tone="good">
            <Day of={i.in_force} />
          </Mark>
        ) : i.due ? (
          <Mark tone="wait">
            <Day of={i.due} /> {t("instrument.unconfirmed")}
          </Mark>
        ) : (
          <Mark tone="none">{t("instrument.not-yet")}</Mark>
        )}
      </li>
    </ol>
  );
}

function PartiesTable({ cells }: { cells: InstrumentMatrixRow[] }): JSX.Element {
  const parties = useParties();
  const order = parties.sorted(cells.map((c) => c.party));
  const staged = cells.some((c) => c.stage);
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("instrument.parties")}>
        <thead>
          <tr>
            <th scope="col">{t("instrument.party")}</th>
            {staged && <th scope="col">{t("instrument.stage")}</th>}
            <th scope="col">{t("instrument.deposit")}</th>
            <th scope="col">{t("instrument.bound")}</th>
            <th scope="col" class="wide">
              {t("instrument.notification")}
            </th>
          </tr>
        </thead>
        <tbody>
          {order.map((id) => {
            const c = cells.find((x) => x.party === id);
            if (!c) return null;
            return (
              <tr key={id}>
                <th scope="row">
                  <Party id={id} />
                </th>
                {staged && (
                  <td>
                    {c.stage ? named("value", c.stage) : <span class="faint">–</span>} {c.stage_date && <small><Day of={c.stage_date} /></small>}
                  </td>
                )}
                <td>
                  {c.withdrawn ? (
                    <Mark tone="bad">
                      {t("instrument.withdrawn")} <Day of={c.withdrawn} />
                    </Mark>
                  ) : c.deposit ? (
                    <Mark tone="good">
                      <Day of={c.deposited} /> <span class="plain-weight">{named("value", c.deposit)}</span>
                    </Mark>
                  ) : (
                    <Mark tone="none">{c.signatory ? t("instrument.signed-only") : "–"}</Mark>
                  )}
                </td>
                <td class="number">
                  <Day of={c.bound_from} />
                </td>
                <td class="wide number">{c.notification ?? ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Held({ id }: { id: string }): JSX.Element | null {
  const held = useView("held-deposits", {}, !secretariat.value);
  const rows = (held.rows ?? []).filter((h) => h.instrument === id);
  if (!rows.length) return null;
  return (
    <Part title={t("instrument.held")} note={t("instrument.held-note")}>
      <ul class="todo">
        {rows.map((h) => (
          <li key={h.act}>
            <span>
              <Party id={h.party} /> · <To href={`/record/${h.act}`}>{t("instrument.act", { n: String(h.act) })}</To>
            </span>
            {h.settled ? (
              <Mark tone="good">
                {t("instrument.settled")} <When at={h.settled} short />
              </Mark>
            ) : (
              <Mark tone="wait">{t("instrument.letter-due")}</Mark>
            )}
          </li>
        ))}
      </ul>
      <ActParts acts={rows.filter((h) => !h.settled).map((h) => ({ kind: "instrument.settle-held" as const, subject: `instrument/${id}`, about: `act/${h.act}`, fixed: { act: h.act } }))} />
    </Part>
  );
}

/* The depositary's desk, and what a party may do here. */
function desk(i: InstrumentRow): ActFormProps[] {
  const subject = `instrument/${i.id}`;
  const waiting = i.waiting.length === 1 ? { party: i.waiting[0] } : {};
  return [
    { kind: "instrument.deposit", subject, start: waiting },
    { kind: "instrument.confirm-entry", subject, start: i.due ? { date: i.due } : {} },
    { kind: "instrument.stage", subject },
    { kind: "instrument.record-text", subject },
    { kind: "instrument.withdraw-deposit", subject },
    { kind: "instrument.rectify", subject },
    { kind: "instrument.confirm-rectification", subject },
    { kind: "instrument.object", subject },
    { kind: "instrument.terminate", subject },
  ];
}

function Found({ i }: { i: InstrumentRow }): JSX.Element {
  const matrix = useView("instrument-matrix", { instrument: i.id });
  const names = useNames();
  const title = pick(i.title);
  useEffect(() => void (document.title = title), [title]);
  const cells = matrix.rows ?? [];
  return (
    <>
      <Head view="instrument" title={title} lead={names.name("instruments", i.type)}>
        <p class="badges">
          <Mark tone={tone[i.state] ?? "none"}>{named("value", i.state)}</Mark>
          <span>{i.reservations ? t("instrument.reservations") : t("instrument.no-reservations")}</span>
          {i.package && <span class="faint">{t("instrument.package", { name: i.package })}</span>}
        </p>
      </Head>
      <Part title={t("instrument.way")}>
        <Way i={i} cells={cells} />
        <p>
          {t("instrument.headline", { n: i.need, have: i.deposits })} {i.waiting.length > 0 && <>{t("instrument.waiting")} <PartyList ids={i.waiting} /></>}
        </p>
        <Why rule={i.rule} sources={i.sources} />
      </Part>
      <Held id={i.id} />
      <ActParts title={secretariat.value ? t("instrument.desk") : t("part.acts")} acts={desk(i)} />
      <Part title={t("instrument.parties")}>
        <Rows of={matrix} none={t("instrument.no-parties")}>
          {(rows) => <PartiesTable cells={rows} />}
        </Rows>
      </Part>
      <div class="columns">
        <Part title={t("instrument.texts")} note={t("instrument.texts-note")}>
          <dl class="facts">
            {i.texts.map((x) => (
              <>
                <dt key={x.digest}>
                  {named("value", x.language)} {x.authentic && <Mark tone="good">{t("instrument.authentic")}</Mark>}
                </dt>
                <dd>
                  <code>{x.digest}</code>
                </dd>
              </>
            ))}
          </dl>
          <To href="/check">{t("instrument.check")}</To>
        </Part>
        <Part title={t("instrument.steps")}>
          <ol class="stream">
            {i.events.map((e) => (
              <li key={e.seq}>
                <To href={`/record/${e.seq}`}>{named("act", e.kind)}</To> {e.party && <Party id={e.party} />}
                <span class="meta">
                  <When at={e.at} />
                </span>
              </li>
            ))}
          </ol>
        </Part>
      </div>
    </>
  );
}

export default function Instrument({ id = "" }: PageProps): JSX.Element {
  const read = useView("instrument", { id });
  const found = read.rows?.[0];
  if (found) return <Found i={found} />;
  return (
    <>
      <Head view="instrument" />
      <Rows of={{ rows: read.rows, problem: read.problem }} none={t("instrument.none")}>
        {() => null}
      </Rows>
    </>
  );
}
