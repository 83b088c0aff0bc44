/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One place in depth: figures by day, revisions as ghosts, what the rules flag, as of any day. */
import type { DepthRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { addDays, day, instant, shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { BandPicture, count, Curve, decimal, type Point } from "../ui/figures.tsx";
import { Actor, Mark, Part, Rows } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useAreas } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

const SPAN = 120; /* days shown */

/* Every day of the span: what was not reported is a gap. */
function points(rows: { day: string; value?: number | undefined; new?: number | undefined; past: { value?: number | undefined }[] }[], depth: Map<string, DepthRow>, total: boolean): Point[] {
  const last = rows.at(-1)?.day;
  if (!last) return [];
  const by = new Map(rows.map((r) => [r.day, r]));
  const first = (d: string): number | undefined => by.get(d)?.past[0]?.value ?? by.get(d)?.value;
  /* What was reported first of a day: of a total, how it differed from that of the day before. */
  const ghost = (d: string): number | undefined => {
    if (!total) return by.get(d)?.past[0]?.value;
    const [a, b] = [first(d), first(addDays(d, -1))];
    const changed = by.get(d)?.past.length || by.get(addDays(d, -1))?.past.length;
    return changed && a !== undefined && b !== undefined ? Math.max(0, a - b) : undefined;
  };
  return Array.from({ length: SPAN }, (_, i) => {
    const d = addDays(last, i - SPAN + 1);
    const r = by.get(d);
    const deep = depth.get(d);
    return { day: d, value: r?.new ?? r?.value, alarm: Boolean(deep?.flagged.length), before: ghost(d), bound: deep?.bound };
  });
}

/* The office in which somebody reported. */
function By({ office }: { office: string | undefined }): JSX.Element | null {
  return office ? (
    <span class="meta">
      <Actor office={office} />
    </span>
  ) : null;
}

export default function Figures({ party, indicator }: { party: string; indicator: string }): JSX.Element {
  const parties = useParties();
  const area = new URLSearchParams(location.search).get("area");
  const areas = useAreas();
  const place = { party, indicator, ...(area ? { area } : {}) };
  const [back, setBack] = useState(0);
  const own = useView("series", place);
  const daily = indicator.endsWith("-new");
  /* Where only the running total is reported, its differences are shown. */
  const total = daily && own.rows?.length === 0;
  const kept = total ? { ...place, indicator: indicator.replace(/-new$/, "-total") } : place;
  const now = useView("series", kept);
  const at = now.at ? addDays(now.at, -back) : "";
  const asOf = back && at ? { as_of: `${at}T23:59:59Z` } : {};
  const series = useView("series", { ...kept, ...asOf });
  const deep = useView("depth", { ...place, ...asOf }, !daily);
  const shown = series.rows ?? now.rows;
  const depth = new Map(deep.rows?.map((r) => [r.day, r]) ?? []);
  const these = points(shown ?? [], depth, total);
  const flagged = these.filter((p) => p.alarm).length;
  const band = these.map((p) => ({ day: p.day, mid: depth.get(p.day)?.r, low: depth.get(p.day)?.r_low, high: depth.get(p.day)?.r_high }));
  const r = deep.rows?.findLast((x) => x.r !== undefined);
  const spoken = r && t("figures.r-words", { day: day(r.day), r: decimal(r.r, 2), low: decimal(r.r_low, 2), high: decimal(r.r_high, 2) });
  const title = `${parties.short(party)}${area ? `, ${areas(party, area)}` : ""}: ${named("value", indicator)}`;
  return (
    <>
      <Head view="figures" title={title} />
      <div class="tools">
        <label class="slider">
          <span>{back ? t("figures.as-of", { day: day(at) }) : t("figures.as-of-now")}</span>
          <input type="range" min={0} max={SPAN} step={1} value={SPAN - back} aria-valuetext={back ? day(at) : t("figures.as-of-now")} onInput={(e) => setBack(SPAN - Number(e.currentTarget.value))} />
        </label>
        <a href={`/api/v1/figures/csv?party=${party}&indicator=${indicator}`}>{t("board.download")}</a>
      </div>
      <Rows of={{ rows: shown, problem: series.problem }} none={t("figures.none")} waiting={8}>
        {(rows) => (
          <>
            <Curve points={these} title={`${title}. ${t("figures.words", { n: String(rows.length), flagged: String(flagged), last: count(rows.at(-1)?.new ?? rows.at(-1)?.value) })}`} />
            {r && <BandPicture points={band} title={`${title}. ${spoken ?? ""}`} />}
            {r && <p>{spoken}</p>}
            {daily && (
              <p>
                <a href={`/history?party=${party}&indicator=${indicator}`}>{t("figures.history")}</a>
              </p>
            )}
            <Part title={t("figures.days")}>
              <div class="table" tabIndex={0}>
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
                          <td class="number">
                            {r.recorded ? shortInstant(r.recorded) : "–"} <By office={r.office} />
                          </td>
                          <td>
                            {r.past.map((p) => (
                              <small key={p.report} title={instant(p.recorded)}>
                                {p.state ? named("value", p.state) : count(p.value)}, {shortInstant(p.recorded)} <By office={p.office} /> {p.reason && `(${p.reason})`}
                              </small>
                            ))}
                          </td>
                          <td>
                            {depth.get(r.day)?.flagged.map((f) => (
                              <span key={f}>
                                <Mark tone="wait">{named("value", f)}</Mark>{" "}
                              </span>
                            ))}
                          </td>
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
