/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * may.ts: which acts this seat may try, by the words of @who in schema/.  Only to leave out
 * what is not for this seat; the server decides.
 */
import { acts } from "gen/forms";
import { seat, secretariat, type Seat } from "./session.ts";
import { useView } from "./view.ts";

function fits(word: string, s: Seat, staff: boolean, rights: string[], status: string | undefined): boolean {
  if (word === "public" || word === "any") return true;
  if (word === "secretariat") return staff;
  if (word === "party") return s.party !== undefined;
  if (word === "member") return rights.includes("meeting-decide");
  if (word === "guest") return status !== undefined;
  if (word.startsWith("office:")) return s.office === word.slice(7);
  /* Whoever acts for a party may try; if the status lacks the right, the refusal says so. */
  if (word.startsWith("right:")) return s.party !== undefined && (rights.length === 0 || rights.includes(word.slice(6)));
  return false;
}

export function useMay(): (kind: string) => boolean {
  const s = seat.value;
  const own = useView("party", { id: s?.party ?? "" }, !s?.party).rows?.[0];
  return (kind) =>
    s !== undefined && (acts[kind]?.who ?? "").split(" ").some((w) => fits(w, s, secretariat.value, own?.rights ?? [], own?.status));
}
