/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multiples.tsx: every place in a small picture of its own, and on the organisation's own boundaries. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SituationRow } from "gen/schema";
import { named, t } from "../i18n.ts";
import { Change, count, SavePicture, Spark } from "./figures.tsx";
import { Mark, Party } from "./parts.tsx";
import { useAreas } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

function addDays(date: string, n: number): string {
  return new Date(Date.parse(date) + n * 86400000).toISOString().slice(0, 10);
}

export function Multiples({ indicator }: { indicator: string }): JSX.Element {
  const parties = useParties();
  const area = useAreas();
  const strips = useView("strips", { indicator, days: 60, areas: true });
  return (
    <ul class="multiples">
      {strips.rows?.map((s) => {
        const values = (typeof s.values === "string" ? JSON.parse(s.values) : s.values) as (number | null)[];
        const points = values.map((v, i) => ({ day: addDays(s.first, i), value: v ?? undefined }));
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

function kept(): { name: string; text: string } | undefined {
  try {
    const text = localStorage.getItem(KEPT);
    return text ? (JSON.parse(text) as { name: string; text: string }) : undefined;
  } catch {
    return undefined;
  }
}

/* The organisation draws its own lines, or none: the file stays on this screen's computer. */
export function OwnMap({ rows, step }: { rows: SituationRow[]; step: (r: SituationRow) => string }): JSX.Element {
  const parties = useParties();
  const [file, setFile] = useState(kept());
  const [wrong, setWrong] = useState(false);
  const shapes = file && shapesOf(file.text);
  const take = async (f: File): Promise<void> => {
    const text = f.size <= LIMIT ? await f.text() : "";
    setWrong(!shapesOf(text));
    if (!shapesOf(text)) return;
    setFile({ name: f.name, text });
    try {
      localStorage.setItem(KEPT, JSON.stringify({ name: f.name, text }));
    } catch {
      /* too large to be kept: it is shown until the page is left */
    }
  };
  const all = (shapes ?? []).flatMap((s) => s.rings.flat());
  const xs = all.map((c) => c[0]);
  const ys = all.map((c) => c[1]);
  const least = (v: number[]): number => v.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (v: number[]): number => v.reduce((a, b) => Math.max(a, b), -Infinity);
  const [x0, x1, y0, y1] = [least(xs), most(xs), least(ys), most(ys)];
  const wide = Math.cos(((y0 + y1) / 2) * (Math.PI / 180)) || 1;
  const path = (s: Shape): string => s.rings.map((r) => `M${r.map((c) => `${((c[0] - x0) * wide).toFixed(3)} ${(y1 - c[1]).toFixed(3)}`).join("L")}Z`).join("");
  const find = (s: Shape): SituationRow | undefined =>
    rows.find((r) => r.party && (r.party === s.name.toLowerCase() || parties.find(r.party)?.code?.toLowerCase() === s.name.toLowerCase() || parties.short(r.party).toLowerCase() === s.name.toLowerCase()));
  const words = (s: Shape): string => {
    const r = find(s);
    return r?.party ? `${parties.short(r.party)}: ${r.suppressed ? t("board.small") : count(r.value)}` : s.name;
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
        {file && (
          <button
            type="button"
            onClick={() => {
              localStorage.removeItem(KEPT);
              setFile(undefined);
            }}
          >
            {t("multiples.own-remove")}
          </button>
        )}
      </p>
      {wrong && <Mark tone="bad">{t("multiples.own-wrong")}</Mark>}
      {shapes && file && (
        <figure>
          <svg class="boundaries" viewBox={`0 0 ${(x1 - x0) * wide} ${y1 - y0}`} role="img" aria-label={t("multiples.own-words", { name: file.name, list: shapes.map(words).join("; ") })}>
            {shapes.map((s, i) => (
              <path key={i} class={find(s) ? step(find(s) as SituationRow) : "outside"} d={path(s)}>
                <title>{words(s)}</title>
              </path>
            ))}
          </svg>
          <figcaption class="note">
            {t("multiples.own-source", { name: file.name })} <SavePicture name={file.name} />
          </figcaption>
        </figure>
      )}
    </div>
  );
}
