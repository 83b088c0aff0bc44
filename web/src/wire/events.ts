/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * events.ts: what happens on the server, told to this tab.
 *
 * All tabs share one stream: a SharedWorker holds it, or, where there is none, the tab that
 * holds the lock "comity-stream", which tells the others through a BroadcastChannel.
 */
import { signal } from "@preact/signals";
import { workerAddress } from "../trusted.ts";
import { Stream, type Message } from "./stream.ts";

export const connection = signal<{ live: boolean; since: number }>({ live: true, since: 0 });
type Listener = (m: Message) => void;
const listeners = new Set<Listener>();
let reopen: (who: string) => void = () => undefined;

function hear(m: Message): void {
  if (m.type === "live") connection.value = { live: true, since: 0 };
  if (m.type === "lost" && m.since) connection.value = { live: false, since: m.since };
  for (const l of listeners) l(m);
}

/* Be told of every act this seat may see; returns how to stop. */
export function listen(l: Listener): () => void {
  listeners.add(l);
  return () => listeners.delete(l);
}

function shareWorker(who: string): void {
  const worker = new SharedWorker(workerAddress(), { type: "module", name: "comity-stream" });
  worker.port.onmessage = (e: MessageEvent<Message>) => hear(e.data);
  reopen = (w) => worker.port.postMessage({ type: "as", who: w });
  addEventListener("online", () => worker.port.postMessage({ type: "hurry" }));
  addEventListener("pagehide", () => worker.port.postMessage({ type: "bye" }));
  addEventListener("pageshow", (e) => e.persisted && location.reload());
  reopen(who);
}

function leadOrFollow(): void {
  const channel = new BroadcastChannel("comity-stream");
  channel.onmessage = (e: MessageEvent<Message>) => hear(e.data);
  reopen = () => channel.postMessage({ type: "reopen" });
  void navigator.locks.request("comity-stream", () => {
    const stream = new Stream((m) => {
      channel.postMessage(m);
      hear(m);
    });
    channel.onmessage = () => stream.start();
    reopen = () => stream.start();
    addEventListener("online", () => stream.hurry());
    stream.start();
    return new Promise(() => undefined); /* lead until this tab closes */
  });
}

/* `who` names the person and seat: the stream is opened anew for another. */
export function startEvents(who: string): void {
  if (typeof SharedWorker === "function") shareWorker(who);
  else leadOrFollow();
}

/* Somebody else is signed in now. */
export function reopenEvents(who: string): void {
  reopen(who);
}
