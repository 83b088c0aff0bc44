/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One event stream for all tabs of this browser: a SharedWorker. */
import { Stream, type Message } from "./stream.ts";

const ports = new Set<MessagePort>();
let who = ""; /* whose cookie it is: another one sees other acts */

const stream = new Stream((m: Message) => {
  for (const port of ports) port.postMessage(m);
});

type Told = { type: "as"; who: string } | { type: "hurry" } | { type: "bye" };

let started = false;

(self as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (e) => {
  const port = e.ports[0];
  if (!port) return;
  ports.add(port);
  port.onmessage = (m: MessageEvent<Told>) => {
    if (m.data.type === "bye") ports.delete(port);
    if (m.data.type === "hurry") stream.hurry();
    if (m.data.type === "as") {
      const same = started && who === m.data.who;
      who = m.data.who;
      started = true;
      if (same) port.postMessage(stream.state);
      else stream.start();
    }
  };
};
