/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* As of each day: what was flagged at the time, and what the figures of today would flag. */
import type { ReplayRow, StripsRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { addDays, day, daysBetween } from "../format.ts";
import { named, t } from "../i18n.ts";
import { count, levelTone, SavePicture } from "../ui/figures.tsx";
import { Mark, Party, Rows } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { valuesOf } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView, type Read } from "../wire/view.ts";

const rules = ["ears-c2", "reproduction", "ears-c1", "ears-c3", "ears-reproduction", "doubling", "week-ratio", "incidence-7", "incidence-14", "cusum", "bayes"] as const;
/* The first day with a figure above zero. */
function begins(r: StripsRow): string {
  const values = valuesOf(r);
  const i = values.findIndex((v) => v !== undefined && v > 0);
  return addDays(r.first, i < 0 ? values.length - 1 : i);
}

/* All days in a strip: above the line what was flagged then, below it what would be today. */
function Strip({ rows, first, span, at, title }: { rows: ReplayRow[]; first: string; span: number; at: number; title: string }): JSX.Element {
  const x = (d: string): number => daysBetween(first, d);
  return (
    <figure class="history-strip">
      <svg viewBox={`0 0 ${span + 1} 20`} preserveAspectRatio="none" role="img" aria-label={title}>
        <line class="rule" x1="0" x2={span + 1} y1="10" y2="10" />
        {rows
          .filter((r) => x(r.day) >= 0)
          .map((r) => (
            <g key={r.day}>
              {r.then && <rect class="then" x={x(r.day)} width="1" y="1" height="9" />}
              {r.now && <rect class="now" x={x(r.day)} width="1" y="10" height="9" />}
            </g>
          ))}
        <line class="cursor" x1={at + 0.5} x2={at + 0.5} y1="0" y2="20" />
      </svg>
      <figcaption>
        <SavePicture name={title} />
      </figcaption>
    </figure>
  );
}

interface PlaceProps {
  party: string;
  indicator: string;
  rule: (typeof rules)[number];
  first: string;
  span: number;
  at: number;
  now: StripsRow | undefined; /* its figures as they are known today, */
  then: StripsRow | undefined; /* and as they were */
}

function valueOn(strip: StripsRow | undefined, date: string): number | undefined {
  return strip && valuesOf(strip)[daysBetween(strip.first, date)];
}

function Place({ party, indicator, rule, first, span, at, now, then }: PlaceProps): JSX.Element {
  const parties = useParties();
  const on = addDays(first, at);
  const replay = useView("replay", { party, indicator, rule });
  const rows = replay.rows ?? [];
  const one = rows.find((r) => r.day === on);
  const upto = rows.filter((r) => r.day <= on);
  const sum = t("history.sum", { then: String(upto.filter((r) => r.then).length), now: String(upto.filter((r) => r.now).length), both: String(upto.filter((r) => r.then && r.now).length) });
  return (
    <tr>
      <th scope="row">
        <Party id={party} plain />
      </th>
      <td>
        <Strip rows={rows} first={first} span={span} at={at} title={`${parties.short(party)}, ${named("value", rule)}: ${sum}`} />
        <small>{sum}</small>
      </td>
      <td class="number">{count(valueOn(then, on))}</td>
      <td class="number">{count(valueOn(now, on))}</td>
      <td>{one?.then ? <Mark tone="wait">{t("history.flagged")}</Mark> : "–"}</td>
      <td>{one?.now ? <Mark tone="wait">{t("history.flagged")}</Mark> : "–"}</td>
    </tr>
  );
}

export default function History(): JSX.Element {
  const parties = useParties();
  const query = new URLSearchParams(location.search);
  const only = query.get("party");
  const [indicator, setIndicator] = useState(query.get("indicator") ?? "cases-new");
  const [rule, setRule] = useState<(typeof rules)[number]>("ears-c2");
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const strips = useView("strips", { indicator, days: 400 });
  const reporting = useView("reporting", {});
  const alerts = useView("alerts", {});
  const levels = useView("levels", {});
  const level = useView("level", {});
  const of = (strip: Read<StripsRow>, p: string): StripsRow | undefined => strip.rows?.find((r) => r.party === p);
  const who = parties.sorted([...new Set((strips.rows ?? []).map((r) => r.party))].filter((p) => !only || p === only));
  const end = (reporting.at || new Date().toISOString()).slice(0, 10);
  const starts = (alerts.rows ?? []).map((a) => a.first_day).concat((strips.rows ?? []).map(begins));
  const first = starts.reduce((a, b) => (a < b ? a : b), end);
  const span = Math.max(1, daysBetween(first, end));
  const at = Math.min(chosen ?? span - 1, span);
  const on = addDays(first, at);
  /* The figures of that day as they were known at the end of the next: all members at once. */
  const known = useView("strips", { indicator, days: 7, as_of: `${addDays(on, 1)}T23:59:59Z` });
  const then = levels.rows?.find((l) => l.at.slice(0, 10) <= on)?.level ?? levels.rows?.at(-1)?.before ?? level.rows?.[0]?.level;
  const open = (alerts.rows ?? []).filter((a) => a.opened.slice(0, 10) <= on);
  return (
    <>
      <Head view="history" />
      <div class="tools">
        <label class="slider">
          <span>{t("history.as-of", { day: day(on) })}</span>
          <input type="range" min={0} max={span} step={1} value={at} aria-valuetext={day(on)} onInput={(e) => setChosen(Number(e.currentTarget.value))} />
        </label>
        <label>
          {t("history.rule")}{" "}
          <select value={rule} onChange={(e) => setRule(e.currentTarget.value as (typeof rules)[number])}>
            {rules.map((r) => (
              <option key={r} value={r}>
                {named("value", r)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("history.indicator")}{" "}
          <select value={indicator} onChange={(e) => setIndicator(e.currentTarget.value)}>
            {["cases-new", "deaths-new"].map((i) => (
              <option key={i} value={i}>
                {named("value", i)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p>
        {then && <Mark tone={levelTone[then] ?? "info"}>{named("value", then)}</Mark>} <span class="meta">{t("history.alerts", { n: String(open.length) })}</span>
      </p>
      <Rows of={{ rows: strips.rows && who, problem: strips.problem }} none={t("history.none")} waiting={6}>
        {(ids) => (
          <div class="table" tabIndex={0}>
            <table class="history" aria-label={t("history.table")}>
              <thead>
                <tr>
                  <th scope="col">{t("history.member")}</th>
                  <th scope="col">{t("history.strip")}</th>
                  <th scope="col">{t("history.figure-then")}</th>
                  <th scope="col">{t("history.figure-now")}</th>
                  <th scope="col">{t("history.then")}</th>
                  <th scope="col">{t("history.now")}</th>
                </tr>
              </thead>
              <tbody>
                {ids.map((p) => (
                  <Place key={p} party={p} indicator={indicator} rule={rule} first={first} span={span} at={at} now={of(strips, p)} then={of(known, p)} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Rows>
      <p class="note">{t("history.key")}</p>
    </>
  );
}
