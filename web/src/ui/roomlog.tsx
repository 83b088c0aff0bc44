/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roomlog.tsx: who was in a room from when to when, and who spoke in which capacity. */
import type { JSX } from "preact";
import { named, t, type Key } from "../i18n.ts";
import { useView } from "../wire/view.ts";
import { Actor, Mark, Part, Party, Rows, When } from "./parts.tsx";

function Who({ party, office }: { party?: string | undefined; office: string }): JSX.Element {
  return (
    <>
      {party && <Party id={party} plain />} <Actor office={office} />
    </>
  );
}

function Listed<Row>(p: { view: string; of: Parameters<typeof Rows<Row>>[0]["of"]; none: string; heads: Key[]; row: (r: Row) => JSX.Element }): JSX.Element {
  const title = named("view", p.view);
  return (
    <Part title={title}>
      <Rows of={p.of} none={p.none}>
        {(rows) => (
          <div class="table" tabIndex={0} role="region" aria-label={title}>
            <table aria-label={title}>
              <thead>
                <tr>
                  {p.heads.map((k) => (
                    <th key={k} scope="col">
                      {t(k)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>{rows.map(p.row)}</tbody>
            </table>
          </div>
        )}
      </Rows>
    </Part>
  );
}

/* The cells that both have: from when, to when. */
function Times({ since, until }: { since: string; until?: string | undefined }): JSX.Element {
  return (
    <>
      <td>
        <When at={since} short />
      </td>
      <td>{until ? <When at={until} short /> : <Mark tone="good">{t("roomlog.still")}</Mark>}</td>
    </>
  );
}

export function RoomLog({ room }: { room: number }): JSX.Element {
  const presence = useView("presence", { id: room });
  const said = useView("interventions", { id: room });
  return (
    <>
      <Listed
        view="presence"
        of={presence}
        none={t("roomlog.nobody")}
        heads={["roomlog.who", "roomlog.came", "roomlog.left"]}
        row={(r) => (
          <tr key={`${r.person} ${r.since}`}>
            <th scope="row">
              <Who party={r.party} office={r.office} />
            </th>
            <Times since={r.since} until={r.until} />
          </tr>
        )}
      />
      <Listed
        view="interventions"
        of={said}
        none={t("roomlog.silent")}
        heads={["roomlog.item", "roomlog.who", "roomlog.how", "roomlog.from", "roomlog.to"]}
        row={(r) => (
          <tr key={`${r.person} ${r.since}`}>
            <td class="number">{r.item ?? "–"}</td>
            <th scope="row">
              <Who party={r.party} office={r.office} />
            </th>
            <td>
              {t(`roomlog.${r.kind}`)} {r.advisory && <Mark tone="info">{t("roomlog.advisory")}</Mark>}
            </td>
            <Times since={r.since} until={r.until} />
          </tr>
        )}
      />
    </>
  );
}
