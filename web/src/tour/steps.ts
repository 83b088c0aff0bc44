/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * steps.ts: the guided tour: four stories of the Union of Six, played by doing them.
 * A step is done when the registers say so, whoever did it.
 */
import type { InstrumentRow, PartiesRow, RecordRow, StatusFilesRow } from "gen/schema";
import type { Key } from "../i18n.ts";
import type { ActFormProps } from "../ui/form.tsx";

export interface State {
  instrument: InstrumentRow | undefined;
  parties: PartiesRow[];
  files: StatusFilesRow[]; /* those this seat may see */
  refused: RecordRow[]; /* own refusals since the tour began */
  today: string;
}

export interface Step {
  id: string;
  story: "S1" | "S2" | "S3" | "S4";
  text: Key;
  seat: string; /* whose step it is */
  done: (s: State) => boolean;
  form: (s: State) => ActFormProps | undefined;
}

export const GATE = "third-protocol";
const FRIEND = "ol"; /* becomes an observer */
const FIGHTER = "ni"; /* in an armed conflict */
const LETTER = "5c2f0f1a3d8c0c6b8f2b6f4f6e1f7c3a9d0e4b7a2c5d8e1f4a7b0c3d6e9f2a5b";

const order = ["enquiry", "applied", "returned", "examined", "proposed", "granted"];

function file(s: State, party: string, status: string): StatusFilesRow | undefined {
  return s.files.find((f) => f.party === party && f.status === status && f.state !== "enquiry");
}

function reached(s: State, party: string, status: string, state: string): boolean {
  const f = file(s, party, status);
  return f !== undefined && order.indexOf(f.state) >= order.indexOf(state);
}

function holds(s: State, party: string, status: string): boolean {
  return s.parties.some((p) => p.id === party && p.status === status);
}

function open(s: State): boolean {
  return s.instrument?.state === "in-force";
}

function consent(s: State): { party: string; position: string }[] {
  return s.parties.filter((p) => p.status === "member").map((p) => ({ party: p.id, position: "consent" }));
}

function refusedHere(s: State, kind: string): boolean {
  return s.refused.some((r) => r.kind === kind && !r.done);
}

const application = (status: string): Record<string, unknown> => ({ status, letter: LETTER, declarations: [], areas: [], supporters: [] });

export const steps: Step[] = [
  {
    id: "gate",
    story: "S1",
    text: "tour.gate",
    seat: `officer@${FRIEND}`,
    done: (s) => open(s) || refusedHere(s, "status.apply"),
    form: () => ({ kind: "status.apply", subject: `party/${FRIEND}`, start: application("observer") }),
  },
  {
    id: "deposit",
    story: "S2",
    text: "tour.deposit",
    seat: "depositary",
    done: (s) => s.instrument !== undefined && s.instrument.waiting.length === 0 && s.instrument.deposits >= s.instrument.need,
    form: (s) => ({
      kind: "instrument.deposit",
      subject: `instrument/${GATE}`,
      start: {
        ...(s.instrument?.waiting[0] ? { party: s.instrument.waiting[0] } : {}),
        kind: "ratified",
        received: s.today,
        ...(s.instrument?.texts[0] ? { text: s.instrument.texts[0].digest } : {}),
        signed_by: "Head of State",
        complete: true,
        unconditional: true,
      },
    }),
  },
  {
    id: "entry",
    story: "S2",
    text: "tour.entry",
    seat: "depositary",
    done: open,
    form: (s) => (s.instrument?.due ? { kind: "instrument.confirm-entry", subject: `instrument/${GATE}`, start: { date: s.instrument.due } } : undefined),
  },
  {
    id: "apply",
    story: "S3",
    text: "tour.apply",
    seat: `officer@${FRIEND}`,
    done: (s) => holds(s, FRIEND, "observer") || reached(s, FRIEND, "observer", "applied"),
    form: (s) => (open(s) ? { kind: "status.apply", subject: `party/${FRIEND}`, start: application("observer") } : undefined),
  },
  {
    id: "examine",
    story: "S3",
    text: "tour.examine",
    seat: "depositary",
    done: (s) => holds(s, FRIEND, "observer") || reached(s, FRIEND, "observer", "examined"),
    form: (s) => {
      const f = file(s, FRIEND, "observer");
      return f && { kind: "status.examine", subject: `file/${f.id}` };
    },
  },
  {
    id: "propose",
    story: "S3",
    text: "tour.propose",
    seat: "depositary",
    done: (s) => holds(s, FRIEND, "observer") || reached(s, FRIEND, "observer", "proposed"),
    form: (s) => {
      const f = file(s, FRIEND, "observer");
      return f && { kind: "status.propose", subject: `file/${f.id}`, start: { body: "ministers", date: s.today, positions: consent(s) } };
    },
  },
  {
    id: "grant",
    story: "S3",
    text: "tour.grant",
    seat: "depositary",
    done: (s) => holds(s, FRIEND, "observer"),
    form: (s) => {
      const f = file(s, FRIEND, "observer");
      return f && { kind: "status.grant", subject: `file/${f.id}`, start: { body: "heads", date: s.today, from: s.today, positions: consent(s) } };
    },
  },
  {
    id: "partner",
    story: "S4",
    text: "tour.partner",
    seat: `officer@${FIGHTER}`,
    done: (s) => reached(s, FIGHTER, "partner", "applied"),
    form: (s) => (open(s) ? { kind: "status.apply", subject: `party/${FIGHTER}`, start: application("partner") } : undefined),
  },
  {
    id: "table",
    story: "S4",
    text: "tour.table",
    seat: "depositary",
    done: (s) => reached(s, FIGHTER, "partner", "examined"),
    form: (s) => {
      const f = file(s, FIGHTER, "partner");
      return f && { kind: "status.examine", subject: `file/${f.id}` };
    },
  },
  {
    id: "failed",
    story: "S4",
    text: "tour.failed",
    seat: "depositary",
    done: (s) => refusedHere(s, "status.propose"),
    form: (s) => {
      const f = file(s, FIGHTER, "partner");
      return f && { kind: "status.propose", subject: `file/${f.id}`, start: { body: "ministers", date: s.today, positions: consent(s) } };
    },
  },
];
