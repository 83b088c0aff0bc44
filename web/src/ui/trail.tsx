/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trail.tsx: the picture of a trail: a lane for each thing, a point for each step, the line of a
 * thing beginning at the one that it follows from.  Each step is said beside its point, so the
 * picture is its own text.
 */
import type { TrailRow } from "gen/schema";
import type { JSX } from "preact";
import { duration, instant } from "../format.ts";
import { named, t, type Key } from "../i18n.ts";
import { Mark, Party, To } from "./parts.tsx";

export interface Lane {
  key: string;
  from: number; /* of the rows */
  to: number;
  parent: number; /* of the lanes; -1: none */
}

/* "PT4H20M" of so many minutes. */
export function minutesText(minutes: number): string {
  const d = Math.floor(minutes / 1440);
  const h = Math.floor((minutes % 1440) / 60);
  const m = minutes % 60;
  return duration(`P${d ? `${d}D` : ""}${h || m || !d ? `T${h ? `${h}H` : ""}${m || !h ? `${m}M` : ""}` : ""}`);
}

const keyOf = (r: TrailRow): string => (r.offer ? `offer/${r.offer}` : `${r.object}/${r.number}`);

function parentOf(r: TrailRow, lanes: Lane[]): number {
  const wanted = r.offer ? `assistance/${r.number}` : r.object === "consultation" ? `alert/${r.after}` : `consultation/${r.after}`;
  return lanes.findIndex((l) => l.key === wanted);
}

/* A lane lasts from its first step to its last, or to the last that begins from it. */
export function lanesOf(rows: TrailRow[]): Lane[] {
  const lanes: Lane[] = [];
  rows.forEach((r, i) => {
    const key = keyOf(r);
    const at = lanes.find((l) => l.key === key);
    if (at) at.to = i;
    else {
      const parent = parentOf(r, lanes);
      lanes.push({ key, from: i, to: i, parent });
      if (lanes[parent]) lanes[parent].to = Math.max(lanes[parent].to, i);
    }
  });
  return lanes;
}

export function stepText(step: string): string {
  return t(`trail.step-${step}` as Key);
}

/* What a step is about, in a word. */
function thing(r: TrailRow): string {
  return r.offer ? t("trail.offer", { n: String(r.offer) }) : t(`trail.${r.object}`, { n: String(r.number) });
}

export function hrefOf(r: TrailRow): string {
  if (r.object === "alert") return `/alerts/${r.number}`;
  if (r.object === "consultation") return `/consultations#c${r.number}`;
  return r.object === "room" ? `/rooms/${r.number}` : `/help/${r.number}`;
}

function Cells({ lanes, row }: { lanes: Lane[]; row: number }): JSX.Element {
  const own = lanes.findIndex((l) => l.from === row && l.parent >= 0);
  return (
    <span class="trail-lanes" aria-hidden="true" style={{ "--lanes": String(lanes.length) }}>
      {lanes.map((l, i) => (row >= l.from && row <= l.to ? <i key={l.key} class={`${row === l.from ? "begins" : ""} ${row === l.to ? "ends" : ""}`} style={{ "--lane": String(i) }} /> : null))}
      {own >= 0 && <b class="joins" style={{ "--lane": String(lanes[own]?.parent ?? 0), "--span": String(own - (lanes[own]?.parent ?? 0)) }} />}
    </span>
  );
}

export function TrailPicture({ rows, focus, label }: { rows: TrailRow[]; focus: string; label: string }): JSX.Element {
  const lanes = lanesOf(rows);
  const longest = Math.max(1, ...rows.map((r) => r.minutes));
  return (
    <ol class="trail-picture" aria-label={label}>
      {rows.map((r, i) => {
        const lane = lanes.findIndex((l) => l.key === keyOf(r));
        const here = keyOf(r) === focus || `${r.object}/${r.number}` === focus;
        return (
          <li key={i} class={here ? "here" : ""} {...(keyOf(r) === focus && lanes[lane]?.from === i ? { "aria-current": "true" as const } : {})}>
            <Cells lanes={lanes} row={i} />
            <span class="trail-point" aria-hidden="true" style={{ "--lane": String(lane) }} />
            <div>
              <time dateTime={r.at}>{instant(r.at)}</time>{" "}
              <b>{stepText(r.step)}</b> {r.party && <Party id={r.party} />}
              <span class="meta">
                <To href={hrefOf(r)}>{thing(r)}</To> {lanes[lane]?.from === i && r.text && <>· {r.object === "alert" ? named("value", r.text) : r.text} </>}
                {r.act && (
                  <>
                    · <To href={`/record/${r.act}`}>{t("trail.act", { n: String(r.act) })}</To>
                  </>
                )}
              </span>
              {i > 0 && r.minutes > 0 && (
                <span class="meta">
                  <i class="trail-gap" aria-hidden="true" style={{ "--share": String(Math.max(0.02, r.minutes / longest)) }} /> {t("trail.after", { d: minutesText(r.minutes) })}
                </span>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

const escape = (s: string): string => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/* The same as a file: lanes, points and words, black on white. */
export function trailSvg(rows: TrailRow[], title: string, party: (id: string) => string): string {
  const lanes = lanesOf(rows);
  const x = (lane: number): number => 24 + 20 * lane;
  const y = (row: number): number => 70 + 40 * row;
  const left = x(lanes.length) + 8;
  const lines = lanes.map((l, i) => `<path d="M${x(l.parent >= 0 ? l.parent : i)} ${y(l.from)}H${x(i)}V${y(l.to)}"/>`);
  const words = rows.map((r, i) => {
    const lane = lanes.findIndex((l) => l.key === keyOf(r));
    const said = [instant(r.at), stepText(r.step), r.party ? party(r.party) : "", thing(r), i && r.minutes ? t("trail.after", { d: minutesText(r.minutes) }) : ""].filter(Boolean).join(" · ");
    return `<circle cx="${x(lane)}" cy="${y(i)}" r="6"/><text x="${left}" y="${y(i) + 5}">${escape(said)}</text>`;
  });
  const h = y(rows.length);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="${h}" viewBox="0 0 1000 ${h}" font-family="sans-serif" font-size="14"><title>${escape(title)}</title><rect width="1000" height="${h}" fill="#fff"/><text x="24" y="34" font-size="18" font-weight="bold">${escape(title)}</text><g fill="none" stroke="#1f4468" stroke-width="3">${lines.join("")}</g><g fill="#1f4468">${words.join("")}</g></svg>`;
}

/* Under a thing: where its trail is. */
export function TrailLink({ from, id }: { from: "alert" | "consultation" | "room" | "assistance" | "offer"; id: number }): JSX.Element {
  return <To href={`/trail/${from}/${id}`}>{t("trail.link")}</To>;
}

export function Count({ n, of }: { n: number; of: Key }): JSX.Element | null {
  return n ? <Mark tone="info">{t(of, { n })}</Mark> : null;
}
