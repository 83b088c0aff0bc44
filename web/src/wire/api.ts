/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api.ts: requests to the server and its problem replies (RFC 9457). */
import type { Acts } from "gen/schema";

export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  rule?: string;
  sources?: string[];
  seq?: number;
  position?: { pointer?: string };
}

/* The reply says no, or there was none (status 0). */
export class Refused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export interface Outcome {
  seq: number;
  id: string;
  kind: string;
  subject: string;
  at: string;
  outcome: "done" | "refused";
}

export const LOST: Problem = { status: 0, code: "unreachable", title: "", detail: "" };

async function problemOf(reply: Response): Promise<Problem> {
  try {
    return { ...LOST, ...((await reply.json()) as Partial<Problem>), status: reply.status };
  } catch {
    return { ...LOST, status: reply.status, code: `http-${reply.status}` };
  }
}

export async function request(method: string, path: string, body?: unknown): Promise<Response> {
  const init: RequestInit = { method };
  if (body instanceof Blob || typeof body === "string") {
    init.headers = { "Content-Type": "application/octet-stream" };
    init.body = body;
  } else if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let reply: Response;
  try {
    reply = await fetch(path, init);
  } catch {
    throw new Refused(LOST);
  }
  if (!reply.ok) throw new Refused(await problemOf(reply));
  return reply;
}

export async function getJson<T>(path: string): Promise<T> {
  return (await (await request("GET", path)).json()) as T;
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  const reply = await request("POST", path, body);
  return (reply.status === 204 ? {} : await reply.json()) as T;
}

/* Letters, digits, "-": what the server takes as the id of an act. */
export function newId(): string {
  return crypto.randomUUID();
}

/* The same id again is the same act: it is safe to ask twice. */
export async function postAct<K extends keyof Acts>(id: string, kind: K, subject: string, body: Acts[K]): Promise<Outcome> {
  return postJson<Outcome>("/api/v1/acts", { id, kind, subject, body });
}
