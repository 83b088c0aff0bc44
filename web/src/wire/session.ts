/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session.ts: who sits here: a person in an office, for a party or for the organisation. */
import { computed, signal } from "@preact/signals";
import { getJson, postJson, request } from "./api.ts";
import { reopenEvents } from "./events.ts";
import { forgetViews } from "./view.ts";

export interface Seat {
  office: string;
  party?: string;
  body?: string;
}

export interface Session {
  signed_in: boolean;
  demo: boolean;
  person?: string;
  name?: string;
  office?: string;
  party?: string;
  body?: string;
  seats: (string | { seat: string })[];
  administrator?: boolean;
  secretariat?: boolean;
  monitoring?: boolean; /* reads the daily picture */
  verified_until?: string;
  hold?: string;
  site?: { origin: string; id: string };
}

export const session = signal<Session | undefined>(undefined);
export const demo = computed(() => session.value?.demo ?? false);
export const seat = computed<Seat | undefined>(() => {
  const s = session.value;
  if (!s?.signed_in || !s.office) return undefined;
  return { office: s.office, ...(s.party ? { party: s.party } : {}), ...(s.body ? { body: s.body } : {}) };
});

export function seatText(s: Seat): string {
  return s.party ? `${s.office}@${s.party}` : s.body ? `${s.office}/${s.body}` : s.office;
}

export function seatOf(text: string): Seat {
  const [office = "", party] = text.split("@");
  if (party) return { office, party };
  const [name = "", body] = text.split("/");
  return body ? { office: name, body } : { office: name };
}

/* The seats a person may take, as texts. */
export function seatsOf(s: Session | undefined): string[] {
  return (s?.seats ?? []).map((x) => (typeof x === "string" ? x : x.seat));
}

/* Staff of the body that keeps the texts; what the server allows is decided there. */
export const secretariat = computed(
  () => seat.value !== undefined && !seat.value.party && (["depositary", "secretary-general", "deputy-secretary-general"].includes(seat.value.office) || seat.value.body === "secretariat"),
);

/* What is surely not for this seat, by the words of @who in schema/; else the server decides. */
export function barred(who: string | undefined): boolean {
  const s = session.value;
  if (!who || !s?.signed_in || s.party) return false;
  return !(s.secretariat && who.split(" ").includes("secretariat"));
}

function identity(s: Session | undefined): string {
  return s?.signed_in ? `${s.person ?? ""} ${seat.peek() ? seatText(seat.peek() as Seat) : ""}` : "";
}

/* Somebody else sits here: what the one before saw is forgotten. */
export function accept(s: Session): void {
  const before = identity(session.peek());
  session.value = s;
  if (identity(s) === before) return;
  reopenEvents(identity(s));
  forgetViews();
}

/* Sit down in a demonstration; undefined: stand up. */
export async function takeSeat(s: Seat | undefined): Promise<void> {
  if (s) accept(await postJson<Session>("/api/v1/session", { seat: seatText(s) }));
  else await signOut();
}

/* Act in another of one's own offices. */
export async function changeSeat(text: string): Promise<void> {
  accept(await postJson<Session>("/api/v1/session/seat", { seat: text }));
}

export async function signOut(): Promise<void> {
  await request("DELETE", "/api/v1/session");
  accept(await getJson<Session>("/api/v1/session"));
}

export async function readSession(): Promise<void> {
  try {
    accept(await getJson<Session>("/api/v1/session"));
  } catch {
    /* the header says that the server is not there */
  }
}

export function who(): string {
  return identity(session.peek());
}
