/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The catalogues as modules: "virtual:texts" loads one by "LANG/GROUP", each a chunk of its
 * own, so that a page fetches only the texts of its language and its groups.
 */
import type { Plugin } from "vite";
import { catalogue, catalogueFile, group, languages, type Language } from "./catalogue.ts";

const ONE = "virtual:texts/";

function groups(): string[] {
  return [...new Set(Object.keys(catalogue("en")).map(group))].sort();
}

function one(name: string): string {
  const [lang, wanted] = name.split("/") as [Language, string];
  const rows = Object.entries(catalogue(lang)).filter(([key]) => group(key) === wanted);
  return `export default ${JSON.stringify(Object.fromEntries(rows))};`;
}

function all(): string {
  const rows = languages.flatMap((lang) =>
    groups().map((g) => `"${lang}/${g}": () => import("${ONE}${lang}/${g}")`),
  );
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
