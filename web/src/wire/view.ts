/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * view.ts: the registers, read through the server's views and kept right: when an act is
 * told, what is on the screen is read again; what was read before stays until then.
 */
import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Views } from "gen/schema";
import { readers } from "gen/readers";
import { lang } from "../i18n.ts";
import { getJson, Refused, type Problem } from "./api.ts";
import { listen } from "./events.ts";
import { barred } from "./session.ts";

export interface Read<Row> {
  rows: Row[] | undefined; /* undefined: not here yet */
  at: string; /* the server's clock */
  seq: number;
  problem: Problem | undefined;
}

interface Kept<Row> {
  state: Signal<Read<Row>>;
  users: number;
  stale: boolean;
  busy: boolean;
}

const SETTLE_MS = 40; /* acts come in batches */
const kept = new Map<string, Kept<unknown>>();
let timer: ReturnType<typeof setTimeout> | undefined;

export function viewAddress(name: string, params: object): string {
  const query = Object.entries(params)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`);
  return `/api/v1/views/${name}${query.length ? `?${query.join("&")}` : ""}`;
}

async function refresh<Row>(address: string, k: Kept<Row>): Promise<void> {
  if (k.busy) {
    k.stale = true;
    return;
  }
  k.busy = true;
  k.stale = false;
  try {
    const reply = await getJson<{ rows: Row[]; at: string; seq: number }>(address);
    k.state.value = { rows: reply.rows, at: reply.at, seq: reply.seq, problem: undefined };
  } catch (e) {
    const problem = e instanceof Refused ? e.problem : undefined;
    if (!problem) throw e;
    /* Without the server, what was read stays on the screen; the header says so. */
    const keep = problem.status === 0 ? k.state.value.rows : undefined;
    k.state.value = { ...k.state.value, rows: keep, problem };
    if (problem.status === 0) k.stale = true;
  } finally {
    k.busy = false;
  }
  if (k.stale && k.state.value.problem?.status !== 0) await refresh(address, k);
}

/* Read again what is on the screen: something changed that is no act. */
export function refreshShown(): void {
  for (const [address, k] of kept) {
    if (k.users > 0) void refresh(address, k);
    else kept.delete(address);
  }
}

listen((m) => {
  if (m.type === "lost" || m.type === "room") return;
  const waiting = [...kept.values()].some((k) => k.state.value.problem?.status === 0);
  if (m.type === "live" && !waiting) return;
  clearTimeout(timer);
  timer = setTimeout(refreshShown, SETTLE_MS);
});

/* Some rows hold sentences of the server, in the language of the cookie. */
let spoken = lang.value;
lang.subscribe((l) => {
  if (l === spoken) return;
  spoken = l;
  refreshShown();
});

/* Another seat sees other rows: nothing of the one before is kept. */
export function forgetViews(): void {
  for (const k of kept.values()) k.state.value = { rows: undefined, at: "", seq: 0, problem: undefined };
  refreshShown();
}

function keep<Row>(address: string): Kept<Row> {
  let k = kept.get(address) as Kept<Row> | undefined;
  if (!k) {
    k = { state: signal<Read<Row>>({ rows: undefined, at: "", seq: 0, problem: undefined }), users: 0, stale: false, busy: false };
    kept.set(address, k as Kept<unknown>);
    void refresh(address, k);
  }
  return k;
}

interface Reply {
  rows: unknown[];
  at: string;
  seq: number;
}

/* Have these views ("record?limit=40") at hand before their page is shown: one request for all. */
export async function prefetch(views: string[], address: string): Promise<void> {
  const wanted = views.map((v) => `/api/v1/views/${v}`).filter((v) => !kept.has(v));
  if (!wanted.length) return;
  let replies: (Reply | null)[];
  try {
    replies = (await getJson<{ views: (Reply | null)[] }>(address)).views;
  } catch {
    return; /* each is asked for again, and says what is wrong */
  }
  views.forEach((v, i) => {
    const r = replies[i];
    const at = `/api/v1/views/${v}`;
    if (!r || kept.has(at)) return;
    kept.set(at, { state: signal({ rows: r.rows, at: r.at, seq: r.seq, problem: undefined }), users: 0, stale: false, busy: false });
  });
}

const BARRED: Read<never> = { rows: undefined, at: "", seq: 0, problem: { status: 403, code: "denied", title: "", detail: "" } };

/*
 * Read a view; `skip` reads nothing.  Nor is asked what is not for this seat: the security log
 * would hold what nobody tried.
 */
export function useView<N extends keyof Views>(name: N, params: Views[N]["params"], skip = false): Read<Views[N]["row"]> {
  const address = viewAddress(name, params);
  const not = barred(readers[name]);
  const k = skip || not ? undefined : keep<Views[N]["row"]>(address);
  useEffect(() => {
    if (!k) return;
    k.users++;
    return () => void k.users--;
  }, [address, k]);
  if (not) return BARRED;
  return k ? k.state.value : { rows: undefined, at: "", seq: 0, problem: undefined };
}

/* Read once, for what is not shown as it stands. */
export async function readView<N extends keyof Views>(name: N, params: Views[N]["params"]): Promise<Views[N]["row"][]> {
  return (await getJson<{ rows: Views[N]["row"][] }>(viewAddress(name, params))).rows;
}
