/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roomchair.tsx: the controls of the chair and of who serves the room. */
import type { JSX } from "preact";
import type { Acts, RoomPerson, RoomRow } from "gen/schema";
import { named, t } from "../i18n.ts";
import { newId, postAct } from "../wire/api.ts";
import { useNames } from "../wire/names.ts";
import { ActPart } from "./form.tsx";
import { Mark, Part, Trouble } from "./parts.tsx";
import { usePersonName } from "./tiles.tsx";
import { useAttempt } from "./verify.tsx";

/* One act about the room at a press. */
export function useRoomAct(room: number): { act: <K extends keyof Acts>(kind: K, body: Acts[K]) => void; busy: boolean; trouble: JSX.Element | null } {
  const { busy, problem, attempt } = useAttempt();
  return {
    act: (kind, body) => void attempt(async () => void (await postAct(newId(), kind, `room/${room}`, body))),
    busy,
    trouble: problem ? <Trouble problem={problem} /> : null,
  };
}

export function Items({ room }: { room: RoomRow }): JSX.Element {
  const { act, busy, trouble } = useRoomAct(room.id);
  const names = useNames();
  const member = room.place === "in" && !room.advisory;
  return (
    <Part title={t("meeting.items")}>
      <ol class="plain room-items">
        {room.items.map((i) => (
          <li key={i.number} aria-current={i.number === room.item ? "step" : undefined}>
            <b>
              {i.number}. {i.title}
            </b>
            <span class="badges">
              <Mark tone={i.state === "called" ? "good" : i.state === "suspended" ? "bad" : "none"}>{t(`meeting.item-${i.state}`)}</Mark> <Mark tone="info">{names.name("classes", i.class)}</Mark> {i.closed && <Mark tone="wait">{t("meeting.item-closed")}</Mark>}
            </span>
            {room.presides && room.state !== "closed" && (
              <span class="actions">
                {i.state !== "called" && (
                  <button type="button" disabled={busy} onClick={() => act("room.call-item", { item: i.number })}>
                    {t("meeting.call")}
                  </button>
                )}
                {i.state === "called" && (
                  <button type="button" disabled={busy} onClick={() => act("room.finish-item", {})}>
                    {t("meeting.finish")}
                  </button>
                )}
                {room.guests && (
                  <button type="button" disabled={busy} onClick={() => act("room.close-to-guests", { item: i.number, closed: !i.closed })}>
                    {t(i.closed ? "meeting.open-to-guests" : "meeting.close-to-guests")}
                  </button>
                )}
              </span>
            )}
          </li>
        ))}
      </ol>
      {trouble}
      {member && room.items.length > 0 && <ActPart kind="room.class-item" subject={`room/${room.id}`} start={{ item: room.item ?? 1 }} />}
      {room.presides && room.state !== "closed" && <ActPart key={room.items.length} kind="room.add-item" subject={`room/${room.id}`} />}
    </Part>
  );
}

function Row({ p, room }: { p: RoomPerson; room: RoomRow }): JSX.Element {
  const { act, busy, trouble } = useRoomAct(room.id);
  const name = usePersonName();
  const inside = p.place === "in";
  return (
    <li data-row={p.person}>
      <span>
        <b>{name(p)}</b> {!inside && <Mark tone="wait">{named("value", "lobby")}</Mark>} {p.hand && <Mark tone="wait">{t(p.hand === "hand" ? "meeting.hand" : "meeting.order")}</Mark>}
      </span>
      <span class="actions">
        {inside && room.presides && (
          <button type="button" disabled={busy} onClick={() => (p.floor ? act("room.withdraw-floor", {}) : act("room.give-floor", { person: p.person }))}>
            {t(p.floor ? "meeting.withdraw-floor" : "meeting.give-floor")}
          </button>
        )}
        {inside && (
          <button type="button" disabled={busy} onClick={() => act("room.mute", { person: p.person, muted: !p.muted })}>
            {t(p.muted ? "meeting.unmute" : "meeting.mute")}
          </button>
        )}
        {inside && p.person !== room.me && (
          <button type="button" disabled={busy} onClick={() => act("room.remove", { person: p.person, to: "lobby" })}>
            {t("meeting.to-lobby")}
          </button>
        )}
        {!inside && (
          <button type="button" disabled={busy} onClick={() => act("room.admit", { person: p.person })}>
            {t("meeting.admit")}
          </button>
        )}
        {p.person !== room.me && (
          <button type="button" disabled={busy} onClick={() => act("room.remove", { person: p.person, to: "out" })}>
            {t("meeting.send-out")}
          </button>
        )}
      </span>
      {trouble}
    </li>
  );
}

/* Who asks for the floor, in the order of the charter: found at once among two hundred. */
function Speakers({ room }: { room: RoomRow }): JSX.Element | null {
  const { act, busy, trouble } = useRoomAct(room.id);
  const name = usePersonName();
  const asking = room.hands.flatMap((h) => room.people.find((p) => p.person === h) ?? []);
  if (!room.presides || !asking.length) return null;
  return (
    <>
      <h3 id="speakers">{t("meeting.speakers")}</h3>
      <ol class="plain room-people" aria-labelledby="speakers">
        {asking.map((p, i) => (
          <li key={p.person}>
            <span>
              {i + 1}. <b>{name(p)}</b> {p.hand === "point-of-order" && <Mark tone="wait">{t("meeting.order")}</Mark>}
            </span>
            <span class="actions">
              <button type="button" disabled={busy} onClick={() => act("room.give-floor", { person: p.person })}>
                {t("meeting.give-floor")}
              </button>
            </span>
          </li>
        ))}
      </ol>
      {trouble}
    </>
  );
}

/* The list of lobby and seats, with what the chair (or who serves the room) does about each. */
export function Controls({ room }: { room: RoomRow }): JSX.Element | null {
  const { act, busy, trouble } = useRoomAct(room.id);
  if (!room.serves) return null;
  return (
    <Part title={t("meeting.controls")}>
      {room.presides && (
        <p class="actions">
          <button type="button" disabled={busy} onClick={() => act("room.set-mode", { mode: room.mode === "floor" ? "free" : "floor" })}>
            {t(room.mode === "floor" ? "meeting.mode-free" : "meeting.mode-floor")}
          </button>
          <button type="button" disabled={busy} onClick={() => (room.state === "open" ? act("room.suspend", {}) : act("room.resume", {}))}>
            {t(room.state === "open" ? "meeting.suspend" : "meeting.resume")}
          </button>
          <button type="button" disabled={busy} onClick={() => act("room.close", {})}>
            {t("meeting.close")}
          </button>
        </p>
      )}
      {trouble}
      <Speakers room={room} />
      <ul class="plain room-people">
        {room.people.map((p) => (
          <Row key={p.person} p={p} room={room} />
        ))}
      </ul>
    </Part>
  );
}
