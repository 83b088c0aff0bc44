/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* names.ts: what the charter and the register of parties call things. */
import type { NamesRow, PartiesRow } from "gen/schema";
import { pick } from "../i18n.ts";
import { useView } from "./view.ts";

export type Section = "bodies" | "offices" | "statuses" | "criteria" | "rights" | "instruments" | "organisation" | "channels" | "classes" | "regimes";

export interface Naming {
  name: (section: Section, id: string) => string;
}

/* Names from the charter; the id itself until they are here. */
export function useNames(): Naming {
  const { rows } = useView("names", {});
  const find = (section: string, id: string): NamesRow | undefined => rows?.find((r) => r.section === section && r.id === id);
  return { name: (section, id) => pick(find(section, id)?.text) || id };
}

export interface Parties {
  rows: PartiesRow[] | undefined;
  short: (id: string) => string;
  find: (id: string) => PartiesRow | undefined;
  /* These parties in protocol order. */
  sorted: (ids: string[]) => string[];
}

/* All parties in protocol order: the order in which the server gives them. */
export function useParties(): Parties {
  const { rows } = useView("parties", { all: true });
  const find = (id: string): PartiesRow | undefined => rows?.find((r) => r.id === id);
  const place = (id: string): number => rows?.findIndex((r) => r.id === id) ?? 0;
  return {
    rows,
    find,
    short: (id) => pick(find(id)?.short) || id,
    sorted: (ids) => [...ids].sort((a, b) => place(a) - place(b)),
  };
}

