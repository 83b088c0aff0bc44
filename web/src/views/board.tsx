/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The situation on one screen: tiles of parties by region, live, readable from across the room. */
import type { SituationRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, instant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { Change, change, count, decimal, levelTone } from "../ui/figures.tsx";
import { Multiples, OwnMap } from "../ui/multiples.tsx";
import { Mark, Part, Party, Plate, Rows, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useMay } from "../wire/may.ts";
import { useAreas, useMonitoring } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

/* Shade of a tile, in five steps of change from week to week. */
function step(r: SituationRow): string {
  const c = change(r.week, r.before);
  if (r.value === undefined) return "none";
  if (c === undefined) return "calm";
  return c >= 100 ? "sharp" : c >= 50 ? "steep" : c >= 10 ? "rising" : c <= -10 ? "falling" : "calm";
}

function Tile({ row }: { row: SituationRow }): JSX.Element {
  const parties = useParties();
  const party = row.party ? parties.find(row.party) : undefined;
  return (
    <li class={`map-tile ${step(row)}`}>
      <a href={`/figures/${row.party ?? ""}/${row.indicator}`}>
        <span class="map-name">
          <Plate code={party?.code} /> {row.party ? parties.short(row.party) : ""}
        </span>
        <b>{row.suppressed ? t("board.small") : row.value === undefined ? t("board.no-data") : count(row.value)}</b>
        <Change week={row.week} before={row.before} />
        {row.day && <small>{day(row.day)}</small>}
      </a>
    </li>
  );
}

type Order = "protocol" | "change" | "value";

function sorted(rows: SituationRow[], order: Order): SituationRow[] {
  if (order === "protocol") return rows;
  const key = (r: SituationRow): number => (order === "value" ? (r.value ?? -1) : (change(r.week, r.before) ?? -1000));
  return [...rows].sort((a, b) => key(b) - key(a));
}

function Table({ rows }: { rows: SituationRow[] }): JSX.Element {
  const monitoring = useMonitoring();
  const [order, setOrder] = useState<Order>("protocol");
  const head = (o: Order, text: string): JSX.Element => (
    <th scope="col" aria-sort={order === o ? (o === "protocol" ? "ascending" : "descending") : "none"}>
      <button type="button" class="quiet" onClick={() => setOrder(o)}>
        {text}
      </button>
    </th>
  );
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("board.table")}>
        <thead>
          <tr>
            {head("protocol", t("desk.member"))}
            {head("value", t("board.last"))}
            <th scope="col">{t("board.week")}</th>
            {head("change", t("board.change"))}
            <th scope="col">{t("board.incidence")}</th>
            <th scope="col">{t("board.day")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted(rows, order).map((r) => (
            <tr key={`${r.region} ${r.party}`}>
              <th scope="row">
                {r.party && <Party id={r.party} plain />}
                <small>{r.region && monitoring.region(r.region)}</small>
              </th>
              <td class="number">
                <To href={`/figures/${r.party ?? ""}/${r.indicator}`}>{r.suppressed ? t("board.small") : count(r.value)}</To>
              </td>
              <td class="number">{count(r.week)}</td>
              <td class="number">
                <Change week={r.week} before={r.before} />
              </td>
              <td class="number">{decimal(r.incidence, 1)}</td>
              <td class="number">{r.day ? day(r.day) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function Board(): JSX.Element {
  const monitoring = useMonitoring();
  const [indicator, setIndicator] = useState("cases-new");
  const all = useView("situation", {});
  const level = useView("level", {});
  const alerts = useView("alerts", { open: true });
  const own = useView("boundaries", {}).rows?.[0];
  const may = useMay();
  const [open, setOpen] = useState(false);
  const area = useAreas();
  const indicators = [...new Set(all.rows?.map((r) => r.indicator) ?? [])];
  const rows = all.rows?.filter((r) => r.indicator === indicator) ?? [];
  const regions = [...new Set(rows.map((r) => r.region ?? ""))].filter(Boolean);
  const now = level.rows?.[0];
  const together = rows.find((r) => !r.region && !r.party);
  return (
    <>
      <Head view="board">
        {now && (
          <p class={`level ${now.level}`}>
            {t("board.level")} <Mark tone={levelTone[now.level] ?? "info"}>{named("value", now.level)}</Mark>{" "}
            <span class="meta">
              {t("desk.since")} <When at={now.since} short />
            </span>
          </p>
        )}
      </Head>
      <div class="tools">
        <fieldset class="choice">
          <legend>{t("board.indicator")}</legend>
          <select aria-label={t("board.indicator")} value={indicator} onChange={(e) => setIndicator(e.currentTarget.value)}>
            {(indicators.length ? indicators : [indicator]).map((i) => (
              <option key={i} value={i}>
                {named("value", i)}
              </option>
            ))}
          </select>
        </fieldset>
        {all.at && <span class="meta">{t("board.as-of", { when: instant(all.at) })}</span>}
      </div>
      {together && (
        <p class="together">
          <b>{count(together.value)}</b> {named("value", indicator)} · {t("board.reporting", { n: String(together.reporting), all: String(together.parties) })} · <Change week={together.week} before={together.before} />
        </p>
      )}
      <Rows of={{ rows: all.rows ? rows : undefined, problem: all.problem }} none={t("board.empty")} waiting={8}>
        {(these) => (
          <>
            <div class="map" aria-label={t("board.map")} role="group">
              {regions.map((region) => (
                <section key={region} class="map-region" aria-label={monitoring.region(region)}>
                  <h2>{monitoring.region(region)}</h2>
                  <ul>
                    {these
                      .filter((r) => r.region === region && r.party)
                      .map((r) => (
                        <Tile key={r.party} row={r} />
                      ))}
                  </ul>
                </section>
              ))}
            </div>
            <p class="note map-key">{t("board.key")}</p>
            {seat.value && (
              <Part title={t("multiples.title")} note={t("multiples.note")}>
                <Multiples indicator={indicator} />
              </Part>
            )}
            {(own || may("boundary.set")) && (
              <details onToggle={(e) => setOpen(e.currentTarget.open)}>
                <summary>{t("multiples.own")}</summary>
                {open && <OwnMap rows={these.filter((r) => r.party)} step={step} shown={own} />}
              </details>
            )}
            <Part title={t("board.table")} side={<a href={`/api/v1/figures/csv?indicator=${indicator}`}>{t("board.download")}</a>}>
              <Table rows={these.filter((r) => r.party)} />
            </Part>
          </>
        )}
      </Rows>
      {alerts.rows && alerts.rows.length > 0 && (
        <Part title={t("board.alerts")}>
          <ul class="todo">
            {alerts.rows.map((a) => (
              <li key={a.id}>
                <span>
                  <Mark tone={a.grade === "deterioration" ? "bad" : "wait"}>{named("value", a.grade)}</Mark> <Party id={a.party} /> {area(a.party, a.area)} · {named("value", a.indicator)}
                </span>
                <To href={`/alerts/${a.id}`}>{t("board.open-alert")}</To>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}
