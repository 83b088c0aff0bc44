/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A party: its names and statuses over time, facts and relations, offices, files. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PageProps } from "virtual:pages";
import type { Fact, PartyRow, Relation } from "gen/schema";
import { named, pick, t } from "../i18n.ts";
import { ActParts } from "../ui/acts.tsx";
import type { ActFormProps } from "../ui/form.tsx";
import { Day, Mark, Nothing, Part, PartyList, Plate, Rows, To } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Timeline, type Span } from "../ui/timeline.tsx";
import { useNames } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function Statuses({ party, today }: { party: PartyRow; today: string }): JSX.Element {
  const names = useNames();
  const name = (id: string): string => names.name("statuses", id);
  const spans: Span[] = party.statuses.map((s) => ({
    label: name(s.status),
    from: s.from,
    to: s.to,
    inner: s.suspended.map((x) => ({ label: t("party.suspended"), from: x.from, to: x.to, tone: "asleep" as const })),
  }));
  if (!spans.length) return <Nothing>{t("party.no-status")}</Nothing>;
  return (
    <>
      <Timeline spans={spans} today={today} label={t("party.picture")} />
      <div class="table" tabIndex={0}>
        <table aria-label={t("party.statuses")}>
          <thead>
            <tr>
              <th scope="col">{t("party.status")}</th>
              <th scope="col">{t("party.from")}</th>
              <th scope="col">{t("party.to")}</th>
              <th scope="col">{t("party.remark")}</th>
            </tr>
          </thead>
          <tbody>
            {party.statuses.map((s) => (
              <tr key={s.status + s.from}>
                <th scope="row">{name(s.status)}</th>
                <td class="number">
                  <Day of={s.from} />
                </td>
                <td class="number">{s.to ? <Day of={s.to} /> : <Mark tone="good">{t("party.goes-on")}</Mark>}</td>
                <td>
                  {s.reason && named("value", s.reason)}
                  {s.suspended.map((x) => (
                    <div key={x.from}>
                      {t("party.suspended")}: <Day of={x.from} /> – {x.to ? <Day of={x.to} /> : "…"} {x.reason && named("value", x.reason)}
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function FactState({ fact }: { fact: Fact }): JSX.Element {
  if (fact.challenged.length)
    return (
      <>
        <Mark tone="bad">{t("party.challenged")}</Mark> <PartyList ids={fact.challenged} />
      </>
    );
  return fact.stale ? <Mark tone="wait">{t("party.stale")}</Mark> : <Mark tone="good">{t("party.fresh")}</Mark>;
}

function Facts({ facts }: { facts: Fact[] }): JSX.Element {
  const latest = facts.filter((f, i) => facts.findIndex((x) => x.fact === f.fact) === i);
  const older = facts.filter((f) => !latest.includes(f));
  const row = (f: Fact, first: boolean): JSX.Element => (
    <tr key={`${f.fact}${f.seq}${f.date}`}>
      <th scope="row">{named("value", f.fact)}</th>
      <td>{f.value ? t("party.yes") : t("party.no")}</td>
      <td class="number">
        <Day of={f.date} />
      </td>
      <td>{first ? <FactState fact={f} /> : <Mark tone="none">{t("party.replaced")}</Mark>}</td>
      <td class="wide">
        {f.source} <To href={`/record/${f.seq}`}>{t("party.act", { n: String(f.seq) })}</To>
      </td>
    </tr>
  );
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("party.facts")}>
        <thead>
          <tr>
            <th scope="col">{t("party.fact")}</th>
            <th scope="col">{t("party.holds")}</th>
            <th scope="col">{t("party.attested-for")}</th>
            <th scope="col">{t("party.state")}</th>
            <th scope="col" class="wide">
              {t("party.source")}
            </th>
          </tr>
        </thead>
        <tbody>
          {latest.map((f) => row(f, true))}
          {older.map((f) => row(f, false))}
        </tbody>
      </table>
    </div>
  );
}

function Relations({ relations }: { relations: Relation[] }): JSX.Element {
  return (
    <dl class="facts">
      {relations.map((r) => (
        <>
          <dt key={r.relation}>{named("value", r.relation)}</dt>
          <dd>
            <PartyList ids={r.with} />
            <div class="meta">
              <Day of={r.date} /> {r.source && `· ${r.source}`}
            </div>
          </dd>
        </>
      ))}
    </dl>
  );
}

function Offices({ id }: { id: string }): JSX.Element {
  const offices = useView("offices", {});
  const rows = offices.rows?.filter((o) => o.party === id);
  return (
    <Part title={t("party.offices")}>
      <Rows of={{ rows, problem: offices.problem }} none={t("party.offices-none")} waiting={2}>
        {(list) => (
          <ul class="todo">
            {list.map((o) => (
              <li key={o.office}>
                <span>
                  {pick(o.text)}
                  {o.acting && ` (${t("party.acting")})`}
                </span>
                <span class="number">
                  <Day of={o.from} /> – {o.to ? <Day of={o.to} /> : "…"}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

function Files({ id }: { id: string }): JSX.Element | null {
  const files = useView("status-files", { party: id }, !seat.value);
  const names = useNames();
  if (!files.rows?.length) return null;
  return (
    <Part title={t("party.files")}>
      <ul class="todo">
        {files.rows.map((f) => (
          <li key={f.id}>
            <To href={`/statuses/${f.id}`}>
              {t("part.file", { n: String(f.id) })}: {names.name("statuses", f.status)}
            </To>
            <span>{named("value", f.state)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Rights({ party }: { party: PartyRow }): JSX.Element {
  const names = useNames();
  if (!party.rights.length) return <Nothing>{t("party.no-rights")}</Nothing>;
  return (
    <ul class="rights">
      {party.rights.map((r) => (
        <li key={r}>
          <Mark tone={party.suspended ? "wait" : "good"}>
            <span class="plain-weight">{names.name("rights", r)}</span>
          </Mark>
        </li>
      ))}
    </ul>
  );
}

/* What the secretariat, a member or the party itself may do here. */
function acts(party: PartyRow, today: string): ActFormProps[] {
  const subject = `party/${party.id}`;
  const own = seat.value?.party === party.id;
  const all: (ActFormProps | false)[] = [
    (own || !seat.value?.party) && { kind: "status.apply", subject },
    { kind: "status.enquire", subject },
    { kind: "party.record-fact", subject, start: { date: today } },
    { kind: "party.record-relation", subject, start: { date: today } },
    !own && { kind: "party.challenge", subject },
    !own && { kind: "party.withdraw-challenge", subject },
    { kind: "party.rename", subject },
    { kind: "status.register", subject, start: { from: today } },
    party.status !== undefined && { kind: "status.suspend", subject },
    party.suspended && { kind: "status.resume", subject },
    own && party.status !== undefined && { kind: "status.give-notice", subject },
    party.status !== undefined && { kind: "status.end", subject },
  ];
  return all.filter((a): a is ActFormProps => a !== false);
}

function Found({ party, at }: { party: PartyRow; at: string }): JSX.Element {
  const names = useNames();
  const title = pick(party.short);
  useEffect(() => void (document.title = title), [title]);
  return (
    <>
      <Head view="party" title={title} lead={pick(party.name)}>
        <p class="badges">
          <Plate code={party.code} />
          <span>{named("value", party.kind)}</span>
          {party.status ? (
            <Mark tone={party.suspended ? "wait" : "good"}>
              {names.name("statuses", party.status)}
              {party.suspended && ` · ${t("party.suspended")}`}
            </Mark>
          ) : (
            <Mark tone="none">{t("party.without")}</Mark>
          )}
          {party.regions.map((r) => (
            <span key={r}>{r}</span>
          ))}
        </p>
      </Head>
      <Part title={t("party.statuses")}>
        <Statuses party={party} today={at} />
      </Part>
      {seat.value && party.facts.length > 0 && (
        <Part title={t("party.facts")}>
          <Facts facts={party.facts} />
        </Part>
      )}
      <ActParts acts={acts(party, at.slice(0, 10))} />
      <div class="columns">
        <div>
          {party.relations.length > 0 && (
            <Part title={t("party.relations")}>
              <Relations relations={party.relations} />
            </Part>
          )}
          <Files id={party.id} />
        </div>
        <div>
          <Offices id={party.id} />
          <Part title={t("party.rights")}>
            <Rights party={party} />
          </Part>
          {party.names.length > 1 && (
            <Part title={t("party.names")}>
              <ul class="todo">
                {party.names.map((n) => (
                  <li key={n.from ?? ""}>
                    <span>{pick(n.name)}</span>
                    {n.from && (
                      <span class="number">
                        {t("party.from")} <Day of={n.from} />
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            </Part>
          )}
        </div>
      </div>
    </>
  );
}

export default function Party({ id = "" }: PageProps): JSX.Element {
  const read = useView("party", { id });
  const party = read.rows?.[0];
  if (party) return <Found party={party} at={read.at} />;
  return (
    <>
      <Head view="party" />
      <Rows of={{ rows: read.rows, problem: read.problem }} none={t("party.none")}>
        {() => null}
      </Rows>
    </>
  );
}
