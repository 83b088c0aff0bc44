/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* precheck.tsx: before a meeting: camera, microphone, connection; what is wrong, how to mend it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t, type Key } from "../i18n.ts";
import { tryWay, type Way } from "../wire/way.ts";
import { Mark, type Tone } from "./parts.tsx";

export interface Devices {
  camera?: string;
  microphone?: string;
}

type Kind = keyof Devices;

/* What the devices give, and what is wrong with those that give nothing. */
export interface Taken {
  stream: MediaStream | undefined;
  wrong: { [K in Kind]?: Key };
}

/* Who said no to both is not asked twice: only what the browser gives without asking. */
async function given(kind: Kind): Promise<boolean> {
  const state = await navigator.permissions.query({ name: kind as PermissionName }).catch(() => undefined);
  return state ? state.state === "granted" : false;
}

/* What was chosen stays chosen: in the room, and after a reload. */
const CHOSEN = "devices";
const chosen = (): Devices => JSON.parse(sessionStorage.getItem(CHOSEN) ?? "{}") as Devices;

/* Ask for both; where that fails, for each alone: the one that works is not lost with the other. */
export async function takeMedia(d = chosen()): Promise<Taken> {
  const asked = {
    microphone: { audio: { ...(d.microphone ? { deviceId: { exact: d.microphone } } : {}), echoCancellation: true, noiseSuppression: true } },
    camera: { video: { ...(d.camera ? { deviceId: { exact: d.camera } } : {}), width: { ideal: 1280 }, height: { ideal: 720 } } },
  };
  const wrong: Taken["wrong"] = {};
  const tracks: MediaStreamTrack[] = [];
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ ...asked.microphone, ...asked.camera }), wrong };
  } catch (both) {
    if ((both as Error).name === "OverconstrainedError") return takeMedia({}); /* what was chosen is not there any more */
    const refused = reason(both) === "meeting.wrong-refused";
    for (const kind of ["microphone", "camera"] as const)
      try {
        if (reason(both) === "meeting.wrong-insecure" || (refused && !(await given(kind)))) throw both;
        tracks.push(...(await navigator.mediaDevices.getUserMedia(asked[kind])).getTracks());
      } catch (e) {
        wrong[kind] = reason(e);
      }
  }
  return { stream: tracks.length ? new MediaStream(tracks) : undefined, wrong };
}

function reason(e: unknown): Key {
  const name = e instanceof DOMException ? e.name : "";
  if (!("mediaDevices" in navigator)) return "meeting.wrong-insecure";
  if (name === "NotAllowedError") return "meeting.wrong-refused";
  if (name === "NotFoundError") return "meeting.wrong-nothing";
  return name === "NotReadableError" ? "meeting.wrong-busy" : "meeting.wrong-other";
}

function Line({ tone, name, word }: { tone: Tone; name: Key; word: string }): JSX.Element {
  return (
    <li>
      <b>{t(name)}</b> <Mark tone={tone}>{word}</Mark>
    </li>
  );
}

const WAY_TONES: Record<Way["by"], Tone> = { udp: "good", relay: "good", tcp: "wait", none: "bad" };

/* The way to the server, tried; undefined: still trying; null: the server itself is not reached. */
function Connection({ way, again }: { way: Way | undefined | null; again: () => void }): JSX.Element {
  if (way === undefined) return <Line tone="wait" name="meeting.connection" word={t("meeting.way-trying")} />;
  return (
    <>
      {way ? <Line tone={WAY_TONES[way.by]} name="meeting.connection" word={t(`meeting.way-${way.by}`, { ms: way.ms })} /> : <Line tone="bad" name="meeting.connection" word={t("meeting.unreachable")} />}
      {(!way || way.by === "none" || way.by === "tcp") && (
        <li>
          {way && <p>{t("meeting.way-mend", { server: way.server || location.hostname })}</p>}
          <button type="button" onClick={again}>
            {t("meeting.way-again")}
          </button>
        </li>
      )}
    </>
  );
}

const HEARD = 0.02;

/* How loud it is, 0 to 1, as it changes; `heard`: it was loud enough once. */
function useLevel(stream: MediaStream | undefined): { level: number; heard: boolean } {
  const [level, setLevel] = useState(0);
  const [heard, setHeard] = useState(false);
  useEffect(() => {
    setLevel(0);
    setHeard(false);
    if (!stream?.getAudioTracks().length) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const bytes = new Uint8Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    const timer = setInterval(() => {
      analyser.getByteTimeDomainData(bytes);
      const now = Math.max(...bytes.map((b) => Math.abs(b - 128))) / 128;
      setLevel(now);
      if (now > HEARD) setHeard(true);
    }, 100);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream]);
  return { level, heard };
}

function Choose(p: { kind: "audioinput" | "videoinput"; label: Key; list: MediaDeviceInfo[]; now: string | undefined; set: (id: string) => void }): JSX.Element | null {
  const own = p.list.filter((d) => d.kind === p.kind && d.deviceId);
  if (own.length < 2) return null;
  return (
    <label class="field">
      {t(p.label)}{" "}
      <select value={p.now} onChange={(e) => p.set(e.currentTarget.value)}>
        {own.map((d) => (
          <option key={d.deviceId} value={d.deviceId}>
            {d.label || d.deviceId}
          </option>
        ))}
      </select>
    </label>
  );
}

/* What is wrong with a device, and how to mend it; said once where it is the same with both. */
function Wrong({ wrong, again }: { wrong: Taken["wrong"]; again: () => void }): JSX.Element | null {
  const { camera, microphone } = wrong;
  if (!camera && !microphone) return null;
  const line = (name: Key, why: Key): JSX.Element => (
    <p>
      <b>{t(name)}</b> {t(why)}
    </p>
  );
  return (
    <div class="trouble" role="alert">
      {camera && camera === microphone ? (
        line("meeting.devices", camera)
      ) : (
        <>
          {camera && line("meeting.camera", camera)}
          {microphone && line("meeting.microphone", microphone)}
        </>
      )}
      <button type="button" onClick={again}>
        {t("meeting.try-again")}
      </button>
    </div>
  );
}

/* Shows oneself; `ready` gets the stream, again whenever another device is chosen. */
export function Precheck({ ready }: { ready: (s: MediaStream | undefined) => void }): JSX.Element {
  const [devices, setDevices] = useState<Devices>(chosen);
  const [known, setKnown] = useState<MediaDeviceInfo[]>([]);
  const [stream, setStream] = useState<MediaStream | undefined>(undefined);
  const [wrong, setWrong] = useState<Taken["wrong"]>({});
  const [way, setWay] = useState<Way | undefined | null>(undefined);
  const video = useRef<HTMLVideoElement>(null);
  const { level, heard } = useLevel(stream);

  const take = (d: Devices): void => {
    setDevices(d);
    sessionStorage.setItem(CHOSEN, JSON.stringify(d));
    setWrong({});
    void takeMedia(d).then((got) => {
      setStream(got.stream);
      setWrong(got.wrong);
      ready(got.stream);
      list();
    });
  };
  const list = (): void => void navigator.mediaDevices?.enumerateDevices().then(setKnown, () => undefined);
  const look = (): void => {
    setWay(undefined);
    tryWay().then(setWay, () => setWay(null));
  };
  useEffect(() => {
    take(chosen());
    look();
    navigator.mediaDevices?.addEventListener("devicechange", list);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", list);
  }, []);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null;
  }, [stream]);

  const camera = (stream?.getVideoTracks().length ?? 0) > 0;
  const used = (kind: string): string | undefined => stream?.getTracks().find((x) => x.kind === kind)?.getSettings().deviceId;
  const microphone = (stream?.getAudioTracks().length ?? 0) > 0;
  return (
    <div class="precheck">
      <video ref={video} autoplay muted playsInline aria-label={t("meeting.self")} />
      <div>
        <ul class="plain" aria-live="polite">
          <Line tone={camera ? "good" : "wait"} name="meeting.camera" word={t(camera ? "meeting.works" : microphone ? "meeting.no-camera" : "meeting.unseen")} />
          <Line tone={heard ? "good" : microphone ? "wait" : "bad"} name="meeting.microphone" word={t(heard ? "meeting.hears" : microphone ? "meeting.say-something" : "meeting.silent")} />
          <Connection way={way} again={look} />
        </ul>
        <meter min={0} max={1} value={level} aria-label={t("meeting.level")} />
        <Wrong wrong={wrong} again={() => take(devices)} />
        <Choose kind="videoinput" label="meeting.camera" list={known} now={used("video")} set={(camera) => take({ ...devices, camera })} />
        <Choose kind="audioinput" label="meeting.microphone" list={known} now={used("audio")} set={(microphone) => take({ ...devices, microphone })} />
      </div>
    </div>
  );
}
