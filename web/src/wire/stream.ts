/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * stream.ts: the event stream of the server, held open and opened again.
 *
 * Runs in a SharedWorker, or in the tab that leads where there is none.  Half a second after
 * the server or the network is lost it tries again, and goes on trying; "since" asks for what
 * was missed.
 */

export interface ActEvent {
  seq: number;
  kind: string;
  subject: string;
  at: string;
  done: boolean;
}

/* Of a room one is in: a text, a caption, or somebody's media that came or went. */
export interface RoomEvent {
  room: number;
  number?: number;
  text?: string;
  participant?: string;
  what?: string;
}

export type Message =
  | { type: "act"; act: ActEvent }
  | ({ type: "room"; event: string } & RoomEvent)
  | { type: "resync" }
  | { type: "live" }
  | { type: "lost"; since: number };

const RETRY_MS = 500;
const SILENCE_MS = 25000; /* the server writes at least every 10 s */

export class Stream {
  private last = 0;
  private lost = 0;
  private abort: AbortController | undefined;
  private readonly tell: (m: Message) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  state: Message = { type: "lost", since: 0 };

  constructor(tell: (m: Message) => void) {
    this.tell = tell;
  }

  /* (Re)open as whoever is signed in now. */
  start(): void {
    this.last = 0;
    this.again(0);
  }

  /* The network came back: do not wait. */
  hurry(): void {
    if (this.state.type === "lost") this.again(0);
  }

  private say(m: Message): void {
    if (m.type === "live" || m.type === "lost") this.state = m;
    this.tell(m);
  }

  private again(ms: number): void {
    clearTimeout(this.timer);
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.timer = setTimeout(() => {
      void this.run(abort).finally(() => {
        if (this.abort === abort) this.fail();
      });
    }, ms);
  }

  private fail(): void {
    this.lost ||= Date.now();
    this.say({ type: "lost", since: this.lost });
    this.again(RETRY_MS);
  }

  private async run(abort: AbortController): Promise<void> {
    try {
      const address = this.last ? `/api/v1/events?since=${this.last}` : "/api/v1/events";
      const reply = await fetch(address, { signal: abort.signal, cache: "no-store" });
      if (!reply.ok || !reply.body) return;
      const missed = this.lost !== 0 && !this.last;
      this.lost = 0;
      this.say({ type: "live" });
      if (missed) this.say({ type: "resync" });
      await this.read(reply.body, abort);
    } catch {
      /* gone: fail() says so */
    }
  }

  private async read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
    let text = "";
    for (;;) {
      const silence = setTimeout(() => abort.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      text += value;
      let end: number;
      while ((end = text.indexOf("\n\n")) >= 0) {
        this.take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  private take(block: string): void {
    let event = "";
    let data = "";
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
      else if (line.startsWith("id: ")) this.last = Number(line.slice(4));
    }
    if (event === "act") this.say({ type: "act", act: JSON.parse(data) as ActEvent });
    if (event === "text" || event === "caption" || event === "media") this.say({ type: "room", event, ...(JSON.parse(data) as RoomEvent) });
    if (event === "resync") this.say({ type: "resync" });
  }
}
