/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * call.ts: the media of a room, over WHIP (RFC 9725) and WHEP.
 *
 * One connection publishes camera and microphone; one receives the sound of the whole room;
 * one for each tile that is visible receives its picture.  Sending and receiving transceivers
 * are never the same ones, and a transform can be set on either before its first packet.  What
 * of it passes is decided by the server (confer/rights.h).
 *
 * A lost connection is mended by an ICE restart, which keeps the session; where the server no
 * longer has it, by joining anew.  Sound first: pictures wait until it is back.
 */
import { signal } from "@preact/signals";
import { postJson } from "./api.ts";
import { listen } from "./events.ts";

const VOICES = 16; /* sounds received at once */
const AGAIN_MS = 300;
const REPLY_MS = 2000; /* an answer that takes longer is asked for again */
const SOON_MS = 600; /* most answers come sooner: what was asked of a network that is gone is not waited for */
const LOOK_MS = 500;
const STALL_MS = 3500; /* browsers send a check at least every 2.5 s, and it is answered */
const MUTE_MS = 1200; /* what is sent is answered with feedback, many times a second */
const QUALITY_MS = 2000;
const LAYERS: RTCRtpEncodingParameters[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 400_000 },
  { rid: "f", maxBitrate: 1_200_000 },
];

export type Link = "idle" | "joining" | "joined" | "lost";
export type Quality = "good" | "fair" | "poor" | "none";

interface Ticket {
  participant: string;
  token: string;
}

interface Tickets {
  room: string;
  me: Ticket;
  screen: Ticket;
  screens: string[]; /* that are shown now */
  ice: RTCIceServer[];
}

interface Door {
  path: string;
  token: string;
  ice: RTCIceServer[];
}

class Absent extends Error {}

/* Redundant sound (RFC 2198) first, where the browser has it: it hides single losses. */
function redundant(x: RTCRtpTransceiver, all: RTCRtpCodec[] = []): void {
  const red = all.filter((c) => c.mimeType.toLowerCase() === "audio/red");
  if (red.length && "setCodecPreferences" in x) x.setCodecPreferences([...red, ...all.filter((c) => !red.includes(c))]);
}

function ask(method: string, path: string, token: string, headers: Record<string, string>, body: string, ms = REPLY_MS): Promise<Response> {
  return fetch(path, { method, headers: { Authorization: `Bearer ${token}`, ...headers }, body, signal: AbortSignal.timeout(ms) });
}

/* An answer with other ICE credentials and candidates. */
function restarted(answer: string, fragment: string): string {
  const lines = fragment.split("\r\n");
  const value = (key: string): string => lines.find((l) => l.startsWith(key)) ?? "";
  return answer.replace(/a=ice-ufrag:.*/g, value("a=ice-ufrag:")).replace(/a=ice-pwd:.*/g, value("a=ice-pwd:"));
}

/* One peer connection of the room, mended when it is lost, until it is closed. */
export class Leg {
  pc: RTCPeerConnection | undefined;
  private closed = false;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private where: { path: string; token: string } | undefined;
  private moved = 0; /* when something last came */
  private got = 0;
  private tries = 0; /* of restarts since it was lost */
  private rows: number | undefined;
  readonly state = signal<Link>("idle");

  /* `wait`: something else goes first; `stall`: nothing came for so long: it is lost. */
  constructor(
    private readonly ticket: () => Promise<Door>,
    private readonly prepare: (pc: RTCPeerConnection) => void,
    private readonly wait: () => boolean = () => false,
    private readonly stall = STALL_MS,
  ) {
    void this.join();
  }

  async join(): Promise<void> {
    if (this.closed || this.busy) return;
    clearTimeout(this.timer);
    this.busy = true;
    if (this.pc) this.drop();
    this.state.value = this.state.value === "idle" ? "joining" : "lost";
    try {
      const door = await this.ticket();
      const pc = new RTCPeerConnection({ iceServers: door.ice });
      this.pc = pc;
      this.prepare(pc);
      pc.onconnectionstatechange = () => this.changed(pc);
      await pc.setLocalDescription();
      const r = await ask("POST", door.path, door.token, { "Content-Type": "application/sdp" }, pc.localDescription?.sdp ?? "");
      if (r.status === 404) throw new Absent();
      if (r.status !== 201) throw new Error(String(r.status));
      this.where = { path: r.headers.get("Location") ?? "", token: door.token };
      const sdp = await r.text();
      if (this.closed) this.drop();
      else await pc.setRemoteDescription({ type: "answer", sdp });
      this.tell();
    } catch (e) {
      /* Who publishes nothing is waited for: an event says when they do. */
      this.state.value = e instanceof Absent ? "idle" : "lost";
      if (!(e instanceof Absent)) this.again(() => this.join());
    } finally {
      this.busy = false;
    }
  }

  /* New ways to the server, the same session: RFC 9725 4.3.2. */
  private async restart(): Promise<void> {
    const { pc, where } = this;
    if (this.closed || this.busy) return;
    if (!pc || !where || pc.signalingState === "closed" || !pc.currentRemoteDescription) return this.join();
    if (this.state.value === "joined" || this.wait()) return this.again(() => this.restart());
    this.busy = true;
    const answer = pc.currentRemoteDescription.sdp;
    let gone = false;
    try {
      pc.restartIce();
      await pc.setLocalDescription();
      const own = (pc.localDescription?.sdp ?? "").split("\r\n").filter((l) => /^a=(ice-ufrag|ice-pwd):/.test(l));
      const r = await ask("PATCH", where.path, where.token, { "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*" }, `${[...new Set(own)].join("\r\n")}\r\n`, ++this.tries % 3 ? SOON_MS : REPLY_MS);
      gone = r.status !== 200;
      if (!gone) await pc.setRemoteDescription({ type: "answer", sdp: restarted(answer, await r.text()) });
    } catch {
      /* no network yet: again */
    } finally {
      this.busy = false;
    }
    if (this.closed) return;
    if (gone) void this.join();
    else this.again(() => (this.state.value === "joined" ? Promise.resolve() : this.restart()));
  }

  private changed(pc: RTCPeerConnection): void {
    if (this.pc !== pc) return;
    if (pc.connectionState === "connected") {
      clearTimeout(this.timer);
      this.moved = performance.now();
      this.tries = 0;
      this.state.value = "joined";
    }
    if (pc.connectionState === "failed" || pc.connectionState === "disconnected") this.lose();
  }

  /* Nothing comes any more: mend it. */
  lose(): void {
    if (this.state.value !== "joined") return;
    this.state.value = "lost";
    void this.restart();
  }

  /* Has anything come for a while?  A connection that is only quiet answers checks. */
  async look(): Promise<boolean> {
    const now = performance.now();
    let got = 0;
    if (this.state.value !== "joined" || !this.pc) return true;
    for (const s of (await this.pc.getStats()).values()) if (s.type === "candidate-pair") got += ((s.bytesReceived as number) ?? 0) + ((s.responsesReceived as number) ?? 0);
    if (got !== this.got) this.moved = now;
    this.got = got;
    return now - this.moved < this.stall;
  }

  private again(what: () => Promise<void>): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => void what(), AGAIN_MS);
  }

  private drop(): void {
    if (this.where) {
      const { path, token } = this.where;
      void fetch(path, { method: "DELETE", headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(() => undefined);
    }
    this.where = undefined;
    this.pc?.close();
    this.pc = undefined;
  }

  /* The network is back, or somebody began to publish: do not wait. */
  hurry(): void {
    if (this.state.value === "lost") void this.restart();
    else if (this.state.value === "idle") void this.join();
  }

  /* In how many rows of the screen it is shown: no larger picture is sent than that. */
  show(rows: number): void {
    if (rows === this.rows) return;
    this.rows = rows;
    this.tell();
  }

  private tell(): void {
    if (this.rows === undefined || !this.where) return;
    void ask("PATCH", this.where.path, this.where.token, { "Content-Type": "application/json" }, JSON.stringify({ tiles: [{ height: this.rows }] })).catch(() => undefined);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.drop();
  }
}

interface Counted {
  got: number;
  lost: number;
  frames: number;
}

export class Call {
  readonly room: number;
  readonly pictures = signal<Map<string, MediaStream>>(new Map());
  readonly voices = signal<MediaStream[]>([]);
  readonly quality = signal<Map<string, Quality>>(new Map());
  readonly screens = signal<Set<string>>(new Set());
  private tickets: Promise<Tickets> | undefined;
  private out: Leg | undefined;
  private own: MediaStream | undefined;
  private screenOut: Leg | undefined;
  private sound: Leg | undefined;
  private readonly tiles = new Map<string, Leg>();
  private readonly sizes = new Map<string, number>();
  private readonly counted = new Map<string, Counted>();
  private readonly unlisten: () => void;
  private readonly timers: ReturnType<typeof setInterval>[];
  readonly link = signal<Link>("idle");

  constructor(room: number) {
    this.room = room;
    this.unlisten = listen((m) => {
      if (m.type === "room" && m.room === room && m.event === "media") this.heard(m.participant ?? "", m.what ?? "");
      if (m.type === "live" || m.type === "resync") void this.again();
    });
    this.timers = [setInterval(() => void this.measure(), QUALITY_MS), setInterval(() => void this.look(), LOOK_MS)];
    addEventListener("online", this.online);
    addEventListener("offline", this.offline);
    document.addEventListener("visibilitychange", this.hide);
  }

  private readonly online = (): void => {
    for (const l of this.legs()) l.hurry();
  };

  private readonly offline = (): void => {
    for (const l of this.legs()) l.lose();
  };

  /* A page that nobody looks at needs no pictures. */
  private readonly hide = (): void => {
    for (const [who, leg] of this.tiles) leg.show(document.hidden ? 0 : (this.sizes.get(who) ?? 0));
  };

  /* Sound first. */
  private legs(): Leg[] {
    return [this.sound, this.out, this.screenOut, ...this.tiles.values()].filter((l) => l !== undefined);
  }

  private async look(): Promise<void> {
    for (const l of [this.sound, this.out]) if (l && !(await l.look())) return this.offline();
  }

  /* What was told while nobody listened. */
  private async again(): Promise<void> {
    if (!this.tickets) return;
    this.tickets = undefined;
    await this.ticket("whep", "me").catch(() => undefined);
  }

  private heard(who: string, what: string): void {
    if (who.startsWith("screen-") && what !== "views") {
      const next = new Set(this.screens.value);
      if (what === "publishes") next.add(who);
      else next.delete(who);
      this.screens.value = next;
    }
    if (what === "publishes") this.tiles.get(who)?.hurry();
  }

  private async ticket(kind: "whip" | "whep", of: "me" | "screen", only = ""): Promise<Door> {
    if (!this.tickets) {
      const asked = postJson<Tickets>(`/api/v1/rooms/${this.room}/media`, {});
      this.tickets = asked;
      void asked.then((t) => (this.screens.value = new Set(t.screens)), () => undefined);
    }
    try {
      const t = await this.tickets;
      return { path: `/${kind}/${t.room}${only && `/${only}`}`, token: t[of].token, ice: t.ice };
    } catch (e) {
      this.tickets = undefined; /* perhaps not inside yet: asked again at the next try */
      throw e;
    }
  }

  /* Receive the sound of the room. */
  listen(): void {
    this.sound ??= new Leg(
      () => this.ticket("whep", "me"),
      (pc) => {
        const all: MediaStream[] = [];
        for (let i = 0; i < VOICES; i++) {
          const x = pc.addTransceiver("audio", { direction: "recvonly" });
          redundant(x, RTCRtpReceiver.getCapabilities("audio")?.codecs);
          all.push(new MediaStream([x.receiver.track]));
        }
        this.voices.value = all;
      },
    );
    this.sound.state.subscribe((s) => {
      if (!this.out) this.link.value = s; /* who sends nothing is connected, too */
    });
  }

  /* Send what the camera and the microphone give. */
  publish(stream: MediaStream): void {
    this.out?.close();
    this.own = stream;
    const leg = new Leg(
      () => this.ticket("whip", "me"),
      (pc) => {
        const own = this.own ?? stream;
        for (const track of own.getVideoTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [own], sendEncodings: LAYERS });
        for (const track of own.getAudioTracks()) redundant(pc.addTransceiver(track, { direction: "sendonly", streams: [own] }), RTCRtpSender.getCapabilities("audio")?.codecs);
      },
      undefined,
      MUTE_MS,
    );
    leg.state.subscribe((s) => (this.link.value = s));
    this.out = leg;
  }

  /* Another device, in the middle of a sentence: no new connection, unless there is more to send. */
  async replace(stream: MediaStream): Promise<void> {
    const kinds = (x: MediaStream | undefined): string => (x?.getTracks() ?? []).map((y) => y.kind).sort().join();
    if (kinds(stream) !== kinds(this.own)) return this.publish(stream);
    this.own = stream;
    for (const sender of this.out?.pc?.getSenders() ?? []) {
      const track = stream.getTracks().find((x) => x.kind === sender.track?.kind);
      if (track) await sender.replaceTrack(track);
    }
  }

  share(stream: MediaStream | undefined): void {
    this.screenOut?.close();
    this.screenOut = undefined;
    const [track] = stream?.getVideoTracks() ?? [];
    if (!stream || !track) return;
    this.screenOut = new Leg(
      () => this.ticket("whip", "screen"),
      (pc) => void pc.addTransceiver(track, { direction: "sendonly", streams: [stream] }),
    );
  }

  /* Receive the pictures of these and of no others. */
  watch(wanted: string[]): void {
    for (const [who, leg] of this.tiles)
      if (!wanted.includes(who)) {
        leg.close();
        this.tiles.delete(who);
        this.counted.delete(who);
        this.show(who, undefined);
      }
    for (const who of wanted) {
      if (this.tiles.has(who)) continue;
      const leg = new Leg(
        () => this.ticket("whep", "me", who),
        (pc) => this.show(who, new MediaStream([pc.addTransceiver("video", { direction: "recvonly" }).receiver.track])),
        () => this.sound?.state.value === "lost",
      );
      this.tiles.set(who, leg);
      const rows = this.sizes.get(who);
      if (rows !== undefined) leg.show(rows);
    }
  }

  /* In how many rows of the screen that picture is shown. */
  size(who: string, rows: number): void {
    this.sizes.set(who, rows);
    if (!document.hidden) this.tiles.get(who)?.show(rows);
  }

  private show(who: string, stream: MediaStream | undefined): void {
    const next = new Map(this.pictures.value);
    if (stream) next.set(who, stream);
    else next.delete(who);
    this.pictures.value = next;
  }

  /* In words, by what was lost of the last seconds and by how it moves. */
  private async measure(): Promise<void> {
    const next = new Map<string, Quality>();
    for (const [who, leg] of this.tiles) {
      let now: Counted | undefined;
      for (const s of (await leg.pc?.getStats())?.values() ?? [])
        if (s.type === "inbound-rtp") now = { got: s.packetsReceived as number, lost: s.packetsLost as number, frames: (s.framesDecoded as number) ?? 0 };
      const before = this.counted.get(who);
      this.counted.set(who, now ?? { got: 0, lost: 0, frames: 0 });
      if (!now) {
        if (before) next.set(who, "none"); /* not yet is not never */
        continue;
      }
      const got = now.got - (before?.got ?? 0);
      const lost = Math.max(0, now.lost - (before?.lost ?? 0));
      const share = got + lost ? lost / (got + lost) : 1;
      const halting = before !== undefined && now.frames - before.frames < (QUALITY_MS / 1000) * 3;
      next.set(who, !got ? "none" : share > 0.08 ? "poor" : share > 0.02 || halting ? "fair" : "good");
    }
    this.quality.value = next;
  }

  /* For tests and for whoever wants to look: what arrives. */
  async stats(): Promise<{ pictures: number; voices: number }> {
    let pictures = 0;
    let voices = 0;
    for (const leg of [...this.tiles.values(), this.sound])
      for (const s of (await leg?.pc?.getStats())?.values() ?? []) {
        if (s.type !== "inbound-rtp") continue;
        if (s.kind === "video" && s.framesDecoded > 10) pictures++;
        if (s.kind === "audio" && s.totalAudioEnergy > 0.0001) voices++;
      }
    return { pictures, voices };
  }

  end(): void {
    removeEventListener("online", this.online);
    removeEventListener("offline", this.offline);
    document.removeEventListener("visibilitychange", this.hide);
    for (const x of this.timers) clearInterval(x);
    this.unlisten();
    for (const l of this.legs()) l.close();
    this.tiles.clear();
  }
}
