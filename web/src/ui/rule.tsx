/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rule.tsx: a rule of the charter as a lawyer reads it: names for ids, words for keys. */
import type { JSX } from "preact";
import { day, duration } from "../format.ts";
import { lang, named, pick, t } from "../i18n.ts";
import { useNames, useParties, type Naming, type Parties } from "../wire/names.ts";

const sections = ["bodies", "offices", "statuses", "criteria", "rights", "instruments", "channels", "regimes"] as const;

/* Where ids of a section stand, by the key that holds them. */
const under: Record<string, (typeof sections)[number][]> = {
  rights: ["rights"],
  criteria: ["criteria"],
  criteria_optional: ["criteria"],
  body: ["bodies"],
  with: ["bodies", "offices"],
  reports_to: ["bodies"],
  keeper: ["bodies"],
  open_to: ["statuses"],
  office: ["offices"],
  instrument: ["instruments"],
  channels: ["channels"],
  to: ["bodies", "offices", "statuses"],
  by: ["offices", "bodies", "statuses"],
  carries: ["bodies"],
};

/* Keys that hold parties. */
const partyKeys = new Set(["party", "parties", "host", "confirmed_by", "signatories", "from_party"]);

/* A key of the charter, or one of its words that stands as a key. */
export function wordOf(key: string): string {
  const word = named("word", key);
  return word === key ? named("value", key) : word;
}

function scalar(names: Naming, parties: Parties, key: string, v: string | number | boolean | null): string {
  if (v === null) return "–";
  if (typeof v === "boolean") return v ? t("charter.yes") : t("charter.no");
  if (typeof v === "number") return v.toLocaleString(lang.value);
  if (partyKeys.has(key) && parties.find(v)) return parties.short(v);
  for (const s of under[key] ?? []) {
    const name = names.name(s, v);
    if (name !== v) return name;
  }
  if (/^\d{4}-\d\d-\d\d$/.test(v)) return day(v);
  if (/^PT?\d/.test(v)) return duration(v);
  if (v === "assumed") return t("part.assumed");
  const word = named("value", v);
  if (word !== v) return word;
  for (const s of sections) {
    const name = names.name(s, v);
    if (name !== v) return name;
  }
  return word;
}

function isText(v: object): v is Record<string, string> {
  return Object.keys(v).every((k) => /^[a-z]{2}$/.test(k)) && Object.values(v).every((x) => typeof x === "string");
}

const hidden = new Set(["id", "src", "text"]);

/* Every word that Value shows, as one text. */
export function wordsOf(names: Naming, parties: Parties, name: string, value: unknown): string {
  if (value === null || typeof value !== "object") return scalar(names, parties, name, value as string);
  if (Array.isArray(value)) return value.map((v) => wordsOf(names, parties, name, v)).join(" ");
  if (isText(value)) return pick(value);
  return Object.entries(value)
    .map(([k, v]) => (hidden.has(k) ? (k === "text" ? wordsOf(names, parties, k, v) : "") : `${wordOf(k)} ${wordsOf(names, parties, k, v)}`))
    .join(" ");
}

export function Value({ name, value, depth = 0 }: { name: string; value: unknown; depth?: number }): JSX.Element {
  const names = useNames();
  const parties = useParties();
  if (value === null || typeof value !== "object") return <>{scalar(names, parties, name, value as string)}</>;
  if (Array.isArray(value)) {
    const plain = value.every((v) => v === null || typeof v !== "object");
    if (plain && value.length > 4)
      return (
        <ul class="bullets">
          {value.map((v, i) => (
            <li key={i}>{scalar(names, parties, name, v as string)}</li>
          ))}
        </ul>
      );
    if (plain) return <>{value.map((v) => scalar(names, parties, name, v as string)).join(", ") || "–"}</>;
    return (
      <ul class="bullets">
        {value.map((v, i) => (
          <li key={i}>
            <Value name={name} value={v} depth={depth + 1} />
          </li>
        ))}
      </ul>
    );
  }
  if (isText(value)) return <>{pick(value)}</>;
  const o = value as Record<string, unknown>;
  const rows = Object.entries(o).filter(([k]) => !hidden.has(k));
  const text = o.text;
  return (
    <>
      {depth > 0 && typeof text === "object" && text !== null && <b>{pick(text as Record<string, string>)}</b>}
      {rows.length > 0 && (
        <dl class="facts rule-facts">
          {rows.map(([k, v]) => (
            <>
              <dt key={k}>{wordOf(k)}</dt>
              <dd>
                <Value name={k} value={v} depth={depth + 1} />
              </dd>
            </>
          ))}
        </dl>
      )}
    </>
  );
}
