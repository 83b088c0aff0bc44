/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * call.ts: the media of a room, over WHIP (RFC 9725) and WHEP.
 *
 * One connection publishes camera and microphone; one receives the sound of the whole room;
 * one for each tile that is visible receives its picture.  Sending and receiving transceivers
 * are never the same ones, and a transform can be set on either before its first packet.  What
 * of it passes is decided by the server (confer/rights.h); a lost connection is made again.
 */
import { signal } from "@preact/signals";
import { postJson } from "./api.ts";
import { listen } from "./events.ts";

const VOICES = 16; /* sounds received at once */
const AGAIN_MS = 1000;
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
}

class Absent extends Error {}

/* One peer connection of the room, joined anew when it is lost, until it is closed. */
class Leg {
  pc: RTCPeerConnection | undefined;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private where: { path: string; token: string } | undefined;
  readonly state = signal<Link>("idle");

  constructor(
    private readonly ticket: () => Promise<{ path: string; token: string }>,
    private readonly prepare: (pc: RTCPeerConnection) => void,
  ) {
    void this.join();
  }

  async join(): Promise<void> {
    clearTimeout(this.timer);
    this.drop();
    if (this.closed) return;
    this.state.value = this.state.value === "idle" ? "joining" : "lost";
    const pc = new RTCPeerConnection();
    this.pc = pc;
    this.prepare(pc);
    pc.onconnectionstatechange = () => this.changed(pc);
    try {
      await pc.setLocalDescription();
      const where = await this.ticket();
      const r = await fetch(where.path, {
        method: "POST",
        headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${where.token}` },
        body: pc.localDescription?.sdp ?? "",
      });
      if (r.status === 404) throw new Absent();
      if (r.status !== 201) throw new Error(String(r.status));
      this.where = { path: r.headers.get("Location") ?? "", token: where.token };
      const sdp = await r.text();
      if (this.pc === pc) await pc.setRemoteDescription({ type: "answer", sdp });
    } catch (e) {
      if (this.pc !== pc) return;
      this.state.value = e instanceof Absent ? "idle" : "lost";
      /* Who publishes nothing is waited for: an event says when they do. */
      if (!(e instanceof Absent)) this.again();
    }
  }

  private changed(pc: RTCPeerConnection): void {
    if (this.pc !== pc) return;
    if (pc.connectionState === "connected") this.state.value = "joined";
    if (pc.connectionState === "failed" || pc.connectionState === "disconnected") {
      this.state.value = "lost";
      this.again();
    }
  }

  private again(): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => void this.join(), AGAIN_MS);
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
    if (this.state.value !== "joined") void this.join();
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
}

export class Call {
  readonly room: number;
  readonly pictures = signal<Map<string, MediaStream>>(new Map());
  readonly voices = signal<MediaStream[]>([]);
  readonly quality = signal<Map<string, Quality>>(new Map());
  readonly screens = signal<Set<string>>(new Set());
  private tickets: Promise<Tickets> | undefined;
  private out: Leg | undefined;
  private screenOut: Leg | undefined;
  private sound: Leg | undefined;
  private readonly tiles = new Map<string, Leg>();
  private readonly counted = new Map<string, Counted>();
  private readonly unlisten: () => void;
  private readonly timer: ReturnType<typeof setInterval>;
  readonly link = signal<Link>("idle");

  constructor(room: number) {
    this.room = room;
    this.unlisten = listen((m) => {
      if (m.type === "room" && m.room === room && m.event === "media") this.heard(m.participant ?? "", m.what ?? "");
    });
    this.timer = setInterval(() => void this.measure(), QUALITY_MS);
    addEventListener("online", this.online);
  }

  private readonly online = (): void => {
    for (const l of this.legs()) l.hurry();
  };

  private legs(): Leg[] {
    return [this.out, this.screenOut, this.sound, ...this.tiles.values()].filter((l) => l !== undefined);
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

  private async ticket(kind: "whip" | "whep", of: "me" | "screen", only = ""): Promise<{ path: string; token: string }> {
    this.tickets ??= postJson<Tickets>(`/api/v1/rooms/${this.room}/media`, {});
    try {
      const t = await this.tickets;
      return { path: `/${kind}/${t.room}${only && `/${only}`}`, token: t[of].token };
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
        for (let i = 0; i < VOICES; i++) all.push(new MediaStream([pc.addTransceiver("audio", { direction: "recvonly" }).receiver.track]));
        this.voices.value = all;
      },
    );
  }

  /* Send what the camera and the microphone give. */
  publish(stream: MediaStream): void {
    this.out?.close();
    const leg = new Leg(
      () => this.ticket("whip", "me"),
      (pc) => {
        for (const track of stream.getVideoTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings: LAYERS });
        for (const track of stream.getAudioTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [stream] });
      },
    );
    leg.state.subscribe((s) => (this.link.value = s));
    this.out = leg;
  }

  /* Another device, in the middle of a sentence: no new connection. */
  async replace(stream: MediaStream): Promise<void> {
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
        this.show(who, undefined);
      }
    for (const who of wanted) {
      if (this.tiles.has(who)) continue;
      const leg = new Leg(
        () => this.ticket("whep", "me", who),
        (pc) => this.show(who, new MediaStream([pc.addTransceiver("video", { direction: "recvonly" }).receiver.track])),
      );
      this.tiles.set(who, leg);
    }
  }

  private show(who: string, stream: MediaStream | undefined): void {
    const next = new Map(this.pictures.value);
    if (stream) next.set(who, stream);
    else next.delete(who);
    this.pictures.value = next;
  }

  /* In words, by what was lost of the last seconds. */
  private async measure(): Promise<void> {
    const next = new Map<string, Quality>();
    for (const [who, leg] of this.tiles) {
      let now: Counted | undefined;
      for (const s of (await leg.pc?.getStats())?.values() ?? [])
        if (s.type === "inbound-rtp") now = { got: s.packetsReceived as number, lost: s.packetsLost as number };
      const before = this.counted.get(who);
      if (!now) continue;
      this.counted.set(who, now);
      const got = now.got - (before?.got ?? 0);
      const lost = Math.max(0, now.lost - (before?.lost ?? 0));
      const share = got + lost ? lost / (got + lost) : 1;
      next.set(who, !got ? "none" : share < 0.02 ? "good" : share < 0.08 ? "fair" : "poor");
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
    clearInterval(this.timer);
    this.unlisten();
    for (const l of this.legs()) l.close();
    this.tiles.clear();
  }
}
