/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Home: what waits for me, what happened since I last looked, what is due. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { day, daysBetween, relativeDays } from "../format.ts";
import { named, pick, t } from "../i18n.ts";
import { Actor, Day, Mark, Part, Party, PartyList, Plate, Rows, Subject, To, Trouble, When } from "../ui/parts.tsx";
import { useAttempt } from "../ui/verify.tsx";
import { newId, postAct } from "../wire/api.ts";
import { Head } from "../ui/shell.tsx";
import { useNames } from "../wire/names.ts";
import { seat, seatText, secretariat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

/* One thing that waits: what, about whom, and where to go. */
interface Todo {
  key: string;
  what: ComponentChildren;
  href?: string;
  due?: string;
  notice?: { year: number; number: number };
}

/* Receipt of a notification, confirmed with one press; a second press is the same act. */
function Acknowledge({ year, number }: { year: number; number: number }): JSX.Element {
  const id = useRef(newId());
  const { busy, problem, attempt } = useAttempt();
  return (
    <>
      <button
        type="button"
        class="quiet"
        disabled={busy}
        aria-label={t("home.acknowledge-one", { number: `${number}/${year}` })}
        onClick={() => void attempt(async () => void (await postAct(id.current, "notice.acknowledge", "notice", { year, number })))}
      >
        {t("home.acknowledge")}
      </button>
      {problem && <Trouble problem={problem} />}
    </>
  );
}

function useTodo(): { items: Todo[]; known: boolean } {
  const staff = secretariat.value;
  const party = seat.value?.party;
  const held = useView("held-deposits", {}, !staff);
  const files = useView("status-files", {}, !staff && !party);
  const notices = useView("notices", {}, !party);
  const instruments = useView("instruments", {}, !staff);
  const items: Todo[] = [];
  for (const h of held.rows ?? [])
    if (!h.settled) items.push({ key: `held-${h.act}`, what: <>{t("home.held")} <Party id={h.party} plain /></>, href: `/instruments/${h.instrument}` });
  for (const i of instruments.rows ?? [])
    if (i.due && !i.in_force) items.push({ key: `due-${i.id}`, what: t("home.confirm", { title: pick(i.title) }), href: `/instruments/${i.id}`, due: i.due });
  if (staff)
    for (const f of files.rows ?? [])
      if (f.state === "applied" || f.state === "examined")
        items.push({ key: `file-${f.id}`, what: <>{t(f.state === "applied" ? "home.examine" : "home.table", { n: f.id })} <Party id={f.party} plain /></>, href: `/statuses/${f.id}` });
  if (party)
    for (const f of files.rows ?? [])
      if (f.party === party && f.state === "returned") items.push({ key: `file-${f.id}`, what: t("home.complete", { n: f.id }), href: `/statuses/${f.id}` });
  if (party)
    for (const n of notices.rows ?? [])
      if (n.to.includes(party) && !n.received.includes(party))
        items.push({ key: `notice-${n.year}-${n.number}`, what: t("home.notice", { number: `${n.number}/${n.year}`, act: named("act", n.kind) }), href: `/record/${n.seq}`, notice: n });
  const known = (!staff || (held.rows ?? instruments.rows) !== undefined) && (!party || notices.rows !== undefined || notices.problem !== undefined);
  return { items, known };
}

const SHOWN = 8;

function Waits(): JSX.Element {
  const { items, known } = useTodo();
  const [all, setAll] = useState(false);
  return (
    <Part title={t("home.waits")} side={<span class="count">{items.length}</span>}>
      <Rows of={{ rows: known ? items : undefined, problem: undefined }} none={t("home.waits-none")} waiting={3}>
        {(rows) => (
          <>
            <ul class="todo">
              {rows.slice(0, all ? undefined : SHOWN).map((i) => (
                <li key={i.key}>
                  {i.href ? <To href={i.href}>{i.what}</To> : i.what}
                  {i.due && <Day of={i.due} />}
                  {i.notice && <Acknowledge year={i.notice.year} number={i.notice.number} />}
                </li>
              ))}
            </ul>
            {rows.length > SHOWN && !all && (
              <button type="button" onClick={() => setAll(true)}>
                {t("home.show-all", { n: rows.length })}
              </button>
            )}
          </>
        )}
      </Rows>
    </Part>
  );
}

/* The number of the last act this seat has looked at, kept in this browser. */
function useSeen(): { since: number | undefined; look: (seq: number) => void } {
  const key = `seen:${seat.value ? seatText(seat.value) : ""}`;
  const [since, setSince] = useState<number | undefined>(undefined);
  useEffect(() => setSince(Number(localStorage.getItem(key) ?? 0)), [key]);
  return {
    since,
    look: (seq) => {
      localStorage.setItem(key, String(seq));
      setSince(seq);
    },
  };
}

function Happened(): JSX.Element {
  const record = useView("record", { limit: 40 });
  const { since, look } = useSeen();
  /* The daily run over the figures is routine; what it finds is not. */
  const rows = record.rows?.filter((r) => r.kind !== "monitoring.run").slice(0, 10);
  const fresh = since ? (record.rows ?? []).filter((r) => r.seq > since).length : 0;
  const newest = record.rows?.[0]?.seq ?? 0;
  useEffect(() => {
    if (since === 0 && newest) look(newest); /* the first look: all that is there is known */
  }, [since, newest]);
  return (
    <Part
      title={t("home.happened")}
      side={
        fresh > 0 ? (
          <button type="button" class="quiet" onClick={() => look(newest)}>
            {t("home.seen", { n: fresh })}
          </button>
        ) : null
      }
    >
      <Rows of={{ rows, problem: record.problem }} none={t("home.happened-none")} waiting={6}>
        {(list) => (
          <ol class="stream">
            {list.map((r) => (
              <li key={r.seq} class={since && r.seq > since ? "fresh" : ""}>
                <To href={`/record/${r.seq}`}>{named("act", r.kind)}</To> <Subject of={r.subject} />
                {!r.done && <Mark tone="bad">{t("home.refused")}</Mark>}
                {since !== undefined && since > 0 && r.seq > since && <span class="new">{t("home.new")}</span>}
                <span class="meta">
                  <When at={r.at} /> · <Actor office={r.office} party={r.party} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </Rows>
      <p>
        <a href="/record">{t("home.record")}</a>
      </p>
    </Part>
  );
}

function Due(): JSX.Element | null {
  const theirs = secretariat.value || seat.value?.party !== undefined;
  const reminders = useView("reminders", {}, !theirs);
  if (!theirs || reminders.problem?.status === 403) return null;
  const today = reminders.at;
  return (
    <Part title={t("home.due")}>
      <Rows of={reminders} none={t("home.due-none")} waiting={3}>
        {(rows) => (
          <ul class="todo">
            {rows.slice(0, SHOWN).map((r) => (
              <li key={`${r.kind}${r.subject}${r.text ?? ""}`}>
                <span>
                  {named("value", r.kind)}: <Subject of={r.subject} />
                </span>
                <time dateTime={r.due} title={day(r.due)}>
                  {day(r.due)} <small class="faint">{relativeDays(daysBetween(today, r.due))}</small>
                </time>
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

function Members(): JSX.Element {
  const parties = useView("parties", { all: true });
  const names = useNames();
  const chairs = useView("chairs", {});
  const chair = chairs.rows?.[0];
  const rows = parties.rows?.filter((p) => p.status && p.status !== "interlocutor");
  return (
    <Part title={t("home.members")} side={<a href="/parties">{t("home.all-parties")}</a>}>
      <Rows of={{ rows, problem: parties.problem }} none={t("home.no-members")} waiting={6}>
        {(list) => (
          <ul class="plates">
            {list.map((p) => (
              <li key={p.id}>
                <Plate code={p.code} /> <To href={`/parties/${p.id}`}>{pick(p.short)}</To>
                <small>
                  {names.name("statuses", p.status ?? "")}
                  {chair?.party === p.id && ` · ${t("home.chair")}`}
                  {p.suspended && ` · ${t("home.suspended")}`}
                </small>
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

function Gates(): JSX.Element {
  const gates = useView("gates", {});
  const rows = gates.rows?.filter((g) => g.instrument);
  return (
    <Part title={t("home.gates")} side={<To href="/statuses">{t("home.all-gates")}</To>}>
      <Rows of={{ rows, problem: gates.problem }} none={t("home.gates-none")} waiting={2}>
        {(list) => (
          <ul class="gates">
            {list.map((g) => (
              <li key={g.status}>
                <b>{pick(g.text)}</b>
                <Mark tone={g.open ? "good" : "wait"}>{g.open ? t("home.open") : t("home.closed", { have: g.deposits, need: g.need })}</Mark>
                {g.waiting.length > 0 && (
                  <span class="meta">
                    {t("home.waiting-for")} <PartyList ids={g.waiting} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

export default function Home(): JSX.Element {
  return (
    <>
      <Head view="home" />
      <div class="columns">
        <div>
          {seat.value && <Waits />}
          <Happened />
        </div>
        <div>
          <Due />
          <Gates />
          <Members />
        </div>
      </div>
    </>
  );
}
