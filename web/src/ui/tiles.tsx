/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * tiles.tsx: the people of a room in their places: protocol order, so that nobody jumps about.
 *
 *	grid     pages of tiles, all of one size
 *	gallery  smaller tiles, more of them
 *	speaker  who has the floor large, all in their places below
 *
 * Only what is visible is received, and no larger than it is shown.
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RoomPerson, RoomRow } from "gen/schema";
import { t, type Key } from "../i18n.ts";
import type { Call, Quality } from "../wire/call.ts";
import { useNames, useParties } from "../wire/names.ts";
import { narrow } from "./media.ts";
import { Mark, Plate, type Tone } from "./parts.tsx";
import { seatName } from "./seatname.ts";

export type Layout = "grid" | "speaker" | "gallery";
const PAGE: Record<Layout, [number, number]> = { grid: [9, 4], speaker: [4, 2], gallery: [25, 6] };
const NOTHING = new MediaStream(); /* of who has no camera and no microphone */
const TONES: Record<Quality, Tone> = { good: "good", fair: "wait", poor: "bad", none: "none" };

/* `sized` is told how many rows of the screen it has. */
export function Picture({ stream, mirror, label, sized }: { stream: MediaStream | undefined; mirror?: boolean; label: string; sized?: (rows: number) => void }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (!video.current || !sized) return;
    const watch = new ResizeObserver(([entry]) => entry && sized(Math.round(entry.contentRect.height * devicePixelRatio)));
    watch.observe(video.current);
    return () => watch.disconnect();
  }, [sized !== undefined]);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null;
  }, [stream]);
  return <video ref={video} class={mirror ? "mirror" : ""} autoplay muted playsInline aria-label={label} />;
}

export function usePersonName(): (p: { office: string; party?: string }) => string {
  const names = useNames();
  const parties = useParties();
  return (p) => (p.party ? `${parties.short(p.party)} · ${seatName(names, p.office)}` : seatName(names, p.office));
}

interface TileProps {
  p: RoomPerson;
  call: Call;
  own: MediaStream | undefined;
  silent?: boolean; /* one's own microphone is off */
  hand: number;
  large?: boolean;
  twice?: boolean; /* is shown large, too */
}

function Tile({ p, call, own, silent, hand, large, twice }: TileProps): JSX.Element {
  const name = usePersonName();
  const parties = useParties();
  const quality = own ? undefined : call.quality.value.get(p.person);
  const seen = p.video && (!own || own.getVideoTracks().length > 0);
  const party = p.party ? parties.find(p.party) : undefined;
  return (
    <li class={`person-tile${p.floor ? " has-floor" : ""}${large ? " large" : ""}`} data-person={p.person}>
      {seen ? <Picture stream={own ?? call.pictures.value.get(p.person)} mirror={own !== undefined} label={name(p)} {...(own || twice ? {} : { sized: (rows: number) => call.size(p.person, rows) })} /> : <p class="no-picture">{t("meeting.attends")}</p>}
      <div class="tile-plate">
        {p.party && <Plate code={party?.code} />}
        <b>{name(p)}</b>
        {p.chair && <Mark tone="info">{t("meeting.chair")}</Mark>}
        {p.floor && <Mark tone="good">{t(p.advisory ? "meeting.floor-advisory" : "meeting.floor")}</Mark>}
        {p.hand && <Mark tone="wait">{`${t(p.hand === "hand" ? "meeting.hand" : "meeting.order")} ${hand}`}</Mark>}
        <span class="meta">{t(p.audio && !silent ? "meeting.heard" : p.muted ? "meeting.muted" : "meeting.not-heard")}</span>
        {quality && p.video && <Mark tone={TONES[quality]}>{t(`meeting.net-${quality}` as Key)}</Mark>}
      </div>
    </li>
  );
}

export function Tiles({ room, call, own, silent, layout }: { room: RoomRow; call: Call; own: MediaStream | undefined; silent: boolean; layout: Layout }): JSX.Element {
  const [page, setPage] = useState(0);
  const name = usePersonName();
  const inside = room.people.filter((p) => p.place === "in");
  const speaker = layout === "speaker" ? (inside.find((p) => p.floor) ?? inside.find((p) => p.chair) ?? inside[0]) : undefined;
  const size = PAGE[layout][narrow.value ? 1 : 0];
  const pages = Math.max(1, Math.ceil(inside.length / size));
  const at = Math.min(page, pages - 1);
  const shown = inside.slice(at * size, (at + 1) * size);
  const visible = [...(speaker && !shown.includes(speaker) ? [speaker] : []), ...shown];
  const mine = (p: RoomPerson): { own: MediaStream | undefined; silent?: boolean } => (p.person === room.me ? { own: own ?? NOTHING, silent } : { own: undefined });
  const sharing = room.people.filter((p) => p.screen && p.person !== room.me && call.screens.value.has(`screen-${p.person}`));
  const wanted = room.receive ? [...visible.filter((p) => p.video && p.person !== room.me).map((p) => p.person), ...sharing.map((p) => `screen-${p.person}`)] : [];

  useEffect(() => call.watch(wanted), [wanted.join(" ")]);
  const hand = (p: RoomPerson): number => room.hands.indexOf(p.person) + 1;
  return (
    <div class={`stage ${layout}`}>
      {sharing.map((p) => (
        <figure key={p.person} class="screen">
          <Picture stream={call.pictures.value.get(`screen-${p.person}`)} label={t("meeting.screen-of", { name: name(p) })} sized={(rows) => call.size(`screen-${p.person}`, rows)} />
          <figcaption>{t("meeting.screen-of", { name: name(p) })}</figcaption>
        </figure>
      ))}
      {speaker && (
        <ul class="person-tiles one">
          <Tile key={speaker.person} p={speaker} call={call} {...mine(speaker)} hand={hand(speaker)} large />
        </ul>
      )}
      <ul class="person-tiles" aria-label={t("meeting.people")}>
        {shown.map((p) => (
          <Tile key={p.person} p={p} call={call} {...mine(p)} hand={hand(p)} twice={p === speaker} />
        ))}
      </ul>
      {pages > 1 && (
        <nav class="pager" aria-label={t("meeting.pages")}>
          <button type="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
            {t("meeting.before")}
          </button>
          <span>{t("meeting.page", { page: at + 1, of: pages })}</span>
          <button type="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            {t("meeting.after")}
          </button>
        </nav>
      )}
    </div>
  );
}

function Voice({ stream, blocked }: { stream: MediaStream; blocked: () => void }): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (!audio.current) return;
    audio.current.srcObject = stream;
    audio.current.play().catch((e: unknown) => e instanceof DOMException && e.name === "NotAllowedError" && blocked());
  }, [stream]);
  return <audio ref={audio} autoplay />;
}

/* What is heard; nothing to see, unless the browser waits for a hand: nobody has touched the page, and it takes no microphone. */
export function Voices({ call }: { call: Call }): JSX.Element {
  const [blocked, setBlocked] = useState(false);
  const all = useRef<HTMLDivElement>(null);
  const play = (): void => {
    for (const a of all.current?.querySelectorAll("audio") ?? []) void a.play().catch(() => undefined);
    setBlocked(false);
  };
  return (
    <>
      <div hidden ref={all}>
        {call.voices.value.map((s) => (
          <Voice key={s.id} stream={s} blocked={() => setBlocked(true)} />
        ))}
      </div>
      {blocked && (
        <p class="trouble wait" role="alert">
          {t("meeting.sound-held")}{" "}
          <button type="button" onClick={play}>
            {t("meeting.sound-on")}
          </button>
        </p>
      )}
    </>
  );
}
