/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multiples.tsx: every place in a small picture of its own, and on the organisation's own boundaries. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { BoundariesRow, SituationRow } from "gen/schema";
import { addDays, instant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { Change, count, SavePicture, Spark } from "./figures.tsx";
import { ActForm } from "./form.tsx";
import { Mark, Party } from "./parts.tsx";
import { useMay } from "../wire/may.ts";
import { useAreas, valuesOf } from "../wire/monitoring.ts";
import { useNames, useParties } from "../wire/names.ts";
import { readView, useView } from "../wire/view.ts";

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
const LIMIT = 20_000_000; /* bytes of a file that is looked into */
const ROUNDED = 1000; /* parts of a degree: a hundred metres is finer than a screen */
const KEPT = 1_000_000; /* characters that can be put on record */

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

/* Rounded, and without points that are then the same. */
function round(ring: Ring): Ring {
  const to = (v: number): number => Math.round(v * ROUNDED) / ROUNDED;
  return ring.map((c): [number, number] => [to(c[0]), to(c[1])]).filter((c, i, all) => i === 0 || c[0] !== all[i - 1]?.[0] || c[1] !== all[i - 1]?.[1]);
}

/* What goes on record of a file: names and outlines, nothing else that may be in it. */
function outlines(shapes: Shape[]): string | undefined {
  const features = shapes.map((s) => {
    const polygons = s.rings
      .map(round)
      .filter((r) => r.length > 3)
      .map((r) => [r]);
    return { type: "Feature", properties: { party: s.name }, geometry: polygons.length ? { type: "MultiPolygon", coordinates: polygons } : null };
  });
  const text = JSON.stringify({ type: "FeatureCollection", features });
  return text.length <= KEPT ? text : undefined;
}

function Shapes({ name, shapes, rows, step, children }: { name: string; shapes: Shape[]; rows: SituationRow[]; step: (r: SituationRow) => string; children: ComponentChildren }): JSX.Element {
  const parties = useParties();
  const all = shapes.flatMap((s) => s.rings.flat());
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
    <figure>
      <svg class="boundaries" viewBox={`0 0 ${(x1 - x0) * wide} ${y1 - y0}`} role="img" aria-label={t("multiples.own-words", { name, list: shapes.map(words).join("; ") })}>
        {shapes.map((s, i) => (
          <path key={i} class={find(s) ? step(find(s) as SituationRow) : "outside"} d={path(s)}>
            <title>{words(s)}</title>
          </path>
        ))}
      </svg>
      <figcaption class="note">
        {children} <SavePicture name={name} />
      </figcaption>
    </figure>
  );
}

/* A file chosen here, as everyone would see it, and the act that puts it on record. */
function Choose({ rows, step, shown }: { rows: SituationRow[]; step: (r: SituationRow) => string; shown: BoundariesRow | undefined }): JSX.Element {
  const [file, setFile] = useState<{ name: string; text: string } | undefined>(undefined);
  const [wrong, setWrong] = useState(false);
  const take = async (f: File): Promise<void> => {
    const shapes = f.size <= LIMIT ? shapesOf(await f.text()) : undefined;
    const text = shapes && outlines(shapes);
    setWrong(!text);
    setFile(text ? { name: f.name.slice(0, 200), text } : undefined);
  };
  return (
    <>
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
      </p>
      {wrong && <Mark tone="bad">{t("multiples.own-wrong")}</Mark>}
      {file && (
        <>
          <Shapes name={file.name} shapes={shapesOf(file.text) ?? []} rows={rows} step={step}>
            {t("multiples.own-preview", { name: file.name })}
          </Shapes>
          <ActForm kind="boundary.set" subject="boundary" fixed={{ name: file.name, file: file.text }} button={t("multiples.own-show")} done={() => setFile(undefined)} />
        </>
      )}
      {shown && !file && <ActForm kind="boundary.set" subject="boundary" fixed={{ name: shown.name, file: undefined }} button={t("multiples.own-remove")} />}
    </>
  );
}

/* The organisation's own lines, or none.  The file is read once: every act renews the views. */
export function OwnMap({ rows, step, shown }: { rows: SituationRow[]; step: (r: SituationRow) => string; shown: BoundariesRow | undefined }): JSX.Element {
  const may = useMay();
  const names = useNames();
  const [read, setRead] = useState<BoundariesRow | undefined>(undefined);
  useEffect(() => {
    let here = true;
    if (shown) void readView("boundaries", { file: true }).then((r) => here && setRead(r[0]));
    return () => {
      here = false;
    };
  }, [shown?.id]);
  const shapes = useMemo(() => (read?.file ? shapesOf(read.file) : undefined), [read]);
  return (
    <div class="own-map">
      <p class="note">{t("multiples.own-note")}</p>
      {shown && read?.id === shown.id && shapes && (
        <Shapes name={shown.name} shapes={shapes} rows={rows} step={step}>
          {t("multiples.own-source", { name: shown.name, office: shown.office ? names.name("offices", shown.office) : "–", when: instant(shown.at) })}
        </Shapes>
      )}
      {may("boundary.set") && <Choose rows={rows} step={step} shown={shown} />}
    </div>
  );
}
