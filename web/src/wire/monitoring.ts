/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* monitoring.ts: what the charter says of the daily picture: regions and indicators. */
import type { StripsRow } from "gen/schema";
import { named, pick, type Texts } from "../i18n.ts";
import { useView } from "./view.ts";

export interface IndicatorSet {
  id: string;
  kind: string;
  indicators: string[];
}

export interface Monitoring {
  sets: IndicatorSet[];
  region: (id: string) => string;
  regions: { id: string; parties: string[] }[];
  due: string;
}

interface Rule {
  due?: string;
  indicator_sets?: { id: string; kind?: string; indicators: string[] }[];
  regions?: { id: string; parties: string[]; text: Texts }[];
}

export function useMonitoring(): Monitoring {
  const { rows } = useView("rules", { path: "monitoring" });
  const rule = (rows?.find((r) => r.path === "monitoring")?.value ?? {}) as Rule;
  return {
    sets: (rule.indicator_sets ?? []).map((s) => ({ kind: "count", ...s })),
    regions: rule.regions ?? [],
    region: (id) => pick(rule.regions?.find((r) => r.id === id)?.text) || named("value", id),
    due: rule.due ?? "",
  };
}

/* The figures of a strip by day, from its first. */
export function valuesOf(strip: StripsRow): (number | undefined)[] {
  const values = (typeof strip.values === "string" ? JSON.parse(strip.values) : strip.values) as (number | null)[];
  return values.map((v) => v ?? undefined);
}

/* Areas of parties by their names; the id where none was entered. */
export function useAreas(): (party: string, area: string | undefined) => string {
  const { rows } = useView("places", {});
  return (party, area) => (area ? pick(rows?.find((r) => r.party === party && r.area === area)?.name) || area : "");
}
