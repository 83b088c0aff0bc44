/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* format.ts: days, instants and spans, always with their zone where it matters. */
import { lang } from "./i18n.ts";

const DAY_MS = 86400000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang.value}/${name}`;
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.DateTimeFormat(lang.value === "en" ? "en-GB" : lang.value, options)));
  return f;
}

/* A day, month or year: "2026-05-31", "2026-05", "2026". */
export function day(partial: string | undefined): string {
  if (!partial) return "";
  const [y = 0, m, d] = partial.split("-").map(Number);
  const at = new Date(Date.UTC(y, (m ?? 1) - 1, d ?? 1));
  if (m === undefined) return String(y);
  if (d === undefined) return format("month", { month: "long", year: "numeric", timeZone: "UTC" }).format(at);
  return format("day", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(at);
}

/* An instant in the reader's zone, which is named. */
export function instant(iso: string): string {
  return format("instant", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(new Date(iso));
}

/* For tables whose head names the zone. */
export function shortInstant(iso: string): string {
  return format("short", { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(
    new Date(iso),
  );
}

export function zone(): string {
  const parts = format("zone", { timeZoneName: "short" }).formatToParts(new Date());
  return parts.find((p) => p.type === "timeZoneName")?.value ?? "";
}

/* Whole days from one date to another; negative when it is past. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY_MS);
}

/* So many days after a date, or before it. */
export function addDays(date: string, n: number): string {
  return new Date(Date.parse(date.slice(0, 10)) + n * DAY_MS).toISOString().slice(0, 10);
}

/* "in 3 days", "2 days ago" */
export function relativeDays(n: number): string {
  return new Intl.RelativeTimeFormat(lang.value, { numeric: "auto" }).format(n, "day");
}

/* "P1Y", "P14D", "PT72H" in words. */
export function duration(iso: string): string {
  const m = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso);
  const units = ["year", "month", "day", "hour", "minute", "second"];
  if (!m) return iso;
  const words = units.flatMap((unit, i) => {
    const n = m[i + 1];
    return n === undefined
      ? []
      : [new Intl.NumberFormat(lang.value, { style: "unit", unit, unitDisplay: "long" }).format(Number(n))];
  });
  return words.join(" ");
}
