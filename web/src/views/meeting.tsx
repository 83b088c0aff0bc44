/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The meeting: check before it, lobby, room.
 *
 * Keys, outside of fields: M microphone, V camera, H hand, O point of order, C captions,
 * G next view.
 */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RoomPerson, RoomRow } from "gen/schema";
import { named, t, type Key } from "../i18n.ts";
import { Captions } from "../ui/captions.tsx";
import { ThisDevice, useDevice } from "../ui/device.tsx";
import { Mark, Part, Party, Rows, To } from "../ui/parts.tsx";
import { TrailLink } from "../ui/trail.tsx";
import { Precheck, takeMedia } from "../ui/precheck.tsx";
import { Controls, Items, useRoomAct } from "../ui/roomchair.tsx";
import { RoomLog } from "../ui/roomlog.tsx";
import { RoomText } from "../ui/roomtext.tsx";
import { Head } from "../ui/shell.tsx";
import { Tiles, usePersonName, Voices, type Layout } from "../ui/tiles.tsx";
import { Call } from "../wire/call.ts";
import { useNames } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

const LAYOUTS: Layout[] = ["grid", "speaker", "gallery"];

/* What the channel protects, said plainly. */
function Protection({ room }: { room: RoomRow }): JSX.Element {
  const names = useNames();
  return (
    <p class="note">
      <Mark tone="info">{names.name("channels", room.channel)}</Mark> {t("meeting.protected")} {t(room.e2ee === "required" ? "meeting.e2ee-required" : "meeting.e2ee-not")} {t(room.guests ? "meeting.guests-yes" : "meeting.guests-no")}
    </p>
  );
}

/* Told to screen readers: the floor, who asks for it, who comes and goes, one's own microphone. */
function Announcer({ room }: { room: RoomRow }): JSX.Element {
  const name = usePersonName();
  const [said, setSaid] = useState("");
  const news = useRef<string[]>([]);
  const say = (x: string): void => void news.current.push(x);
  const before = useRef<RoomPerson[] | undefined>(undefined);
  const floor = room.people.find((p) => p.floor);
  const held = useRef(floor?.person);
  const me = room.people.find((p) => p.person === room.me);
  const asking = room.hands.filter((h) => h !== room.me);
  const asked = useRef(asking);
  const inside = room.people.filter((p) => p.place === "in");
  const lobby = room.serves ? room.people.filter((p) => p.place === "lobby").length : 0;
  useEffect(() => {
    if (floor) say(floor.person === room.me ? t("meeting.say-your-floor") : t("meeting.say-floor", { name: name(floor) }));
    else if (held.current) say(t(held.current === room.me ? "meeting.say-floor-over" : "meeting.say-floor-free"));
    held.current = floor?.person;
  }, [floor?.person]);
  useEffect(() => {
    const one = room.people.find((p) => p.person === asking.find((h) => !asked.current.includes(h)));
    asked.current = asking;
    if (one && room.presides) say(t(one.hand === "hand" ? "meeting.say-hand" : "meeting.say-order", { name: name(one) }));
  }, [asking.join()]);
  useEffect(() => {
    if (me?.muted) say(t("meeting.you-muted"));
  }, [me?.muted]);
  useEffect(() => {
    const were = before.current;
    const among = (list: RoomPerson[], p: RoomPerson): boolean => list.some((x) => x.person === p.person);
    const came = inside.filter((p) => were && !among(were, p));
    const left = were?.filter((p) => !among(inside, p)) ?? [];
    before.current = inside;
    const [one] = [...came, ...left];
    if (one && came.length + left.length === 1) say(t(came.length ? "meeting.say-came" : "meeting.say-left", { name: name(one) }));
    else say(t("meeting.say-present", { n: inside.length }));
  }, [inside.map((p) => p.person).join()]);
  useEffect(() => {
    if (lobby) say(t("meeting.say-lobby", { n: lobby }));
  }, [lobby]);
  /* What happens at once is told in one go. */
  useEffect(() => {
    if (news.current.length) setSaid(news.current.join(" "));
    news.current = [];
  });
  return (
    <p class="sr" role="status">
      {said}
    </p>
  );
}

/* Does it give something of that kind? */
const gives = (s: MediaStream | undefined, kind: "audio" | "video"): boolean => s?.getTracks().some((x) => x.kind === kind && x.readyState === "live") ?? false;

/* Whether one is heard, and if not, who is to do what. */
function heardWord(room: RoomRow, own: Own): Key {
  if (!gives(own.stream, "audio")) return "meeting.you-no-mic";
  if (room.people.some((p) => p.person === room.me && p.muted)) return "meeting.you-muted";
  if (!own.mic) return "meeting.you-mic-off";
  return room.audio ? "meeting.you-heard" : room.mode === "floor" ? "meeting.you-floor" : "meeting.you-not-heard";
}

/* What a key stands for: its letter, or its place where the keyboard writes in another script. */
const letter = (e: KeyboardEvent): string => (/^[a-z]$/i.test(e.key) ? e.key.toLowerCase() : (/^Key([A-Z])$/.exec(e.code)?.[1] ?? "").toLowerCase());

interface Own {
  stream: MediaStream | undefined;
  mic: boolean;
  camera: boolean;
  captions: boolean;
}

function Bar({ room, call, own, setOwn, layout, setLayout }: { room: RoomRow; call: Call; own: Own; setOwn: (o: Own) => void; layout: Layout; setLayout: (l: Layout) => void }): JSX.Element {
  const { act, busy, trouble } = useRoomAct(room.id);
  const [screen, setScreen] = useState<MediaStream | undefined>(undefined);
  const me = room.people.find((p) => p.person === room.me);
  const raise = (hand: "hand" | "point-of-order"): void => (me?.hand === hand ? act("room.lower-hand", {}) : act("room.raise-hand", { hand }));
  const share = async (): Promise<void> => {
    const stream = screen ? undefined : await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => undefined);
    if (stream) for (const x of stream.getVideoTracks()) x.onended = () => setScreen(undefined);
    setScreen(stream);
  };
  useEffect(() => {
    call.share(screen);
    return () => screen?.getTracks().forEach((x) => x.stop()); /* nothing is captured for nobody */
  }, [screen]);
  useEffect(() => {
    if (!room.screen) setScreen(undefined);
  }, [room.screen]);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const at = bar.current;
    if (!at) return;
    const watch = new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${at.offsetHeight}px`)); /* what has the focus stays above it */
    watch.observe(at);
    return () => watch.disconnect();
  }, []);
  const mic = gives(own.stream, "audio");
  const camera = gives(own.stream, "video");
  const keys: Record<string, () => void> = {
    m: () => mic && setOwn({ ...own, mic: !own.mic }),
    v: () => camera && setOwn({ ...own, camera: !own.camera }),
    h: () => room.may_ask && !busy && raise("hand"),
    o: () => room.may_ask && !room.advisory && !busy && raise("point-of-order"),
    c: () => setOwn({ ...own, captions: !own.captions }),
    g: () => setLayout(LAYOUTS[(LAYOUTS.indexOf(layout) + 1) % LAYOUTS.length] ?? "grid"),
  };
  useEffect(() => {
    const press = (e: KeyboardEvent): void => {
      if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || (e.target as HTMLElement).closest("input, textarea, select")) return;
      keys[letter(e)]?.();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return (
    <div ref={bar} class="room-bar" role="toolbar" aria-label={t("meeting.bar")}>
      <button type="button" disabled={!mic} aria-pressed={mic && own.mic} aria-keyshortcuts="M" onClick={keys.m}>
        {t(!mic ? "meeting.mic-none" : own.mic ? "meeting.mic-on" : "meeting.mic-off")}
      </button>
      <button type="button" disabled={!camera} aria-pressed={camera && own.camera} aria-keyshortcuts="V" onClick={keys.v}>
        {t(!camera ? "meeting.camera-none" : own.camera ? "meeting.camera-on" : "meeting.camera-off")}
      </button>
      {room.may_ask && (
        <button type="button" disabled={busy} aria-pressed={me?.hand === "hand"} aria-keyshortcuts="H" onClick={keys.h}>
          {t(me?.hand === "hand" ? "meeting.lower" : room.advisory ? "meeting.ask-advisory" : "meeting.ask")}
        </button>
      )}
      {room.may_ask && !room.advisory && (
        <button type="button" disabled={busy} aria-pressed={me?.hand === "point-of-order"} aria-keyshortcuts="O" onClick={keys.o}>
          {t("meeting.order")}
        </button>
      )}
      {me?.floor && (
        <button type="button" disabled={busy} onClick={() => act("room.withdraw-floor", {})}>
          {t("meeting.give-up-floor")}
        </button>
      )}
      {(room.screen || screen) && navigator.mediaDevices && "getDisplayMedia" in navigator.mediaDevices && (
        <button type="button" aria-pressed={screen !== undefined} onClick={() => void share()}>
          {t(screen ? "meeting.stop-sharing" : "meeting.share")}
        </button>
      )}
      <button type="button" aria-pressed={own.captions} aria-keyshortcuts="C" onClick={keys.c}>
        {t("meeting.captions")}
      </button>
      <label>
        <span class="sr">{t("meeting.layout")}</span>
        <select value={layout} aria-keyshortcuts="G" onChange={(e) => setLayout(e.currentTarget.value as Layout)}>
          {LAYOUTS.map((l) => (
            <option key={l} value={l}>
              {t(`meeting.layout-${l}` as Key)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" disabled={busy} onClick={() => act("room.leave", {})}>
        {t("meeting.leave")}
      </button>
      <span class="meta">
        {t(call.link.value === "lost" ? "meeting.link-lost" : call.link.value === "joined" ? "meeting.link-joined" : "meeting.link-joining")} {t(heardWord(room, own))}
      </span>
      {trouble}
    </div>
  );
}

function Inside({ room, start }: { room: RoomRow; start: MediaStream | undefined }): JSX.Element {
  const call = useMemo(() => new Call(room.id), [room.id]);
  const [own, setOwn] = useState<Own>({ stream: start, mic: true, camera: true, captions: true });
  const [layout, setLayout] = useState<Layout>("grid");
  const [settings, setSettings] = useState(false);
  useEffect(() => {
    (window as { comityCall?: Call }).comityCall = call;
    call.listen();
    if (own.stream) call.publish(own.stream);
    return () => call.end();
  }, [call]);
  useEffect(() => () => own.stream?.getTracks().forEach((x) => x.stop()), [own.stream]);
  useEffect(() => {
    own.stream?.getAudioTracks().forEach((x) => (x.enabled = own.mic));
    own.stream?.getVideoTracks().forEach((x) => (x.enabled = own.camera));
  }, [own]);
  const now = useRef(own);
  now.current = own;
  const change = (s: MediaStream | undefined): void => {
    const { stream, mic, camera } = now.current;
    if (!s || s === stream) return;
    for (const x of s.getTracks()) x.enabled = x.kind === "audio" ? mic : camera; /* before it is sent */
    if (stream) void call.replace(s);
    else call.publish(s);
    setOwn((o) => ({ ...o, stream: s }));
  };
  /* A device that is pulled out: what there is takes its place. */
  useEffect(() => {
    const gone = (): void => void takeMedia().then((got) => (got.stream ? change(got.stream) : setOwn((o) => ({ ...o }))));
    own.stream?.getTracks().forEach((x) => x.addEventListener("ended", gone));
    return () => own.stream?.getTracks().forEach((x) => x.removeEventListener("ended", gone));
  }, [own.stream]);
  const item = room.items.find((i) => i.number === room.item);
  return (
    <div class="room">
      <Announcer room={room} />
      <Voices call={call} />
      {room.state === "suspended" && (
        <p class="trouble wait" role="alert">
          {t("meeting.suspended")}
        </p>
      )}
      <p class="room-now">
        {item && (
          <b>
            {item.number}. {item.title}
          </b>
        )}
        {item?.state === "suspended" && <Mark tone="bad">{t("meeting.item-suspended")}</Mark>}
        <Mark tone={room.quorum ? "good" : "wait"}>{t(room.quorum ? "meeting.quorum" : "meeting.no-quorum")}</Mark>
        {room.missing.map((p) => (
          <Party key={p} id={p} plain />
        ))}
      </p>
      <div class="room-columns">
        <div>
          <Tiles room={room} call={call} own={own.stream} silent={!own.mic || !gives(own.stream, "audio")} layout={layout} />
          <Captions room={room.id} may={room.captions} shown={own.captions} />
        </div>
        <div class="room-side">
          <Items room={room} />
          <Controls room={room} />
          <RoomText room={room.id} may={room.text} />
          <details onToggle={(e) => setSettings(e.currentTarget.open)}>
            <summary>{t("meeting.devices")}</summary>
            {settings && <Precheck ready={change} />}
            <p class="note">{t("meeting.keys")}</p>
          </details>
        </div>
      </div>
      <Bar room={room} call={call} own={own} setOwn={setOwn} layout={layout} setLayout={setLayout} />
      {!room.advisory && <Log room={room.id} />}
      <Protection room={room} />
    </div>
  );
}

/* Read when it is opened. */
function Log({ room }: { room: number }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t("roomlog.title")}</summary>
      {open && <RoomLog room={room} />}
    </details>
  );
}

function Before({ room, ready }: { room: RoomRow; ready: (s: MediaStream | undefined) => void }): JSX.Element {
  const { act, busy, trouble } = useRoomAct(room.id);
  const device = useDevice(!room.guests);
  return (
    <Part title={t("meeting.check")} note={t("meeting.check-note")}>
      <Precheck ready={ready} />
      {room.place === "lobby" ? (
        <p role="status">
          <Mark tone="wait">{t("meeting.in-lobby")}</Mark>
        </p>
      ) : (
        <>
          {room.place === "removed" && (
            <p role="status">
              <Mark tone="wait">{t("meeting.sent-out")}</Mark>
            </p>
          )}
          <button type="button" class="main" disabled={busy} onClick={() => act("room.enter", device ? { device } : {})}>
            {t("meeting.enter")}
          </button>
        </>
      )}
      {trouble}
      {!room.guests && <ThisDevice device={device} />}
      <Protection room={room} />
    </Part>
  );
}

export default function Meeting({ id }: { id: string }): JSX.Element {
  const view = useView("room", { id: Number(id) }, !seat.value);
  const [stream, setStream] = useState<MediaStream | undefined>(undefined);
  const room = view.rows?.[0];
  const names = useNames();
  useEffect(() => () => stream?.getTracks().forEach((x) => x.stop()), [stream]);
  return (
    <>
      <Head view="meeting" {...(room ? { title: room.title, lead: names.name("bodies", room.body) } : {})} />
      {room?.consultation && (
        <p class="links no-print">
          <To href={`/consultations#c${room.consultation}`}>{named("value", "consultation")}</To> <TrailLink from="room" id={room.id} />
        </p>
      )}
      {!seat.value ? (
        <p class="note">{t("part.not-yours")}</p>
      ) : (
        <Rows of={view} none={t("meeting.none")}>
          {([r]) => (!r ? null : r.state === "closed" ? <Closed room={r} /> : r.place === "in" ? <Rejoin room={r} stream={stream} /> : <Before room={r} ready={setStream} />)}
        </Rows>
      )}
    </>
  );
}

function Closed({ room }: { room: RoomRow }): JSX.Element {
  return (
    <>
      <p class="note">{t("meeting.closed")}</p>
      <Items room={room} />
      <RoomLog room={room.id} />
    </>
  );
}

/* After a reload one is inside already: the devices are asked for again, then all goes on. */
function Rejoin({ room, stream }: { room: RoomRow; stream: MediaStream | undefined }): JSX.Element {
  const [own, setOwn] = useState<MediaStream | undefined>(stream);
  const [asked, setAsked] = useState(stream !== undefined);
  useEffect(() => {
    if (asked) return;
    void takeMedia()
      .then((got) => setOwn(got.stream))
      .finally(() => setAsked(true));
  }, []);
  return asked ? <Inside room={room} start={own} /> : <p class="waiting">{t("meeting.link-joining")}</p>;
}
