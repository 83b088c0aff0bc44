/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Consultations outside the regular sessions: who takes part, what was agreed, what is to be done. */
import type { ConsultationsRow } from "gen/schema";
import type { JSX } from "preact";
import { day, shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { ActLine, ActParts } from "../ui/acts.tsx";
import { Evidence, OpenRoom } from "../ui/consult.tsx";
import { ActForm } from "../ui/form.tsx";
import { Mark, Nothing, Part, Party, PartyList, Rows, To, type Tone } from "../ui/parts.tsx";
import { seatName } from "../ui/seatname.ts";
import { Head } from "../ui/shell.tsx";
import { TrailLink } from "../ui/trail.tsx";
import { useNames, useParties } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

const tone: Record<string, Tone> = { asked: "wait", declined: "none", called: "info", open: "info", noted: "wait", agreed: "good" };

function Parties({ of, over }: { of: number; over: boolean }): JSX.Element {
  const parties = useView("consultation-parties", { id: of });
  return (
    <ul class="plates">
      {parties.rows?.map((p) => (
        <li key={p.party}>
          <Party id={p.party} /> {p.answer && <Mark tone={p.answer === "cannot" ? "bad" : "good"}>{named("value", p.answer)}</Mark>} {p.settled && <Mark tone={p.settled === "agree" ? "good" : "bad"}>{named("value", p.settled)}</Mark>}
          <small>
            {p.seat} {p.came ? t("consultations.came", { when: shortInstant(p.came) }) : over ? t("consultations.absent") : ""} {p.left && t("consultations.left", { when: shortInstant(p.left) })} {p.words}
          </small>
        </li>
      ))}
    </ul>
  );
}

function Actions({ of, subject }: { of: number; subject: string }): JSX.Element | null {
  const actions = useView("consultation-actions", { consultation: of });
  const names = useNames();
  const parties = useParties();
  if (!actions.rows?.length) return null;
  return (
    <>
      <h4>{t("consultations.todos")}</h4>
      <ul class="todo">
        {actions.rows.map((a) => (
          <li key={a.number}>
            <span>
              <Mark tone={a.done ? "good" : a.overdue ? "bad" : "wait"}>{a.text}</Mark> <small>{parties.find(a.responsible) ? parties.short(a.responsible) : seatName(names, a.responsible)}</small>
            </span>
            <span class="number">{day(a.due)}</span>
            {!a.done && <ActLine acts={[{ kind: "consultation.finish-action", subject, about: `action/${a.number}`, fixed: { number: a.number } }]} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function One({ c }: { c: ConsultationsRow }): JSX.Element {
  const names = useNames();
  const subject = `consultation/${c.id}`;
  const own = seat.value?.party;
  const over = c.state === "agreed" || c.state === "noted" || c.state === "declined";
  const call = { title: c.title, text: c.text, mode: c.mode, form: "video", out_of_schedule: true };
  return (
    <article class="consultation" id={`c${c.id}`}>
      <h3>
        {c.title} {c.made_for && <small>{c.made_for}</small>} {c.body && <small>{names.name("bodies", c.body)}</small>}
      </h3>
      <p class="badges">
        <Mark tone={tone[c.state] ?? "none"}>{named("value", c.state)}</Mark>
        {c.state === "asked" && c.answer_due && <Mark tone={c.late ? "bad" : "wait"}>{t("consultations.asked-by", { when: shortInstant(c.answer_due) })}</Mark>}
        {c.out_of_schedule && <Mark tone="info">{t("consultations.out")}</Mark>}
        {c.mode !== "actual" && <Mark tone="info">{named("value", c.mode)}</Mark>}
        {c.asked_by && <Party id={c.asked_by} />}
        {c.begins && <span>{t("consultations.begins", { when: shortInstant(c.begins) })}</span>}
        {c.channel ? <span>{names.name("channels", c.channel)}</span> : c.form && <span>{named("value", c.form)}</span>}
        {c.alert && <To href={`/alerts/${c.alert}`}>{named("page", "alert")}</To>}
      </p>
      {c.text && <p class="note">{c.text}</p>}
      {c.reason && <p class="note">{c.reason}</p>}
      {c.alert && <Evidence alert={c.alert} at={c.asked ?? c.answered} />}
      {c.state !== "asked" && c.state !== "declined" && <Parties of={c.id} over={over} />}
      {c.note && (
        <p class="prose">
          {c.outcome && <b>{named("value", c.outcome)}</b>} {c.note}
        </p>
      )}
      {c.note && <Actions of={c.id} subject={subject} />}
      <p class="links">
        <TrailLink from="consultation" id={c.id} /> {c.state === "agreed" && own && <a href={`/help?consultation=${c.id}`}>{t("consultations.request-help")}</a>}
      </p>
      {c.form !== "telephone" && <OpenRoom c={c} />}
      <ActLine
        acts={[
          ...(c.state === "asked" ? [{ kind: "consultation.call" as const, subject, start: call, fixed: c.alert ? { alert: c.alert } : {} }, { kind: "consultation.decline" as const, subject }] : []),
          ...(own && (c.state === "called" || c.state === "open") ? [{ kind: "consultation.answer" as const, subject }] : []),
          ...(c.state === "called" ? [{ kind: "consultation.open" as const, subject }] : []),
          ...(c.state === "open" ? [{ kind: "consultation.attend" as const, subject, start: own ? { party: own } : {} }] : []),
          ...(c.state === "open" || c.state === "called" || c.state === "noted" ? [{ kind: "consultation.note" as const, subject }] : []),
          ...(c.state === "noted" && own ? [{ kind: "consultation.settle" as const, subject, start: { version: c.version } }] : []),
        ]}
      />
    </article>
  );
}

/* The soonest that the charter's notice allows, and a quarter of an hour for the typing. */
function soonest(notice: unknown, now: string): string | undefined {
  const hours = /^PT(\d+)H$/.exec(String(notice))?.[1];
  if (!hours || !now) return undefined;
  return `${new Date(Date.parse(now) + Number(hours) * 3600000 + 15 * 60000).toISOString().slice(0, 17)}00Z`;
}

/* From an alert: whom it proposes, each with a seat; a party asks, an office calls. */
function FromAlert({ alert }: { alert: number }): JSX.Element | null {
  const parties = useParties();
  const alerts = useView("alerts", {});
  const rules = useView("rules", { path: "meetings" }).rows;
  const a = alerts.rows?.find((r) => r.id === alert);
  if (!a || !parties.rows || !rules) return null;
  const begins = soonest((rules.find((r) => r.path === "meetings")?.value as { notice?: { consultation?: string } } | undefined)?.notice?.consultation, alerts.at);
  const title = `${parties.short(a.party)}: ${named("value", a.indicator)}`;
  const among = parties.sorted([...new Set([a.party, ...a.participants])]);
  const start = { title, form: "video", mode: "actual", out_of_schedule: true, ...(begins ? { begins } : {}), made_for: t("consultations.made-for"), seats: among.map((party) => ({ party, title: t("consultations.seat") })) };
  return (
    <Part title={t("consultations.from-alert")}>
      <p>
        <To href={`/alerts/${alert}`}>{title}</To> <PartyList ids={among} />
      </p>
      <Evidence alert={alert} at={undefined} />
      {seat.value?.party ? <ActForm kind="consultation.ask" subject="consultation" about={`alert/${alert}`} fixed={{ alert }} start={{ title, mode: "actual" }} /> : <ActForm kind="consultation.call" subject="consultation" about={`alert/${alert}`} fixed={{ alert }} start={start} />}
    </Part>
  );
}

export default function Consultations(): JSX.Element {
  const all = useView("consultations", {});
  const sum = useView("consultation-sum", {});
  const alert = Number(new URLSearchParams(location.search).get("alert")) || undefined;
  return (
    <>
      <Head view="consultations" />
      {alert ? (
        <FromAlert alert={alert} />
      ) : (
        <ActParts
          title={t("consultations.new")}
          acts={[
            { kind: "consultation.call", subject: "consultation", start: { form: "video", mode: "actual", out_of_schedule: true } },
            { kind: "consultation.ask", subject: "consultation", start: { mode: "actual" } },
          ]}
        />
      )}
      <Rows of={all} none={t("consultations.none")} waiting={6}>
        {(rows) => {
          const open = rows.filter((c) => c.state !== "agreed" && c.state !== "declined");
          const past = rows.filter((c) => c.state === "agreed" || c.state === "declined");
          return (
            <>
              <Part title={t("consultations.open")} side={<span class="count">{sum.rows?.map((y) => `${y.year}: ${t("consultations.figures", { n: String(y.out_of_schedule), m: String(y.in_schedule) })}`).join("; ")}</span>}>
                {open.length ? open.map((c) => <One key={c.id} c={c} />) : <Nothing>{t("consultations.none")}</Nothing>}
              </Part>
              {past.length > 0 && (
                <Part title={t("consultations.past")}>
                  {past.map((c) => (
                    <One key={c.id} c={c} />
                  ))}
                </Part>
              )}
            </>
          );
        }}
      </Rows>
    </>
  );
}
