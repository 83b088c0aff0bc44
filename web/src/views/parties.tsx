/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parties: who belongs, in protocol order, by status. */
import type { JSX } from "preact";
import type { PartiesRow } from "gen/schema";
import { named, pick, t } from "../i18n.ts";
import { ActNew } from "../ui/acts.tsx";
import { Day, Mark, Part, Plate, Rows, To } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

function Table({ rows, label }: { rows: PartiesRow[]; label: string }): JSX.Element {
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t("parties.name")}</th>
            <th scope="col" class="wide">
              {t("parties.official")}
            </th>
            <th scope="col">{t("parties.kind")}</th>
            <th scope="col">{t("parties.since")}</th>
            <th scope="col">{t("parties.rights")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((p) => (
            <tr key={p.id}>
              <th scope="row">
                <span class="party">
                  <Plate code={p.code} />
                  <To href={`/parties/${p.id}`}>{pick(p.short)}</To>
                </span>
              </th>
              <td class="wide">{pick(p.name)}</td>
              <td>{named("value", p.kind)}</td>
              <td class="number">
                <Day of={p.since} />
              </td>
              <td>{!p.status ? <Mark tone="none">{t("parties.none")}</Mark> : p.suspended ? <Mark tone="wait">{t("parties.suspended")}</Mark> : <Mark tone="good">{t("parties.active")}</Mark>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function Parties(): JSX.Element {
  const parties = useView("parties", { all: true });
  const names = useNames();
  return (
    <>
      <Head view="parties" />
      <Rows of={parties} none={t("parties.empty")} waiting={8}>
        {(rows) => {
          const statuses = [...new Set(rows.map((p) => p.status ?? ""))].sort((a, b) => Number(!a) - Number(!b));
          return statuses.map((s) => {
            const title = s ? names.name("statuses", s) : t("parties.no-status");
            const these = rows.filter((p) => (p.status ?? "") === s);
            return (
              <Part key={s} title={title} side={<span class="count">{t("parties.count", { n: these.length })}</span>}>
                <Table rows={these} label={title} />
              </Part>
            );
          });
        }}
      </Rows>
      <p class="note">{t("parties.order")}</p>
      <ActNew kind="party.add" prefix="party" />
    </>
  );
}
