/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charter: every rule with its source, searchable; versions and what each changed. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ChartersRow, RulesRow } from "gen/schema";
import { lang, named, pick, t, type Texts } from "../i18n.ts";
import { ActParts } from "../ui/acts.tsx";
import { Mark, Part, Rows, To, When } from "../ui/parts.tsx";
import { Value, wordOf, wordsOf } from "../ui/rule.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames, useParties } from "../wire/names.ts";
import { secretariat, seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function titleOf(r: RulesRow): string {
  const v = r.value as { text?: Texts; name?: Texts } | null;
  const own = v && typeof v === "object" ? pick(v.text ?? v.name) : "";
  const last = r.path.split("/").at(-1) ?? "";
  return own || wordOf(last);
}

function Rule({ r, marked }: { r: RulesRow; marked: boolean }): JSX.Element {
  return (
    <article class={marked ? "rule marked" : "rule"} id={r.path} tabIndex={-1} aria-labelledby={`title-${r.path}`}>
      <h3 id={`title-${r.path}`}>
        {titleOf(r)} <code class="faint">{r.path}</code>
      </h3>
      <Value name={r.path.split("/").at(-1) ?? ""} value={r.value} />
      {(r.assumed || r.sources.length > 0) && (
        <p class="source">
          <span class="faint">{t("part.source")}</span>{" "}
          {r.assumed ? <Mark tone="wait">{t("charter.assumed")}</Mark> : r.sources.map((s) => (s === "assumed" ? t("part.assumed") : s)).join("; ")}
        </p>
      )}
    </article>
  );
}

function Changes({ seq }: { seq: number }): JSX.Element {
  const read = useView("charters", { seq });
  const changes = read.rows?.[0]?.changes;
  return (
    <Rows of={{ rows: changes, problem: read.problem }} none={t("charter.first")} waiting={2}>
      {(list) => (
        <ul class="bullets">
          {list.map((c) => (
            <li key={c}>{c}</li>
          ))}
        </ul>
      )}
    </Rows>
  );
}

function Version({ v }: { v: ChartersRow }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <li class="version">
      <div class="part-head">
        <b>
          <When at={v.effective} />
        </b>
        {v.current && <Mark tone="good">{t("charter.in-force")}</Mark>}
        <To href={`/record/${v.seq}`}>{t("charter.act", { n: String(v.seq) })}</To>
      </div>
      <code class="faint">{v.hash}</code>
      <details class="why" onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{t("charter.changes")}</summary>
        {open && <Changes seq={v.seq} />}
      </details>
    </li>
  );
}

function Versions(): JSX.Element {
  const versions = useView("charters", {});
  return (
    <Part title={t("charter.versions")}>
      <Rows of={versions} none={t("charter.none")}>
        {(rows) => (
          <ol reversed>
            {[...rows].reverse().map((v) => (
              <Version key={v.seq} v={v} />
            ))}
          </ol>
        )}
      </Rows>
    </Part>
  );
}

function Proposals(): JSX.Element | null {
  const read = useView("charter-proposals", {}, !seat.value);
  if (!read.rows?.length) return null;
  return (
    <Part title={t("charter.proposals")}>
      {read.rows.map((p) => (
        <div key={p.seq}>
          <p>
            <To href={`/record/${p.seq}`}>{t("charter.act", { n: String(p.seq) })}</To> · <When at={p.at} />
          </p>
          <ul class="bullets">
            {p.changes.map((c) => (
              <li key={c}>{c}</li>
            ))}
          </ul>
        </div>
      ))}
    </Part>
  );
}

/* Everything a rule says, as it is shown and as it is written, as one folded text. */
function useTexts(rows: RulesRow[] | undefined): string[] | undefined {
  const names = useNames();
  const parties = useParties();
  const named = useView("names", {}).rows;
  return useMemo(
    () => rows?.map((r) => `${titleOf(r)} ${r.path} ${wordsOf(names, parties, r.path.split("/").at(-1) ?? "", r.value)} ${JSON.stringify(r.value)} ${r.sources.join(" ")}`.toLocaleLowerCase()),
    [rows, named, parties.rows, lang.value],
  );
}

export default function Charter(): JSX.Element {
  const rules = useView("rules", {});
  const [query, setQuery] = useState("");
  const [onlyAssumed, setOnlyAssumed] = useState(false);
  const [target, setTarget] = useState(decodeURIComponent(location.hash.slice(1)));
  const texts = useTexts(rules.rows);
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows = rules.rows?.filter((r, i) => words.every((w) => texts?.[i]?.includes(w)) && (!onlyAssumed || r.assumed));
  const sections = [...new Set(rows?.map((r) => r.section) ?? [])];
  const here = rules.rows !== undefined;

  useEffect(() => {
    const go = (): void => setTarget(decodeURIComponent(location.hash.slice(1)));
    addEventListener("hashchange", go);
    return () => removeEventListener("hashchange", go);
  }, []);
  useEffect(() => {
    if (here && target) document.getElementById(target)?.scrollIntoView({ block: "start" });
  }, [here, target]);

  return (
    <>
      <Head view="charter" />
      <div class="tools" role="search">
        <label>
          <span class="label">{t("charter.search")}</span>
          <input type="search" value={query} onInput={(e) => setQuery(e.currentTarget.value)} />
        </label>
        <label class="check">
          <input type="checkbox" checked={onlyAssumed} onChange={(e) => setOnlyAssumed(e.currentTarget.checked)} /> {t("charter.only-assumed")}
        </label>
        <span class="count" role="status">
          {rows && t("charter.count", { n: rows.length })}
        </span>
      </div>
      <Rows of={{ rows, problem: rules.problem }} none={t("charter.nothing")} waiting={12}>
        {() => (
          <div class="reader">
            <nav aria-label={t("charter.contents")} class="contents">
              <ul>
                {sections.map((s) => (
                  <li key={s}>
                    <a href={`#section-${s}`}>{named("word", s)}</a>
                  </li>
                ))}
              </ul>
            </nav>
            <div>
              {sections.map((s) => (
                <Part key={s} title={named("word", s)} id={`section-${s}`}>
                  {rows?.filter((r) => r.section === s).map((r) => <Rule key={r.path} r={r} marked={r.path === target} />)}
                </Part>
              ))}
            </div>
          </div>
        )}
      </Rows>
      <Proposals />
      <Versions />
      {secretariat.value && <ActParts acts={[{ kind: "charter.propose", subject: "charter" }, { kind: "charter.adopt", subject: "charter" }]} />}
    </>
  );
}
