/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogues i18n/web/LANG.json, by language. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export const languages = ["en", "ru", "fr"] as const;
export type Language = (typeof languages)[number];
export type Entry = string | Record<string, string>;
export type Catalogue = Record<string, Entry>;

export const root = resolve(import.meta.dirname ?? __dirname, "../..");

export function catalogueFile(lang: Language): string {
  return resolve(root, "i18n/web", `${lang}.json`);
}

export function catalogue(lang: Language): Catalogue {
  return JSON.parse(readFileSync(catalogueFile(lang), "utf8")) as Catalogue;
}

/* Texts are loaded by group: what stands before the first dot. */
export function group(key: string): string {
  return key.slice(0, key.indexOf("."));
}
