/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parts.tsx: what every page is put together from. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { pages } from "virtual:pages";
import { day, instant, shortInstant } from "../format.ts";
import { named, pick, t, type Texts } from "../i18n.ts";
import { match } from "../match.ts";
import type { Problem } from "../wire/api.ts";
import { useNames, useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";
import { seatName } from "./seatname.ts";

/* The code of a party as on its name plate; its flag where the organisation has one. */
export function Plate({ code }: { code: string | undefined }): JSX.Element {
  return (
    <span class="plate" aria-hidden="true">
      {code ?? "·"}
    </span>
  );
}

/* A link where there is such a page; else the words alone. */
export function To({ href, children }: { href: string; children: ComponentChildren }): JSX.Element {
  const path = href.split(/[?#]/)[0] ?? "";
  return match(pages, path) ? <a href={href}>{children}</a> : <span>{children}</span>;
}

/* A party by its short name, linked to its page. */
export function Party({ id, plain }: { id: string; plain?: boolean }): JSX.Element {
  const parties = useParties();
  const party = parties.find(id);
  const name = party ? pick(party.short) : id;
  return (
    <span class="party">
      <Plate code={party?.code} />
      {plain ? name : <To href={`/parties/${id}`}>{name}</To>}
    </span>
  );
}

/* An instrument by its title. */
export function Instrument({ id }: { id: string }): JSX.Element {
  const { rows } = useView("instruments", {});
  const title = pick(rows?.find((i) => i.id === id)?.title) || id;
  return <To href={`/instruments/${id}`}>{title}</To>;
}

/* Parties in protocol order. */
export function PartyList({ ids }: { ids: string[] }): JSX.Element {
  const parties = useParties();
  return (
    <span class="party-list">
      {parties.sorted(ids).map((id) => (
        <Party key={id} id={id} />
      ))}
    </span>
  );
}

export type Tone = "good" | "wait" | "bad" | "none" | "info";
const marks: Record<Tone, string> = { good: "✓", wait: "◷", bad: "✕", none: "–", info: "●" };

/* A state: shape, word and colour, so that colour alone never carries it. */
export function Mark({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <span class={`mark ${tone}`}>
      <span class="sign" aria-hidden="true">
        {marks[tone]}
      </span>
      {children}
    </span>
  );
}

export function Day({ of }: { of: string | undefined }): JSX.Element {
  return of ? <time dateTime={of}>{day(of)}</time> : <span class="faint">–</span>;
}

/* An instant in the reader's zone, with the zone named. */
export function When({ at, short }: { at: string; short?: boolean }): JSX.Element {
  return (
    <time dateTime={at} title={short ? instant(at) : at}>
      {short ? shortInstant(at) : instant(at)}
    </time>
  );
}

export function Text({ of }: { of: Texts | undefined }): JSX.Element {
  return <>{pick(of)}</>;
}

/* A part of a page with its heading. */
export function Part(props: { title: string; note?: ComponentChildren; side?: ComponentChildren; id?: string; children: ComponentChildren }): JSX.Element {
  const own = useId();
  const id = props.id ?? own;
  return (
    <section class="part" aria-labelledby={id}>
      <div class="part-head">
        <h2 id={id}>{props.title}</h2>
        {props.side}
      </div>
      {props.note && <p class="note">{props.note}</p>}
      {props.children}
    </section>
  );
}

/* Rows that hold the place until the registers answer. */
export function Waiting({ rows = 4 }: { rows?: number }): JSX.Element {
  return (
    <div class="waiting" role="status" aria-label={t("part.loading")}>
      {Array.from({ length: rows }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  );
}

export function Nothing({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="nothing">{children}</p>;
}

/* What the charter says to a question: the rule, and where it comes from. */
export function Why({ rule, sources }: { rule: string; sources?: string[] | undefined }): JSX.Element {
  return (
    <details class="why">
      <summary>{t("part.why")}</summary>
      <p>
        {t("part.rule")}{" "}
        <To href={`/charter#${rule}`}>
          <code>{rule}</code>
        </To>
      </p>
      {sources && sources.length > 0 && (
        <p>
          {t("part.source")} {sources.map((s) => (s === "assumed" ? t("part.assumed") : s)).join("; ")}
        </p>
      )}
    </details>
  );
}

/* A reply that says no, in words; with its rule where there is one. */
export function Trouble({ problem, again }: { problem: Problem; again?: () => void }): JSX.Element {
  const lost = problem.status === 0;
  return (
    <div class={lost ? "trouble wait" : "trouble"} role="alert">
      <p>
        <Mark tone={lost ? "wait" : "bad"}>{lost ? t("part.unreachable") : problem.detail || problem.title || problem.code}</Mark>
      </p>
      {problem.rule && <Why rule={problem.rule} sources={problem.sources} />}
      {again && (
        <button type="button" onClick={again}>
          {t("part.again")}
        </button>
      )}
    </div>
  );
}

/* Why there is nothing: not here yet, absent, not for this seat, or trouble. */
export function Missing({ problem, none, waiting }: { problem: Problem | undefined; none: string; waiting?: number }): JSX.Element {
  if (!problem) return <Waiting rows={waiting ?? 4} />;
  if (problem.status === 404) return <Nothing>{none}</Nothing>;
  return problem.status === 401 || problem.status === 403 ? <Nothing>{t("part.not-yours")}</Nothing> : <Trouble problem={problem} />;
}

/* Rows, or why there are none. */
export function Rows<Row>(props: {
  of: { rows: Row[] | undefined; problem: Problem | undefined };
  none: string;
  waiting?: number;
  children: (rows: Row[]) => ComponentChildren;
}): JSX.Element {
  const { rows, problem } = props.of;
  if (rows) return rows.length ? <>{props.children(rows)}</> : <Nothing>{props.none}</Nothing>;
  return <Missing problem={problem} none={props.none} waiting={props.waiting ?? 4} />;
}

const pageOf: Record<string, (id: string) => string> = {
  alert: (id) => `/alerts/${id}`,
  consultation: (id) => `/consultations#c${id}`,
  request: (id) => `/help/${id}`,
  room: (id) => `/rooms/${id}`,
};

/* What an act is about: "party/ol", "instrument/x", "file/75", with a link where there is a page. */
export function Subject({ of }: { of: string }): JSX.Element {
  const names = useNames();
  const [kind = "", id = ""] = of.split("/");
  if (kind === "party" && id) return <Party id={id} />;
  if (kind === "instrument") return <Instrument id={id} />;
  if (kind === "file") return <To href={`/statuses/${id}`}>{t("part.file", { n: id })}</To>;
  const href = pageOf[kind]?.(id);
  if (href && /^\d+$/.test(id)) return <To href={href}>{t(`part.${kind as "alert" | "consultation" | "request" | "room"}`, { n: id })}</To>;
  if (kind === "offer") return <span>{t("part.offer", { n: id })}</span>;
  if (kind === "office") return <span>{names.name("offices", id)}</span>;
  if (kind === "body") return <span>{names.name("bodies", id)}</span>;
  return <span>{id || named("value", kind)}</span>;
}

/* Who acted: the office, and for which party. */
export function Actor(props: { office?: string | undefined; party?: string | undefined }): JSX.Element {
  const names = useNames();
  const parties = useParties();
  if (!props.office) return <span class="faint">{t("part.machine")}</span>;
  return (
    <span>
      {seatName(names, props.office)}
      {props.party && <span class="faint"> · {parties.short(props.party)}</span>}
    </span>
  );
}
