/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rooms: those that one may know of, and the form that opens one. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { named, t, valueOf } from "../i18n.ts";
import { Devices } from "../ui/device.tsx";
import { ActPart } from "../ui/form.tsx";
import { Mark, Part, Party, Rows, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function Opening(): JSX.Element {
  const [body, setBody] = useState("");
  const names = useNames();
  const bodies = useView("names", {}).rows?.filter((r) => r.section === "bodies") ?? [];
  return (
    <Part title={t("rooms.open")} note={t("rooms.open-note")}>
      <label class="field">
        {t("rooms.body")}{" "}
        <select value={body} onChange={(e) => setBody(e.currentTarget.value)}>
          <option value="">–</option>
          {bodies.map((b) => (
            <option key={b.id} value={b.id}>
              {names.name("bodies", b.id)}
            </option>
          ))}
        </select>
      </label>
      {body && <ActPart key={body} kind="room.open" subject={`body/${body}`} start={{ kind: "meeting", mode: "floor" }} />}
    </Part>
  );
}

export default function Rooms(): JSX.Element {
  const rooms = useView("rooms", { all: true }, !seat.value);
  const names = useNames();
  return (
    <>
      <Head view="rooms" />
      {!seat.value ? (
        <p class="note">{t("part.not-yours")}</p>
      ) : (
        <Rows of={rooms} none={t("rooms.none")}>
          {(rows) => (
            <ul class="cards">
              {rows.map((r) => (
                <li key={r.id}>
                  <div class="part-head">
                    <a href={`/rooms/${r.id}`}>
                      <b>{r.title}</b>
                    </a>
                    <Mark tone={r.state === "open" ? "good" : r.state === "suspended" ? "wait" : "none"}>{named("value", r.state)}</Mark>
                  </div>
                  <p>
                    {names.name("bodies", r.body)} · {valueOf("kind", r.kind)} · {names.name("channels", r.channel)}
                  </p>
                  <p class="meta">
                    <When at={r.opened} />
                    {r.present !== undefined && ` · ${t("rooms.present", { n: r.present })}`}
                    {r.place && ` · ${named("value", r.place === "out" ? "left" : r.place)}`}
                    {r.chair && (
                      <>
                        {" · "}
                        {t("rooms.chair")} <Party id={r.chair} plain />
                      </>
                    )}
                  </p>
                </li>
              ))}
            </ul>
          )}
        </Rows>
      )}
      {seat.value && <Opening />}
      {seat.value && <Devices />}
    </>
  );
}
