/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The catalogues as modules: "virtual:texts" loads one by "LANG/base" (what every page needs)
 * or "LANG/VIEW" (what a page of web/pages.json needs besides), each a chunk of its own: a
 * reader fetches two files of texts, in one language.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { catalogue, catalogueFile, group, languages, root, type Language } from "./catalogue.ts";

const ONE = "virtual:texts/";
const BASE = ["shell", "page", "part"];

/* The groups of each set of texts, by its name. */
function sets(): Map<string, string[]> {
  const pages = JSON.parse(readFileSync(resolve(root, "web/pages.json"), "utf8")) as { view: string; texts?: string[] }[];
  const out = new Map<string, string[]>([["base", BASE], ["absent", ["absent"]]]);
  for (const p of pages) out.set(p.view, [p.view, ...(p.texts ?? [])]);
  return out;
}

function one(name: string): string {
  const [lang, set] = name.split("/") as [Language, string];
  const wanted = sets().get(set) ?? [];
  const rows = Object.entries(catalogue(lang)).filter(([key]) => wanted.includes(group(key)));
  return `export default ${JSON.stringify(Object.fromEntries(rows))};`;
}

function all(): string {
  const rows = languages.flatMap((lang) => [...sets().keys()].map((set) => `"${lang}/${set}": () => import("${ONE}${lang}/${set}")`));
  return `export const loaders = {${rows.join(",\n")}};`;
}

export function texts(): Plugin {
  return {
    name: "comity-texts",
    resolveId: (id) => (id === "virtual:texts" || id.startsWith(ONE) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith("\0virtual:texts")) return null;
      languages.forEach((lang) => this.addWatchFile(catalogueFile(lang)));
      return id === "\0virtual:texts" ? all() : one(id.slice(1 + ONE.length));
    },
  };
}
