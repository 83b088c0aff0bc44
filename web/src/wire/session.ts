/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session.ts: who sits here: a person in an office, for a party or for the organisation. */
import { computed, signal } from "@preact/signals";
import { getJson, setToken } from "./api.ts";
import { reopenEvents } from "./events.ts";
import { forgetViews } from "./view.ts";

export interface Seat {
  office: string;
  party?: string;
  body?: string;
}

export const seat = signal<Seat | undefined>(undefined);
export const demo = signal(false);

export function seatText(s: Seat): string {
  return s.party ? `${s.office}@${s.party}` : s.body ? `${s.office}/${s.body}` : s.office;
}

function seatOf(text: string): Seat {
  const [office = "", party] = text.split("@");
  if (party) return { office, party };
  const [name = "", body] = text.split("/");
  return body ? { office: name, body } : { office: name };
}

/* Staff of the body that keeps the texts; what the server allows is decided there. */
export const secretariat = computed(
  () => seat.value !== undefined && !seat.value.party && (seat.value.office === "depositary" || seat.value.office === "secretary-general" || seat.value.body === "secretariat"),
);

/* Sit down; undefined: stand up. */
export function takeSeat(s: Seat | undefined): void {
  seat.value = s;
  setToken(s ? `seat:${seatText(s)}` : undefined);
  if (s) sessionStorage.setItem("seat", seatText(s));
  else sessionStorage.removeItem("seat");
  reopenEvents();
  forgetViews();
}

export async function startSession(): Promise<void> {
  const kept = sessionStorage.getItem("seat");
  if (kept) {
    seat.value = seatOf(kept);
    setToken(`seat:${kept}`);
  }
  try {
    demo.value = (await getJson<{ demo: boolean }>("/api/v1/clock")).demo;
  } catch {
    /* the header says that the server is not there */
  }
}
