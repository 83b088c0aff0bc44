/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The duty officer's desk: what waits, who has reported, the log, and everything at hand. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, shortInstant } from "../format.ts";
import { named, pick, t } from "../i18n.ts";
import { ActLine } from "../ui/acts.tsx";
import { levelTone } from "../ui/figures.tsx";
import { ActForm } from "../ui/form.tsx";
import { Actor, Day, Mark, Part, Party, Rows, To, When, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useMay } from "../wire/may.ts";
import { useMonitoring } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

/* Where a line of the desk is dealt with. */
const places: Record<string, string> = { late: "#reporting", missing: "#reporting", proposed: "#restated", finding: "#findings", alert: "/alerts", verify: "/alerts", level: "#level", draft: "#level", action: "#level", round: "#rounds", contact: "#contacts", risk: "#risks" };
const reportTone: Record<string, Tone> = { expected: "none", received: "good", revised: "info", late: "wait", missing: "bad" };

function Level(): JSX.Element {
  const level = useView("level", {});
  const proposals = useView("level-proposals", { open: true });
  const actions = useView("level-actions", { open: true });
  const now = level.rows?.[0];
  return (
    <Part id="level" title={t("desk.level")}>
      {now && (
        <p class={`level ${now.level}`}>
          <Mark tone={levelTone[now.level] ?? "info"}>{named("value", now.level)}</Mark>{" "}
          <span class="meta">
            {t("desk.since")} <When at={now.since} short />
          </span>
          {now.draft_due && !now.draft_at && (
            <Mark tone={now.overdue ? "bad" : "wait"}>
              {t("desk.draft-due")} {shortInstant(now.draft_due)}
            </Mark>
          )}
        </p>
      )}
      <ul class="todo">
        {proposals.rows?.map((p) => (
          <li key={p.id}>
            <Mark tone="wait">
              {t("desk.proposed")} {named("value", p.level)}
            </Mark>
            <span class="meta">
              {named("value", p.trigger)} · {t("desk.due")} <When at={p.due} short />
            </span>
            <ActLine acts={[{ kind: "level.decide", subject: `proposal/${p.id}` }]} />
          </li>
        ))}
        {actions.rows?.map((a) => (
          <li key={a.id}>
            <Mark tone="wait">{named("value", a.action)}</Mark>
            <span class="meta">
              <When at={a.at} short />
            </span>
            <ActLine acts={[{ kind: "level.finish-action", subject: `action/${a.id}` }]} />
          </li>
        ))}
      </ul>
      <ActLine
        acts={[
          { kind: "level.request", subject: "level" },
          { kind: "level.lower", subject: "level" },
          ...(now?.draft_due && !now.draft_at ? [{ kind: "level.file-draft" as const, subject: `level/${now.id}` }] : []),
        ]}
      />
    </Part>
  );
}

function Reporting(): JSX.Element {
  const monitoring = useMonitoring();
  const reporting = useView("reporting", {});
  return (
    <Part id="reporting" title={t("desk.reporting")} side={<To href="/report">{t("desk.report-link")}</To>}>
      <Rows of={reporting} none={t("desk.no-reporting")} waiting={6}>
        {(rows) => (
          <div class="table" tabIndex={0}>
            <table aria-label={t("desk.reporting")}>
              <thead>
                <tr>
                  <th scope="col">{t("desk.member")}</th>
                  <th scope="col">{t("desk.state")}</th>
                  <th scope="col">{t("desk.received")}</th>
                  <th scope="col">{t("desk.last-day")}</th>
                  <th scope="col">{t("desk.complete")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((r) => (
                  <tr key={`${r.region} ${r.party}`}>
                    <th scope="row">
                      <Party id={r.party} />
                      <small>{monitoring.region(r.region)}</small>
                    </th>
                    <td>
                      <Mark tone={reportTone[r.state] ?? "none"}>{named("value", r.state)}</Mark>
                    </td>
                    <td class="number">{r.received ? <When at={r.received} short /> : <span class="faint">{t("desk.due-at", { when: shortInstant(r.due) })}</span>}</td>
                    <td class="number">
                      <Day of={r.last_day} />
                    </td>
                    <td class="number">{t("desk.of", { n: String(r.reported), all: String(r.of) })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Rows>
    </Part>
  );
}

function Restated(): JSX.Element | null {
  const reports = useView("reports", { state: "proposed" });
  if (!reports.rows?.length) return null;
  return (
    <Part id="restated" title={t("desk.restated")} note={t("desk.restated-note")}>
      <ul class="todo">
        {reports.rows.map((r) => (
          <li key={r.id}>
            <span>
              <Party id={r.party} /> {t("desk.changes", { n: r.changed })}
            </span>
            <When at={r.at} short />
            {r.reason && <span class="meta">{r.reason}</span>}
            <ActLine
              acts={[
                { kind: "report.confirm", subject: `report/${r.id}` },
                { kind: "report.reject", subject: `report/${r.id}` },
              ]}
            />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Findings(): JSX.Element {
  const findings = useView("findings", { open: true, limit: 100 });
  return (
    <Part id="findings" title={t("desk.findings")}>
      <Rows of={findings} none={t("desk.no-findings")}>
        {(rows) => (
          <ul class="todo">
            {rows.map((f) => (
              <li key={f.id}>
                <span>
                  <Mark tone={f.kind === "overdue" ? "bad" : "wait"}>{named("value", f.kind)}</Mark> <Party id={f.party} /> {f.indicator && named("value", f.indicator)}
                </span>
                <Day of={f.day} />
                {f.value !== undefined && <span class="meta">{t("desk.found", { value: String(f.value), expected: String(f.expected ?? "–") })}</span>}
                <ActLine acts={[{ kind: "finding.settle", subject: `finding/${f.id}` }]} />
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

function Shift(): JSX.Element {
  const shifts = useView("shifts", { limit: 1 });
  const log = useView("log", { limit: 60 });
  const may = useMay();
  const [more, setMore] = useState(false);
  const shift = shifts.rows?.[0];
  const open = shift?.state === "open";
  return (
    <Part id="log" title={t("desk.log")} side={shift && <Mark tone={open ? "good" : "wait"}>{`${named("value", shift.state)} · ${shortInstant(shift.opened)}`}</Mark>}>
      {may("log.write") && open && (
        <div class="compact">
          <ActForm kind="log.write" subject="log" start={{ kind: "note" }} button={t("desk.write")} />
        </div>
      )}
      <ActLine
        acts={[
          { kind: "shift.open", subject: "shift" },
          { kind: "shift.hand-over", subject: "shift" },
          { kind: "shift.close", subject: "shift" },
        ]}
      />
      <Rows of={log} none={t("desk.no-log")}>
        {(rows) => (
          <>
            <ol class="stream">
              {(more ? rows : rows.slice(0, 12)).map((e) => (
                <li key={e.id} class={e.corrected ? "corrected" : ""}>
                  <span class="meta">
                    <When at={e.at} short /> · {named("value", e.kind)} · <Actor office={e.office} /> {e.corrects && t("desk.corrects", { n: String(e.corrects) })}
                  </span>
                  {e.party && <Party id={e.party} />} {e.text}
                </li>
              ))}
            </ol>
            {rows.length > 12 && (
              <button type="button" class="quiet" onClick={() => setMore(!more)}>
                {more ? t("desk.less") : t("desk.more")}
              </button>
            )}
          </>
        )}
      </Rows>
    </Part>
  );
}

function Rounds(): JSX.Element {
  const rounds = useView("rounds", { open: true });
  return (
    <Part id="rounds" title={t("desk.rounds")}>
      <Rows of={rounds} none={t("desk.no-rounds")}>
        {(rows) =>
          rows.map((r) => (
            <div key={r.id} class="round">
              <h3>{r.topic}</h3>
              <p>
                <Mark tone={r.waiting.length ? "wait" : "good"}>{t("desk.reached", { n: String(r.reached.length), all: String(r.parties.length) })}</Mark>
              </p>
              {r.waiting.length > 0 && <p>{t("desk.waiting")}</p>}
              <ul class="todo">
                {r.waiting.map((p) => (
                  <li key={p}>
                    <Party id={p} />
                    <ActLine acts={[{ kind: "call.record", subject: `party/${p}`, start: { round: r.id, topic: r.topic } }]} />
                  </li>
                ))}
              </ul>
              <ActLine acts={[{ kind: "round.close", subject: `round/${r.id}` }]} />
            </div>
          ))
        }
      </Rows>
      <ActLine acts={[{ kind: "round.open", subject: "round" }]} />
    </Part>
  );
}

function Contacts(): JSX.Element {
  const contacts = useView("contacts", {});
  return (
    <Part id="contacts" title={t("desk.contacts")}>
      <Rows of={contacts} none={t("desk.no-contacts")}>
        {(rows) => (
          <div class="table" tabIndex={0}>
            <table aria-label={t("desk.contacts")}>
              <thead>
                <tr>
                  <th scope="col">{t("desk.member")}</th>
                  <th scope="col">{t("desk.body")}</th>
                  <th scope="col">{t("desk.phone")}</th>
                  <th scope="col">{t("desk.tested")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((c) => (
                  <tr key={c.id}>
                    <th scope="row">
                      <Party id={c.party} />
                    </th>
                    <td>
                      {pick(c.name)}
                      <small>
                        {c.office} · {named("value", c.role)}
                      </small>
                    </td>
                    <td class="number">
                      <a href={`tel:${c.phone.replace(/[^+\d]/g, "")}`}>{c.phone}</a>
                    </td>
                    <td>{c.tested ? <Mark tone={c.reached ? "good" : "bad"}>{shortInstant(c.tested)}</Mark> : <Mark tone="none">{t("desk.never")}</Mark>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Rows>
    </Part>
  );
}

function Sitreps(): JSX.Element {
  const sitreps = useView("sitreps", { limit: 10 });
  return (
    <Part id="sitreps" title={t("desk.sitreps")}>
      <Rows of={sitreps} none={t("desk.no-sitreps")}>
        {(rows) => (
          <ol class="todo">
            {rows.map((s) => (
              <li key={s.id}>
                <details>
                  <summary>
                    {s.number} {s.title}
                  </summary>
                  <p class="prose">{s.text}</p>
                  {s.sources > 0 && <Sources of={s.id} />}
                </details>
                <When at={s.at} short />
                {s.differing > 0 && <Mark tone="wait">{t("desk.differing", { n: s.differing })}</Mark>}
              </li>
            ))}
          </ol>
        )}
      </Rows>
      <ActLine acts={[{ kind: "sitrep.issue", subject: "sitrep" }]} />
    </Part>
  );
}

function Sources({ of }: { of: number }): JSX.Element {
  const sources = useView("sitrep-sources", { sitrep: of });
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("desk.sources")}>
        <thead>
          <tr>
            <th scope="col">{t("desk.source")}</th>
            <th scope="col">{t("desk.says")}</th>
            <th scope="col">{t("desk.reported-then")}</th>
            <th scope="col">{t("desk.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {sources.rows?.map((s, i) => (
            <tr key={i}>
              <th scope="row">{s.source}</th>
              <td>{s.says}</td>
              <td class="number">{s.reported ?? "–"}</td>
              <td class="number">{s.difference ? <Mark tone="wait">{String(s.difference)}</Mark> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Risks(): JSX.Element {
  const risks = useView("risks", { open: true });
  const standbys = useView("standbys", {});
  const measures = useView("measures", {});
  return (
    <>
      <Part id="risks" title={t("desk.risks")}>
        <Rows of={risks} none={t("desk.no-risks")}>
          {(rows) => (
            <ul class="todo">
              {rows.map((r) => (
                <li key={r.id}>
                  <span>
                    <Mark tone={r.likelihood * r.consequence >= 12 ? "bad" : "wait"}>{`${r.likelihood} × ${r.consequence}`}</Mark> {r.title}
                  </span>
                  <span class="meta">
                    {r.owner} · {t("desk.next")} <Day of={r.next} /> {r.overdue && <Mark tone="bad">{t("desk.overdue")}</Mark>}
                  </span>
                  <ActLine acts={[{ kind: "risk.review", subject: `risk/${r.id}` }]} />
                </li>
              ))}
            </ul>
          )}
        </Rows>
        <ActLine acts={[{ kind: "risk.enter", subject: "risk" }]} />
      </Part>
      <Part title={t("desk.standbys")}>
        <Rows of={standbys} none={t("desk.no-standbys")}>
          {(rows) => (
            <ul class="todo">
              {rows.map((s) => (
                <li key={s.id}>
                  <span>
                    <Mark tone={s.state === "activated" ? "info" : s.state === "declared" ? "good" : "none"}>{named("value", s.state)}</Mark> {s.topic}
                  </span>
                  <Day of={s.since} />
                </li>
              ))}
            </ul>
          )}
        </Rows>
        <ActLine acts={[{ kind: "standby.declare", subject: "standby" }]} />
      </Part>
      <Part title={t("desk.measures")}>
        <Rows of={measures} none={t("desk.no-measures")}>
          {(rows) => (
            <ul class="todo">
              {rows.map((m) => (
                <li key={`${m.party} ${m.measure}`}>
                  <span>
                    <Party id={m.party} /> {named("value", m.measure)}
                  </span>
                  <Mark tone={m.in_force ? "wait" : "none"}>{m.in_force ? t("desk.in-force", { day: day(m.since) }) : t("desk.lifted", { day: day(m.since) })}</Mark>
                </li>
              ))}
            </ul>
          )}
        </Rows>
      </Part>
    </>
  );
}

function Waits(): JSX.Element {
  const desk = useView("desk", {});
  return (
    <Part title={t("desk.waits")}>
      <Rows of={desk} none={t("desk.nothing-waits")} waiting={5}>
        {(rows) => (
          <ul class="tiles">
            {rows.map((r) => (
              <li key={r.what} class={r.count ? "tile due" : "tile"}>
                <a href={places[r.what] ?? "#level"}>
                  <b>{r.count}</b>
                  <span>{t(`desk.what-${r.what}`, { n: r.count })}</span>
                  {r.count > 0 && r.since && <small>{t("desk.oldest", { when: shortInstant(r.since) })}</small>}
                </a>
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

export default function Desk(): JSX.Element {
  useParties();
  return (
    <>
      <Head view="desk" />
      <Waits />
      <div class="columns">
        <div>
          <Reporting />
          <Restated />
          <Findings />
          <Sitreps />
          <Contacts />
        </div>
        <div>
          <Level />
          <Shift />
          <Rounds />
          <Risks />
        </div>
      </div>
    </>
  );
}
