/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* i18n.ts: texts in the reader's language; groups of the catalogue are loaded as needed. */
import { signal } from "@preact/signals";
import { loaders } from "virtual:texts";
import type catalogue from "../../i18n/web/en.json";

export type Language = "en" | "ru" | "fr";
export type Key = keyof typeof catalogue;
/* Texts that only the catalogue knows to be complete: act.KIND for every kind, and the like. */
export type Family = "act" | "do" | "value" | "view" | "page" | "word";
export type Texts = Record<string, string>;
type Params = Record<string, string | number>;
type Entry = string | Record<string, string>;

export const languages: { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "ru", name: "Русский" },
  { id: "fr", name: "Français" },
];

export const lang = signal<Language>(startLanguage());
const tables: Record<Language, Record<string, Entry>> = { en: {}, ru: {}, fr: {} };
const wanted = new Set<string>();
const loaded = new Map<string, Promise<void>>();
const plurals = new Map<Language, Intl.PluralRules>();

function isLanguage(text: string | null | undefined): text is Language {
  return text === "en" || text === "ru" || text === "fr";
}

function startLanguage(): Language {
  const html = document.documentElement.lang;
  return isLanguage(html) ? html : "en";
}

function loadOne(l: Language, group: string): Promise<void> {
  const name = `${l}/${group}`;
  const load = loaders[name];
  let p = loaded.get(name);
  if (!p) {
    p = load
      ? load().then(
          (m) => void Object.assign(tables[l], m.default),
          (e: unknown) => {
            loaded.delete(name);
            throw e;
          },
        )
      : Promise.resolve();
    loaded.set(name, p);
  }
  return p;
}

/* Load these groups in the language of now, and in any other that is chosen later. */
export async function loadTexts(groups: string[]): Promise<void> {
  groups.forEach((g) => wanted.add(g));
  await Promise.all(groups.map((g) => loadOne(lang.value, g)));
}

export async function setLanguage(l: Language): Promise<void> {
  await Promise.all([...wanted].map((g) => loadOne(l, g)));
  document.cookie = `lang=${l}; Path=/; Max-Age=31536000; SameSite=Lax`;
  document.documentElement.lang = l;
  lang.value = l;
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => {
    const v = params[name];
    return v === undefined ? all : typeof v === "number" ? v.toLocaleString(lang.value) : v;
  });
}

function choose(entry: Entry, params: Params): string {
  if (typeof entry === "string") return entry;
  let rules = plurals.get(lang.value);
  if (!rules) plurals.set(lang.value, (rules = new Intl.PluralRules(lang.value)));
  return entry[rules.select(Number(params.n ?? 0))] ?? entry.other ?? "";
}

/* A text; where it has plural forms, the one for params.n. */
export function t(key: Key, params: Params = {}): string {
  const entry = tables[lang.value][key];
  return entry === undefined ? key : fill(choose(entry, params), params);
}

/* The name of an act (`act`: it was done; `do`: to do it), a value, a view or a page; what the catalogue lacks is shown as it is. */
export function named(family: Family, id: string): string {
  const entry = tables[lang.value][`${family}.${id}`];
  return typeof entry === "string" ? entry : id.replaceAll("_", " ");
}

/* A word that a field holds; of this field where it has its own: help that is free costs nothing. */
export function valueOf(field: string, id: string): string {
  const own = tables[lang.value][`value.${field}.${id}`];
  return typeof own === "string" ? own : named("value", id);
}

/* Label and explanation of a field; of this act where it has its own. */
export function fieldText(kind: string, field: string): { label: string; hint: string } {
  const table = tables[lang.value];
  const entry = table[`field.${kind}.${field}`] ?? table[`field.${field}`];
  return typeof entry === "object"
    ? { label: entry.label ?? field, hint: entry.hint ?? "" }
    : { label: field, hint: "" };
}

/* A text that the registers hold in several languages. */
export function pick(texts: Texts | undefined): string {
  if (!texts) return "";
  return texts[lang.value] ?? texts.en ?? Object.values(texts)[0] ?? "";
}

/* "Alderland, Cedria and Firland" */
export function list(items: string[]): string {
  return new Intl.ListFormat(lang.value, { type: "conjunction" }).format(items);
}
