/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Trails, and how long it takes from step to step: the organisation's own measure of itself. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { named, t } from "../i18n.ts";
import { Part, Party, Rows, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Count, minutesText, stepText } from "../ui/trail.tsx";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function Times(): JSX.Element {
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const times = useView("trail-times", { ...(first ? { first } : {}), ...(last ? { last } : {}) });
  return (
    <Part title={t("trails.times")} note={t("trails.times-note")}>
      <p class="tools">
        <label>
          {t("trails.first")} <input type="date" value={first} onInput={(e) => setFirst(e.currentTarget.value)} />
        </label>
        <label>
          {t("trails.last")} <input type="date" value={last} onInput={(e) => setLast(e.currentTarget.value)} />
        </label>
      </p>
      <Rows of={times} none={t("trails.times-none")}>
        {(rows) => (
          <div class="table" tabIndex={0} role="group" aria-label={t("trails.times")}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("trails.between")}</th>
                  <th scope="col">{t("trails.median")}</th>
                  <th scope="col">{t("trails.p90")}</th>
                  <th scope="col">{t("trails.count")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((r) => (
                  <tr key={`${r.from} ${r.to}`}>
                    <th scope="row">
                      {stepText(r.from)} → {stepText(r.to)}
                    </th>
                    <td class="number">{minutesText(r.median)}</td>
                    <td class="number">{minutesText(r.p90)}</td>
                    <td class="number">{r.count}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Rows>
    </Part>
  );
}

export default function Trails(): JSX.Element {
  const trails = useView("trails", {}, !seat.value);
  return (
    <>
      <Head view="trails" />
      {!seat.value ? (
        <p class="note">{t("part.not-yours")}</p>
      ) : (
        <>
          <Times />
          <Part title={t("trails.begun")}>
            <Rows of={trails} none={t("trails.none")}>
              {(rows) => (
                <ul class="todo">
                  {rows.map((r) => (
                    <li key={`${r.object} ${r.number}`}>
                      <span>
                        <To href={`/trail/${r.object}/${r.number}`}>{r.object === "alert" ? named("value", r.text) : r.text}</To> {r.party && <Party id={r.party} />} <Count n={r.consultations} of="trails.consultations" /> <Count n={r.requests} of="trails.requests" />
                      </span>
                      <span class="meta">
                        {t(`trail.${r.object}`, { n: String(r.number) })} · <When at={r.at} short />
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </Rows>
          </Part>
        </>
      )}
    </>
  );
}
