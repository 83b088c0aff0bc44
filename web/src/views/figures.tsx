/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One place in depth: figures by day, revisions as ghosts, what the rules flag, as of any day. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, instant, shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { count, Curve, type Point } from "../ui/figures.tsx";
import { Mark, Part, Rows } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useAreas } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

const SPAN = 120; /* days shown */
const rules = ["ears-c1", "ears-c2", "ears-c3", "reproduction", "doubling", "incidence-7", "incidence-14", "week-ratio"] as const;
type Rule = (typeof rules)[number];

function addDays(date: string, n: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + n * 86400000).toISOString().slice(0, 10);
}

/* Every day of the span: what was not reported is a gap. */
function points(rows: { day: string; value?: number | undefined; new?: number | undefined; past: { value?: number | undefined }[] }[], flagged: Set<string>): Point[] {
  const last = rows.at(-1)?.day;
  if (!last) return [];
  const by = new Map(rows.map((r) => [r.day, r]));
  return Array.from({ length: SPAN }, (_, i) => {
    const d = addDays(last, i - SPAN + 1);
    const r = by.get(d);
    return { day: d, value: r?.new ?? r?.value, alarm: flagged.has(d), before: r?.past[0]?.value };
  });
}

export default function Figures({ party, indicator }: { party: string; indicator: string }): JSX.Element {
  const parties = useParties();
  const area = new URLSearchParams(location.search).get("area");
  const areas = useAreas();
  const place = { party, indicator, ...(area ? { area } : {}) };
  const [back, setBack] = useState(0);
  const [rule, setRule] = useState<Rule>("ears-c2");
  const now = useView("series", place);
  const at = now.at ? addDays(now.at.slice(0, 10), -back) : "";
  const asOf = back && at ? { as_of: `${at}T23:59:59Z` } : {};
  const series = useView("series", { ...place, ...asOf });
  const replay = useView("replay", { ...place, rule, ...asOf });
  const shown = series.rows ?? now.rows;
  const flagged = new Set(replay.rows?.map((r) => r.day) ?? []);
  const these = points(shown ?? [], flagged);
  const title = `${parties.short(party)}${area ? `, ${areas(party, area)}` : ""}: ${named("value", indicator)}`;
  return (
    <>
      <Head view="figures" title={title} />
      <div class="tools">
        <label class="slider">
          <span>{back ? t("figures.as-of", { day: day(at) }) : t("figures.as-of-now")}</span>
          <input type="range" min={0} max={SPAN} step={1} value={SPAN - back} aria-valuetext={back ? day(at) : t("figures.as-of-now")} onInput={(e) => setBack(SPAN - Number(e.currentTarget.value))} />
        </label>
        <label>
          {t("figures.rule")}{" "}
          <select value={rule} onChange={(e) => setRule(e.currentTarget.value as Rule)}>
            {rules.map((r) => (
              <option key={r} value={r}>
                {named("value", r)}
              </option>
            ))}
          </select>
        </label>
        <a href={`/api/v1/figures/csv?party=${party}&indicator=${indicator}`}>{t("board.download")}</a>
      </div>
      <Rows of={{ rows: shown, problem: series.problem }} none={t("figures.none")} waiting={8}>
        {(rows) => (
          <>
            <Curve points={these} title={`${title}. ${t("figures.words", { n: String(rows.length), flagged: String(flagged.size), last: count(rows.at(-1)?.new ?? rows.at(-1)?.value) })}`} />
            <Part title={t("figures.days")}>
              <div class="table">
                <table aria-label={t("figures.days")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("board.day")}</th>
                      <th scope="col">{t("figures.value")}</th>
                      <th scope="col">{t("figures.recorded")}</th>
                      <th scope="col">{t("figures.past")}</th>
                      <th scope="col">{t("figures.flag")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows
                      .slice(-28)
                      .reverse()
                      .map((r) => (
                        <tr key={r.day}>
                          <th scope="row" class="number">
                            {day(r.day)}
                          </th>
                          <td class="number">{r.state ? <Mark tone="none">{named("value", r.state)}</Mark> : count(r.new ?? r.value)}</td>
                          <td class="number">{r.recorded ? shortInstant(r.recorded) : "–"}</td>
                          <td>
                            {r.past.map((p) => (
                              <small key={p.report} title={instant(p.recorded)}>
                                {p.state ? named("value", p.state) : count(p.value)} {p.reason && `(${p.reason})`}
                              </small>
                            ))}
                          </td>
                          <td>{flagged.has(r.day) ? <Mark tone="wait">{named("value", rule)}</Mark> : ""}</td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </div>
            </Part>
          </>
        )}
      </Rows>
    </>
  );
}
