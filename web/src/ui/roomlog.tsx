/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roomlog.tsx: who was in a room from when to when, and who spoke in which capacity. */
import type { JSX } from "preact";
import { named, t } from "../i18n.ts";
import { useView } from "../wire/view.ts";
import { Actor, Mark, Part, Party, Rows, When } from "./parts.tsx";

function Who({ party, office }: { party?: string | undefined; office: string }): JSX.Element {
  return (
    <>
      {party && <Party id={party} plain />} <Actor office={office} />
    </>
  );
}

function Until({ at }: { at: string | undefined }): JSX.Element {
  return at ? <When at={at} short /> : <Mark tone="good">{t("roomlog.still")}</Mark>;
}

function Presence({ room }: { room: number }): JSX.Element {
  const list = useView("presence", { id: room });
  return (
    <Rows of={list} none={t("roomlog.nobody")}>
      {(rows) => (
        <div class="table" tabIndex={0} role="region" aria-label={named("view", "presence")}>
          <table aria-label={named("view", "presence")}>
            <thead>
              <tr>
                <th scope="col">{t("roomlog.who")}</th>
                <th scope="col">{t("roomlog.came")}</th>
                <th scope="col">{t("roomlog.left")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((r) => (
                <tr key={`${r.person} ${r.since}`}>
                  <th scope="row">
                    <Who party={r.party} office={r.office} />
                  </th>
                  <td>
                    <When at={r.since} short />
                  </td>
                  <td>
                    <Until at={r.until} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Rows>
  );
}

function Interventions({ room }: { room: number }): JSX.Element {
  const list = useView("interventions", { id: room });
  return (
    <Rows of={list} none={t("roomlog.silent")}>
      {(rows) => (
        <div class="table" tabIndex={0} role="region" aria-label={named("view", "interventions")}>
          <table aria-label={named("view", "interventions")}>
            <thead>
              <tr>
                <th scope="col">{t("roomlog.item")}</th>
                <th scope="col">{t("roomlog.who")}</th>
                <th scope="col">{t("roomlog.how")}</th>
                <th scope="col">{t("roomlog.from")}</th>
                <th scope="col">{t("roomlog.to")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((r) => (
                <tr key={`${r.person} ${r.since}`}>
                  <td class="number">{r.item ?? "–"}</td>
                  <th scope="row">
                    <Who party={r.party} office={r.office} />
                  </th>
                  <td>
                    {t(`roomlog.${r.kind}`)} {r.advisory && <Mark tone="info">{t("roomlog.advisory")}</Mark>}
                  </td>
                  <td>
                    <When at={r.since} short />
                  </td>
                  <td>
                    <Until at={r.until} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Rows>
  );
}

export function RoomLog({ room }: { room: number }): JSX.Element {
  return (
    <>
      <Part title={named("view", "presence")}>
        <Presence room={room} />
      </Part>
      <Part title={named("view", "interventions")}>
        <Interventions room={room} />
      </Part>
    </>
  );
}
