/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* figures.tsx: counts by day as pictures, each with the same in words for who does not see it. */
import type { JSX } from "preact";
import { day } from "../format.ts";
import { lang, t } from "../i18n.ts";
import type { Tone } from "./parts.tsx";
import { saveFile } from "./save.ts";

export interface Point {
  day: string;
  value: number | undefined;
  alarm?: boolean | undefined; /* a rule flagged it */
  before?: number | undefined; /* what was reported first, where it was changed */
  bound?: number | undefined; /* of a rule */
}

export interface Band {
  day: string;
  mid: number | undefined;
  low: number | undefined;
  high: number | undefined;
}

export function count(n: number | undefined): string {
  return n === undefined ? "–" : new Intl.NumberFormat(lang.value).format(n);
}

/* With so many digits after the point or comma of the language. */
export function decimal(n: number | undefined, digits: number): string {
  return n === undefined ? "–" : new Intl.NumberFormat(lang.value, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
}

/* By how much this week differs from the week before, in per cent. */
export function change(week: number | undefined, before: number | undefined): number | undefined {
  return week === undefined || before === undefined || before <= 0 ? undefined : Math.round((100 * (week - before)) / before);
}

export function Change({ week, before }: { week: number | undefined; before: number | undefined }): JSX.Element {
  const c = change(week, before);
  if (c === undefined) return <span class="faint">–</span>;
  const sign = c > 0 ? "▲" : c < 0 ? "▼" : "=";
  return (
    <span class={c >= 50 ? "change up" : "change"}>
      <span aria-hidden="true">{sign} </span>
      {new Intl.NumberFormat(lang.value, { signDisplay: "exceptZero" }).format(c)} %
    </span>
  );
}

export const levelTone: Record<string, Tone> = { normal: "good", watch: "info", heightened: "wait", acute: "bad" };

function nice(max: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, max)));
  return [1, 2, 5, 10].map((m) => m * step).find((m) => m >= max) ?? max;
}

/* A gap is a gap: the line stops where nothing was reported. */
function lines(points: Point[], x: (i: number) => number, y: (v: number) => number): string {
  let open = false;
  return points
    .map((p, i) => {
      if (p.value === undefined) {
        open = false;
        return "";
      }
      const word = `${open ? "L" : "M"}${x(i).toFixed(1)} ${y(p.value).toFixed(1)}`;
      open = true;
      return word;
    })
    .join("");
}

/* The mean of seven days, where at least four of them were reported. */
export function smooth(points: Point[]): Point[] {
  return points.map((p, i) => {
    const week = points.slice(Math.max(0, i - 6), i + 1).flatMap((q) => (q.value === undefined ? [] : [q.value]));
    return { day: p.day, value: week.length >= 4 ? week.reduce((a, b) => a + b, 0) / week.length : undefined };
  });
}

/* A small line without axes, for a table or a tile. */
export function Spark({ points, label }: { points: Point[]; label: string }): JSX.Element {
  const w = 120;
  const h = 28;
  const max = Math.max(1, ...points.map((p) => p.value ?? 0));
  const x = (i: number): number => 2 + (i * (w - 4)) / Math.max(1, points.length - 1);
  const y = (v: number): number => h - 3 - (v * (h - 6)) / max;
  return (
    <svg class="spark" viewBox={`0 0 ${w} ${h}`} role="img" aria-label={label} preserveAspectRatio="none">
      <path class="curve" d={lines(smooth(points), x, y)} />
    </svg>
  );
}

/* The picture with the colours of the page, as a file of its own. */
function savePicture(figure: Element | null, name: string): void {
  const svg = figure?.querySelector("svg");
  if (!svg) return;
  const copy = svg.cloneNode(true) as SVGElement;
  const from = svg.querySelectorAll("*");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.querySelectorAll("*").forEach((e, i) => {
    const style = getComputedStyle(from[i] ?? svg);
    for (const k of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font"]) (e as SVGElement).style.setProperty(k, style.getPropertyValue(k));
  });
  saveFile(`${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.svg`, new XMLSerializer().serializeToString(copy), "image/svg+xml");
}

export function SavePicture({ name }: { name: string }): JSX.Element {
  return (
    <button type="button" class="quiet no-print" onClick={(e) => savePicture(e.currentTarget.closest("figure"), name)}>
      {t("figures.save")}
    </button>
  );
}

/* A line with its interval, and the line at 1. */
export function BandPicture({ points, title }: { points: Band[]; title: string }): JSX.Element {
  const w = 960;
  const h = 180;
  const left = 56;
  const bottom = 26;
  const max = Math.min(4, Math.max(1.5, ...points.map((p) => p.high ?? 0)));
  const step = (w - left - 8) / Math.max(1, points.length);
  const x = (i: number): number => left + (i + 0.5) * step;
  const y = (v: number): number => h - bottom - (Math.min(v, max) * (h - bottom - 10)) / max;
  const every = Math.max(1, Math.ceil(points.length / 8));
  const known = points.map((p, i) => ({ ...p, i })).filter((p) => p.mid !== undefined);
  return (
    <figure class="curve-figure">
      <svg class="figure" viewBox={`0 0 ${w} ${h}`} role="img" aria-label={title}>
        {[0, 1, 2, 3, 4]
          .filter((v) => v <= max)
          .map((v) => (
            <g key={v}>
              <line class={v === 1 ? "rule one" : "rule"} x1={left} x2={w - 8} y1={y(v)} y2={y(v)} />
              <text x={left - 8} y={y(v) + 4} text-anchor="end">
                {v}
              </text>
            </g>
          ))}
        {known.map((p) => (
          <rect key={p.day} class={(p.low ?? 0) > 1 ? "band above" : "band"} x={p.i * step + left} width={step + 0.5} y={y(p.high ?? 0)} height={Math.max(0.5, y(p.low ?? 0) - y(p.high ?? 0))} />
        ))}
        <path
          class="curve"
          d={lines(
            points.map((p) => ({ day: p.day, value: p.mid })),
            x,
            y,
          )}
        />
        {points.map((p, i) =>
          i % every === 0 ? (
            <text key={p.day} x={x(i)} y={h - 6} text-anchor="middle">
              {p.day.slice(5)}
            </text>
          ) : null,
        )}
      </svg>
      <figcaption class="note">
        {t("figures.band-key")} <SavePicture name={title} />
      </figcaption>
    </figure>
  );
}

/* Columns by day, the mean of seven days as a line, what was reported first as a ghost. */
export function Curve({ points, title }: { points: Point[]; title: string }): JSX.Element {
  const w = 960;
  const h = 260;
  const left = 56;
  const bottom = 26;
  const max = nice(Math.max(1, ...points.map((p) => Math.max(p.value ?? 0, p.before ?? 0))));
  const step = (w - left - 8) / Math.max(1, points.length);
  const x = (i: number): number => left + (i + 0.5) * step;
  const y = (v: number): number => h - bottom - (v * (h - bottom - 10)) / max;
  const every = Math.max(1, Math.ceil(points.length / 8));
  return (
    <figure class="curve-figure">
      <svg class="figure" viewBox={`0 0 ${w} ${h}`} role="img" aria-label={title}>
        {[0, 0.25, 0.5, 0.75, 1].map((f) => (
          <g key={f}>
            <line class="rule" x1={left} x2={w - 8} y1={y(f * max)} y2={y(f * max)} />
            <text x={left - 8} y={y(f * max) + 4} text-anchor="end">
              {count(Math.round(f * max))}
            </text>
          </g>
        ))}
        {points.map((p, i) => (
          <g key={p.day}>
            {p.before !== undefined && p.before !== p.value && <rect class="ghost" x={x(i) - step * 0.4} width={Math.max(1, step * 0.8)} y={y(p.before)} height={h - bottom - y(p.before)} />}
            {p.value !== undefined ? (
              <rect class={p.alarm ? "column alarm" : "column"} x={x(i) - step * 0.4} width={Math.max(1, step * 0.8)} y={y(p.value)} height={Math.max(0.75, h - bottom - y(p.value))}>
                <title>{`${day(p.day)}: ${count(p.value)}`}</title>
              </rect>
            ) : (
              <line class="gap" x1={x(i)} x2={x(i)} y1={h - bottom} y2={h - bottom + 5} />
            )}
            {p.alarm && <path class="flag" d={`M${x(i)} ${y(p.value ?? 0) - 12}l5 6h-10z`} />}
            {i % every === 0 && (
              <text x={x(i)} y={h - 6} text-anchor="middle">
                {p.day.slice(5)}
              </text>
            )}
          </g>
        ))}
        <path
          class="bound"
          d={lines(
            points.map((p) => ({ day: p.day, value: p.bound === undefined ? undefined : Math.min(p.bound, max) })),
            x,
            y,
          )}
        />
        <path class="curve" d={lines(smooth(points), x, y)} />
      </svg>
      <figcaption class="note">
        {t("figures.key")} <SavePicture name={title.split(".")[0] ?? title} />
      </figcaption>
    </figure>
  );
}
