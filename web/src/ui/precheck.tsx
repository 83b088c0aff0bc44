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

/* Ask for both; without a camera, for the microphone alone. */
export async function takeMedia(d: Devices): Promise<MediaStream> {
  const audio = { ...(d.microphone ? { deviceId: { exact: d.microphone } } : {}), echoCancellation: true, noiseSuppression: true };
  const video = { ...(d.camera ? { deviceId: { exact: d.camera } } : {}), width: { ideal: 1280 }, height: { ideal: 720 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio, video });
  } catch (e) {
    if (e instanceof DOMException && e.name === "NotAllowedError") throw e;
    return navigator.mediaDevices.getUserMedia({ audio });
  }
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
          {way && <p>{t("meeting.way-mend", { server: way.server || "–" })}</p>}
          <button type="button" onClick={again}>
            {t("meeting.way-again")}
          </button>
        </li>
      )}
    </>
  );
}

/* How loud it is, 0 to 1, as it changes. */
function useLevel(stream: MediaStream | undefined): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!stream?.getAudioTracks().length) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const bytes = new Uint8Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    const timer = setInterval(() => {
      analyser.getByteTimeDomainData(bytes);
      setLevel(Math.max(...bytes.map((b) => Math.abs(b - 128))) / 128);
    }, 100);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream]);
  return level;
}

function Choose(p: { kind: "audioinput" | "videoinput"; label: Key; list: MediaDeviceInfo[]; now: string | undefined; set: (id: string) => void }): JSX.Element | null {
  const own = p.list.filter((d) => d.kind === p.kind && d.deviceId);
  if (own.length < 2) return null;
  return (
    <label class="field">
      {t(p.label)}
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

/* Shows oneself; `ready` gets the stream, again whenever another device is chosen. */
export function Precheck({ ready }: { ready: (s: MediaStream | undefined) => void }): JSX.Element {
  const [devices, setDevices] = useState<Devices>({});
  const [list, setList] = useState<MediaDeviceInfo[]>([]);
  const [stream, setStream] = useState<MediaStream | undefined>(undefined);
  const [wrong, setWrong] = useState<Key | undefined>(undefined);
  const [way, setWay] = useState<Way | undefined | null>(undefined);
  const video = useRef<HTMLVideoElement>(null);
  const level = useLevel(stream);

  const take = (d: Devices): void => {
    setDevices(d);
    setWrong(undefined);
    Promise.resolve()
      .then(() => takeMedia(d))
      .then(
        (s) => {
          setStream(s);
          ready(s);
          void navigator.mediaDevices.enumerateDevices().then(setList);
        },
        (e: unknown) => {
          setWrong(reason(e));
          ready(undefined);
        },
      );
  };
  const look = (): void => {
    setWay(undefined);
    tryWay().then(setWay, () => setWay(null));
  };
  useEffect(() => {
    take({});
    look();
  }, []);
  useEffect(() => {
    if (video.current && stream) video.current.srcObject = stream;
  }, [stream]);

  const camera = (stream?.getVideoTracks().length ?? 0) > 0;
  return (
    <div class="precheck">
      <video ref={video} autoplay muted playsInline aria-label={t("meeting.self")} />
      <div>
        <ul class="plain" aria-live="polite">
          <Line tone={camera ? "good" : "wait"} name="meeting.camera" word={t(camera ? "meeting.works" : "meeting.no-camera")} />
          <Line tone={level > 0.02 ? "good" : stream ? "wait" : "bad"} name="meeting.microphone" word={t(level > 0.02 ? "meeting.hears" : stream ? "meeting.say-something" : "meeting.silent")} />
          <Connection way={way} again={look} />
        </ul>
        <meter min={0} max={1} value={level} aria-label={t("meeting.level")} />
        {wrong && (
          <div class="trouble" role="alert">
            <p>{t(wrong)}</p>
            <button type="button" onClick={() => take(devices)}>
              {t("meeting.try-again")}
            </button>
          </div>
        )}
        <Choose kind="videoinput" label="meeting.camera" list={list} now={devices.camera} set={(camera) => take({ ...devices, camera })} />
        <Choose kind="audioinput" label="meeting.microphone" list={list} now={devices.microphone} set={(microphone) => take({ ...devices, microphone })} />
      </div>
    </div>
  );
}
