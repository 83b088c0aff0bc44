/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multiples.tsx: every place in a small picture of its own, and on the organisation's own boundaries. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SituationRow } from "gen/schema";
import { addDays } from "../format.ts";
import { named, t } from "../i18n.ts";
import { Change, count, SavePicture, Spark } from "./figures.tsx";
import { Mark, Party } from "./parts.tsx";
import { useAreas, valuesOf } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

export function Multiples({ indicator }: { indicator: string }): JSX.Element {
  const parties = useParties();
  const area = useAreas();
  const strips = useView("strips", { indicator, days: 60, areas: true });
  return (
    <ul class="multiples">
      {strips.rows?.map((s) => {
        const points = valuesOf(s).map((value, i) => ({ day: addDays(s.first, i), value }));
        const name = s.area ? area(s.party, s.area) : parties.short(s.party);
        return (
          <li key={`${s.party} ${s.area}`}>
            <figure>
              <a href={`/figures/${s.party}/${indicator}${s.area ? `?area=${s.area}` : ""}`}>
                <b>{s.area ? name : <Party id={s.party} plain />}</b> {s.alert && <Mark tone="wait">{named("value", s.alert)}</Mark>}
                <Spark points={points} label={t("multiples.words", { name, week: count(s.week), before: count(s.before) })} />
                <span class="meta">
                  {count(s.week)} <Change week={s.week} before={s.before} />
                </span>
              </a>
              <figcaption>
                <SavePicture name={`${name} ${indicator}`} />
              </figcaption>
            </figure>
          </li>
        );
      })}
    </ul>
  );
}

type Ring = [number, number][];
interface Shape {
  name: string;
  rings: Ring[];
}
interface Drawn {
  file: string;
  width: number;
  height: number;
  shapes: { name: string; path: string }[];
}
const LIMIT = 4_000_000; /* bytes of a file */
const KEPT = "boundaries";

function ringsOf(geometry: { type?: string; coordinates?: unknown } | null | undefined): Ring[] {
  if (geometry?.type === "Polygon") return geometry.coordinates as Ring[];
  if (geometry?.type === "MultiPolygon") return (geometry.coordinates as Ring[][]).flat();
  return [];
}

/* GeoJSON (RFC 7946) of polygons; a property says which party: party, code, id or name. */
export function shapesOf(text: string): Shape[] | undefined {
  try {
    const file = JSON.parse(text) as { features?: { id?: unknown; properties?: Record<string, unknown> | null; geometry?: { type?: string; coordinates?: unknown } | null }[] };
    const shapes = (file.features ?? []).map((f) => {
      const p = f.properties ?? {};
      return { name: String(p["party"] ?? p["code"] ?? p["iso_a2"] ?? p["ISO_A2"] ?? f.id ?? p["name"] ?? ""), rings: ringsOf(f.geometry).map((r) => r.filter((c) => Number.isFinite(c[0]) && Number.isFinite(c[1]))) };
    });
    return shapes.some((s) => s.rings.length) ? shapes : undefined;
  } catch {
    return undefined;
  }
}

/* Degrees as they lie on the sheet: as wide as they are in the middle of it. */
function drawn(file: string, text: string): Drawn | undefined {
  const shapes = shapesOf(text);
  if (!shapes) return undefined;
  const all = shapes.flatMap((s) => s.rings.flat());
  const least = (i: 0 | 1): number => all.reduce((a, c) => Math.min(a, c[i]), Infinity);
  const most = (i: 0 | 1): number => all.reduce((a, c) => Math.max(a, c[i]), -Infinity);
  const [x0, x1, y0, y1] = [least(0), most(0), least(1), most(1)];
  const wide = Math.cos(((y0 + y1) / 2) * (Math.PI / 180)) || 1;
  const path = (s: Shape): string => s.rings.map((r) => `M${r.map((c) => `${((c[0] - x0) * wide).toFixed(3)} ${(y1 - c[1]).toFixed(3)}`).join("L")}Z`).join("");
  return { file, width: (x1 - x0) * wide, height: y1 - y0, shapes: shapes.map((s) => ({ name: s.name, path: path(s) })) };
}

function kept(): Drawn | undefined {
  try {
    const file = JSON.parse(localStorage.getItem(KEPT) ?? "null") as { name: string; text: string } | null;
    return file ? drawn(file.name, file.text) : undefined;
  } catch {
    return undefined;
  }
}

/* The organisation draws its own lines, or none: the file stays on this screen's computer. */
export function OwnMap({ rows, step }: { rows: SituationRow[]; step: (r: SituationRow) => string }): JSX.Element {
  const parties = useParties();
  const [map, setMap] = useState(kept);
  const [wrong, setWrong] = useState(false);
  const take = async (f: File): Promise<void> => {
    const text = f.size <= LIMIT ? await f.text() : "";
    const taken = drawn(f.name, text);
    setWrong(!taken);
    if (!taken) return;
    setMap(taken);
    try {
      localStorage.setItem(KEPT, JSON.stringify({ name: f.name, text }));
    } catch {
      /* too large to be kept: it is shown until the page is left */
    }
  };
  const find = (name: string): SituationRow | undefined => rows.find((r) => r.party && [r.party, parties.find(r.party)?.code, parties.short(r.party)].some((w) => w?.toLowerCase() === name.toLowerCase()));
  const words = (name: string): string => {
    const r = find(name);
    return r?.party ? `${parties.short(r.party)}: ${r.suppressed ? t("board.small") : count(r.value)}` : name;
  };
  return (
    <div class="own-map">
      <p class="note">{t("multiples.own-note")}</p>
      <p class="tools">
        <label>
          {t("multiples.own-file")}{" "}
          <input
            type="file"
            accept=".json,.geojson"
            onChange={(e) => {
              const { files } = e.currentTarget;
              if (files?.[0]) void take(files[0]);
              e.currentTarget.value = ""; /* so that the same one may be taken again */
            }}
          />
        </label>
        {map && (
          <button
            type="button"
            onClick={() => {
              localStorage.removeItem(KEPT);
              setMap(undefined);
            }}
          >
            {t("multiples.own-remove")}
          </button>
        )}
      </p>
      {wrong && <Mark tone="bad">{t("multiples.own-wrong")}</Mark>}
      {map && (
        <figure>
          <svg class="boundaries" viewBox={`0 0 ${map.width} ${map.height}`} role="img" aria-label={t("multiples.own-words", { name: map.file, list: map.shapes.map((s) => words(s.name)).join("; ") })}>
            {map.shapes.map((s, i) => {
              const row = find(s.name);
              return (
                <path key={i} class={row ? step(row) : "outside"} d={s.path}>
                  <title>{words(s.name)}</title>
                </path>
              );
            })}
          </svg>
          <figcaption class="note">
            {t("multiples.own-source", { name: map.file })} <SavePicture name={map.file} />
          </figcaption>
        </figure>
      )}
    </div>
  );
}
