/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Instruments: the matrix party by instrument, as a depositary keeps it. */
import type { JSX } from "preact";
import type { InstrumentMatrixRow, InstrumentsRow } from "gen/schema";
import { day } from "../format.ts";
import { named, pick, t } from "../i18n.ts";
import { ActNew } from "../ui/acts.tsx";
import { Day, Mark, Part, Plate, Rows, To, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useParties } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

const stateTone: Record<string, Tone> = { "in-force": "good", "awaiting-deposits": "wait", signed: "wait", negotiated: "info", terminated: "none" };

/* What stands in one cell, as a mark and as words. */
function Cell({ cell }: { cell: InstrumentMatrixRow | undefined }): JSX.Element {
  if (!cell) return <span class="faint" aria-label={t("instruments.not-signed")}>·</span>;
  if (cell.withdrawn)
    return (
      <Mark tone="bad">
        <span class="sr">{t("instruments.withdrawn")} </span>
        {day(cell.withdrawn)}
      </Mark>
    );
  if (cell.deposit)
    return (
      <Mark tone="good">
        <span class="sr">{named("value", cell.deposit)} </span>
        {day(cell.deposited)}
      </Mark>
    );
  if (cell.stage) return <Mark tone="wait">{named("value", cell.stage)}</Mark>;
  return cell.signatory ? <Mark tone="none">{t("instruments.signatory")}</Mark> : <span class="faint">·</span>;
}

function Matrix({ rows, cells, label }: { rows: InstrumentsRow[]; cells: InstrumentMatrixRow[]; label: string }): JSX.Element {
  const parties = useParties();
  const columns = parties.sorted([...new Set(cells.filter((c) => rows.some((r) => r.id === c.instrument)).map((c) => c.party))]);
  return (
    <div class="table matrix" tabIndex={0} role="group" aria-label={label}>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t("instruments.instrument")}</th>
            <th scope="col">{t("instruments.state")}</th>
            {columns.map((p) => (
              <th scope="col" key={p}>
                <Plate code={parties.find(p)?.code} />
                {parties.short(p)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={i.id}>
              <th scope="row">
                <To href={`/instruments/${i.id}`}>{pick(i.title)}</To>
              </th>
              <td>
                <Mark tone={stateTone[i.state] ?? "none"}>{named("value", i.state)}</Mark>
                <div class="meta">{i.in_force ? <Day of={i.in_force} /> : i.state === "awaiting-deposits" && t("instruments.count", { have: i.deposits, need: i.need })}</div>
              </td>
              {columns.map((p) => (
                <td key={p} class="number">
                  <Cell cell={cells.find((c) => c.instrument === i.id && c.party === p)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function Instruments(): JSX.Element {
  const instruments = useView("instruments", {});
  const matrix = useView("instrument-matrix", {});
  const packages = [...new Set((instruments.rows ?? []).map((i) => i.package ?? ""))].sort((a, b) => Number(!a) - Number(!b));
  return (
    <>
      <Head view="instruments" />
      <p class="note">{seat.value ? t("instruments.note-members") : t("instruments.note-public")}</p>
      <Rows of={{ rows: matrix.rows && instruments.rows, problem: instruments.problem ?? matrix.problem }} none={t("instruments.none")} waiting={6}>
        {(rows) =>
          packages.map((p) => {
            const title = p ? t("instruments.package", { name: p }) : packages.length > 1 ? t("instruments.others") : t("instruments.all");
            const these = rows.filter((i) => (i.package ?? "") === p);
            return (
              <Part key={p} title={title} side={<span class="count">{these.length}</span>}>
                <Matrix rows={these} cells={matrix.rows ?? []} label={title} />
              </Part>
            );
          })
        }
      </Rows>
      <ActNew kind="instrument.register" prefix="instrument" />
    </>
  );
}
