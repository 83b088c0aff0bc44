/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Consultations outside the regular sessions: who takes part, what was agreed, what is to be done. */
import type { ConsultationsRow } from "gen/schema";
import type { JSX } from "preact";
import { day, shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { ActLine, ActParts } from "../ui/acts.tsx";
import { Mark, Nothing, Part, Party, Rows, To, When, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

const tone: Record<string, Tone> = { asked: "wait", called: "info", noted: "wait", agreed: "good" };
const answerTone: Record<string, Tone> = { accept: "good", decline: "bad", "other-time": "wait" };

function Parties({ of, over }: { of: number; over: boolean }): JSX.Element {
  const parties = useView("consultation-parties", { consultation: of });
  return (
    <ul class="plates">
      {parties.rows?.map((p) => (
        <li key={p.party}>
          <Party id={p.party} /> {p.answer && <Mark tone={answerTone[p.answer] ?? "none"}>{named("value", p.answer)}</Mark>}
          <small>
            {p.came ? t("consultations.came", { when: shortInstant(p.came) }) : over ? t("consultations.absent") : p.text} {p.left && t("consultations.left", { when: shortInstant(p.left) })} {p.agreed && `· ${t("consultations.agrees")}`}
          </small>
        </li>
      ))}
    </ul>
  );
}

function Todos({ of, subject }: { of: number; subject: string }): JSX.Element | null {
  const todos = useView("consultation-todos", { consultation: of });
  if (!todos.rows?.length) return null;
  return (
    <>
      <h3>{t("consultations.todos")}</h3>
      <ul class="todo">
        {todos.rows.map((d) => (
          <li key={d.number}>
            <span>
              <Mark tone={d.done ? "good" : d.overdue ? "bad" : "wait"}>{d.what}</Mark> {d.party && <Party id={d.party} />}
            </span>
            <span class="number">{day(d.due)}</span>
            {!d.done && <ActLine acts={[{ kind: "consultation.finish", subject, fixed: { number: d.number } }]} />}
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
  const over = c.state === "agreed" || c.state === "noted";
  return (
    <article class="consultation" id={`c${c.id}`}>
      <h3>
        {c.topic} {c.group && <small>{c.group}</small>}
      </h3>
      <p>
        <Mark tone={tone[c.state] ?? "none"}>{named("value", c.state)}</Mark> {named("value", c.form)} {c.channel && names.name("channels", c.channel)} {c.begins && t("consultations.begins", { when: shortInstant(c.begins) })} {c.state === "asked" && c.due && t("consultations.asked-by", { when: shortInstant(c.due) })} {c.out_of_schedule && <Mark tone="info">{t("consultations.out")}</Mark>}{" "}
        {c.kind !== "actual" && <Mark tone="info">{named("value", c.kind)}</Mark>} {c.alert && <To href={`/alerts/${c.alert}`}>{named("page", "alert")}</To>}
      </p>
      <Parties of={c.id} over={over} />
      {c.note && <p class="prose">{c.note}</p>}
      <Todos of={c.id} subject={subject} />
      <ActLine
        acts={[
          ...(c.state === "asked" ? [{ kind: "consultation.call" as const, subject: "consultation", start: { topic: c.topic, form: c.form, asked: c.id, kind: c.kind, parties: c.parties, out_of_schedule: true, alert: c.alert } }] : []),
          ...(own && !over ? [{ kind: "consultation.answer" as const, subject }] : []),
          ...(c.state === "called" ? [{ kind: "consultation.presence" as const, subject, start: own ? { party: own } : {} }, { kind: "consultation.paper" as const, subject }, { kind: "consultation.conclude" as const, subject }] : []),
          ...(c.state === "noted" && own ? [{ kind: "consultation.agree" as const, subject }] : []),
        ]}
      />
    </article>
  );
}

function Papers(): JSX.Element | null {
  const papers = useView("consultation-papers", {});
  if (!papers.rows?.length) return null;
  return (
    <Part title={t("consultations.papers")}>
      <ul class="todo">
        {papers.rows.map((p) => (
          <li key={p.seq}>
            <span>
              {p.title} <small>{named("value", p.type)}</small>
            </span>
            <span>
              {p.party && <Party id={p.party} />} <When at={p.at} short />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export default function Consultations(): JSX.Element {
  const all = useView("consultations", {});
  const figures = useView("consultation-figures", {});
  const from = new URLSearchParams(location.search);
  const alert = Number(from.get("alert")) || undefined;
  const named_ = from.get("parties")?.split(",").filter(Boolean);
  const start = { form: "video", kind: "actual", out_of_schedule: true, ...(alert ? { alert } : {}), ...(named_?.length ? { parties: named_ } : {}) };
  const sum = (figures.rows ?? []).reduce((a, f) => ({ out: a.out + f.out_of_schedule, in: a.in + f.in_schedule }), { out: 0, in: 0 });
  return (
    <>
      <Head view="consultations" />
      <ActParts
        title={t("consultations.new")}
        acts={[
          { kind: "consultation.call", subject: "consultation", start },
          { kind: "consultation.ask", subject: "consultation", start: { form: start.form, kind: start.kind, ...(alert ? { alert } : {}) } },
        ]}
      />
      <Rows of={all} none={t("consultations.none")} waiting={6}>
        {(rows) => {
          const open = rows.filter((c) => c.state !== "agreed" && c.state !== "answered");
          const past = rows.filter((c) => c.state === "agreed");
          return (
            <>
              <Part title={t("consultations.open")} side={<span class="count">{t("consultations.figures", { n: String(sum.out), m: String(sum.in) })}</span>}>
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
      <Papers />
    </>
  );
}
