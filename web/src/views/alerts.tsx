/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Alerts: the open ones first, each with what must happen next. */
import type { JSX } from "preact";
import { shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { Day, Mark, Party, Rows, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useAreas } from "../wire/monitoring.ts";
import { useView } from "../wire/view.ts";

export default function Alerts(): JSX.Element {
  const alerts = useView("alerts", {});
  const area = useAreas();
  return (
    <>
      <Head view="alerts" />
      <Rows of={alerts} none={t("alerts.empty")} waiting={6}>
        {(rows) => (
          <div class="table" tabIndex={0}>
            <table aria-label={named("view", "alerts")}>
              <thead>
                <tr>
                  <th scope="col">{t("alerts.alert")}</th>
                  <th scope="col">{t("desk.member")}</th>
                  <th scope="col">{t("desk.state")}</th>
                  <th scope="col">{t("alerts.days")}</th>
                  <th scope="col">{t("alerts.next")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((a) => (
                  <tr key={a.id}>
                    <th scope="row">
                      <To href={`/alerts/${a.id}`}>{named("value", a.indicator)}</To>{" "}
                      <small>
                        <Mark tone={a.grade === "deterioration" ? "bad" : "wait"}>{named("value", a.grade)}</Mark>
                      </small>
                    </th>
                    <td>
                      <Party id={a.party} />
                      <small>{area(a.party, a.area)}</small>
                    </td>
                    <td>
                      <Mark tone={a.state === "closed" ? "none" : "info"}>{named("value", a.state)}</Mark>
                    </td>
                    <td class="number">
                      <Day of={a.first_day} /> – <Day of={a.last_day} />
                    </td>
                    <td>{a.state === "open" ? <Mark tone={a.overdue ? "bad" : "wait"}>{t("alerts.verify-by", { when: shortInstant(a.verify_due) })}</Mark> : a.outcome ? named("value", a.outcome) : <When at={a.opened} short />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Rows>
    </>
  );
}
