/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fields.tsx: one input for each type of field that schema/ knows. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { FormField } from "gen/forms";
import { fieldText, languages, named, pick, t, valueOf } from "../i18n.ts";
import { digestOf } from "../wire/digest.ts";
import { useNames, useParties, type Section } from "../wire/names.ts";
import { useView } from "../wire/view.ts";
import { Plate } from "./parts.tsx";

export type Value = unknown;
export interface FieldProps {
  kind: string; /* of the act */
  field: FormField;
  id: string;
  value: Value;
  wrong: string | undefined;
  onChange: (v: Value) => void;
}

interface Option {
  id: string;
  label: string;
}

const sections: Record<string, Section> = { status: "statuses", body: "bodies", office: "offices", criterion: "criteria", channel: "channels", class: "classes" };

/* From what is read; "coming" until it is here, and nothing to choose from where it is refused. */
type Options = Option[] | "coming" | undefined;

function from<Row>(read: { rows: Row[] | undefined; problem: unknown }, make: (rows: Row[]) => Option[]): Options {
  if (read.rows) return make(read.rows);
  return read.problem ? undefined : "coming";
}

/* What an id may be, where the charter or a register lists it. */
function useOptions(kind: string, field: FormField): Options {
  const names = useView("names", {});
  const parties = useView("parties", { all: true });
  const wantsRules = ["fact", "relation", "declarations", "language", "kind"].includes(field.name) && field.type === "id";
  const criteria = useView("rules", { path: "criteria" }, !wantsRules);
  const rules = useView("rules", { path: "languages" }, field.name !== "language");
  const kinds = useView("rules", { path: "organisation" }, !(field.name === "kind" && field.type === "id"));
  const helps = kind.startsWith("assistance.") && field.type === "id" && ["mode", "category"].includes(field.name);
  const help = useView("rules", { path: "assistance" }, !helps);
  const instruments = useView("instruments", {}, field.ref !== "instrument");
  const wantsLevel = kind.startsWith("level.") && field.type === "id" && (field.name === "level" || field.name === "to");
  const crisis = useView("rules", { path: "crisis" }, !wantsLevel);
  const of = (section: string): Options => from(names, (rows) => rows.filter((n) => n.section === section).map((n) => ({ id: n.id, label: pick(n.text) })));
  const words = (list: unknown[]): Option[] => [...new Set(list.filter((v): v is string => typeof v === "string"))].map((id) => ({ id, label: named("value", id) }));
  const value = (row: { value: unknown }): Record<string, unknown> => row.value as Record<string, unknown>;
  const listed = (row: { value: unknown }, key: string): unknown[] => (value(row)[key] as unknown[] | undefined) ?? [];

  if (helps && field.name === "category") return from(help, (rows) => words(rows.flatMap((r) => listed(r, "categories"))));
  if (helps) return from(help, (rows) => rows.filter((r) => value(r).asks === "one").map((r) => ({ id: String(value(r).id), label: pick(value(r).text as Record<string, string>) })));
  if (field.ref === "party") return from(parties, (rows) => rows.map((p) => ({ id: p.id, label: pick(p.short) })));
  if (field.ref === "instrument") return from(instruments, (rows) => rows.map((i) => ({ id: i.id, label: pick(i.title) })));
  const section = field.ref ? sections[field.ref] : undefined;
  if (section) return of(section);
  if (wantsLevel) return from(crisis, (rows) => words(rows.flatMap((r) => listed(r, "levels"))));
  if (field.name === "type" && kind.startsWith("instrument.")) return of("instruments");
  if (field.name === "fact") return from(criteria, (rows) => words(rows.flatMap((r) => [value(r).fact, kind.includes("challenge") ? value(r).relation : undefined])));
  if (field.name === "relation") return from(criteria, (rows) => words(rows.map((r) => value(r).relation)));
  if (field.name === "declarations") return from(criteria, (rows) => words(rows.map((r) => value(r).declaration)));
  if (field.name === "language") return from(rules, (rows) => words(rows.flatMap((r) => listed(r, "working"))));
  if (field.name === "kind" && field.type === "id") return from(kinds, (rows) => words(rows.flatMap((r) => listed(r, "party_kinds"))));
  return undefined;
}

/* What one will choose from is not here yet. */
function Coming({ p }: { p: FieldProps }): JSX.Element {
  return (
    <select id={p.id} aria-labelledby={grouped(p.field) ? `${p.id}-label` : undefined} aria-describedby={`${p.id}-hint`} aria-busy="true" disabled>
      <option>{t("part.loading")}</option>
    </select>
  );
}

function Select({ p, options }: { p: FieldProps; options: Option[] }): JSX.Element {
  return (
    <select id={p.id} aria-describedby={`${p.id}-hint`} aria-invalid={p.wrong !== undefined} required={!p.field.optional} value={String(p.value ?? "")} onChange={(e) => p.onChange(e.currentTarget.value || undefined)}>
      <option value="">{p.field.optional ? t("form.none") : t("form.choose")}</option>
      {options.map((o) => (
        <option key={o.id} value={o.id}>
          {o.label}
        </option>
      ))}
    </select>
  );
}

/* Several of a list, in the order of the list. */
function Several({ p, options }: { p: FieldProps; options: Option[] }): JSX.Element {
  const parties = useParties();
  const chosen = Array.isArray(p.value) ? (p.value as string[]) : [];
  return (
    <div class="several" role="group" aria-labelledby={`${p.id}-label`} id={p.id} tabIndex={-1}>
      {options.map((o) => (
        <label key={o.id}>
          <input
            type="checkbox"
            checked={chosen.includes(o.id)}
            onChange={(e) => {
              const on = e.currentTarget.checked;
              p.onChange(options.map((x) => x.id).filter((x) => (x === o.id ? on : chosen.includes(x))));
            }}
          />
          {p.field.ref === "party" && <Plate code={parties.find(o.id)?.code} />}
          {o.label}
        </label>
      ))}
    </div>
  );
}

function Input({ p, type, pattern, mode }: { p: FieldProps; type: "text" | "date"; pattern?: string; mode?: "numeric" | "decimal" }): JSX.Element {
  const number = p.field.type === "int" || p.field.type === "real";
  const common = {
    id: p.id,
    "aria-describedby": `${p.id}-hint`,
    "aria-invalid": p.wrong !== undefined,
    required: !p.field.optional,
    value: p.value === undefined ? "" : String(p.value),
    onInput: (e: { currentTarget: HTMLInputElement }) => {
      const v = e.currentTarget.value;
      p.onChange(v === "" ? undefined : number && Number.isFinite(Number(v)) ? Number(v) : v);
    },
  };
  if (type === "date") return <input type="date" {...common} />;
  return (
    <input
      type="text"
      autocomplete="off"
      {...common}
      {...(pattern ? { pattern } : {})}
      {...(mode ? { inputMode: mode } : {})}
      {...(p.field.type === "text" && p.field.max ? { maxLength: p.field.max } : {})}
    />
  );
}

function Area({ p, lines }: { p: FieldProps; lines?: boolean }): JSX.Element {
  const value = lines ? ((p.value as string[] | undefined) ?? []).join("\n") : String(p.value ?? "");
  return (
    <textarea
      id={p.id}
      rows={lines ? 3 : 4}
      aria-describedby={`${p.id}-hint`}
      aria-invalid={p.wrong !== undefined}
      required={!p.field.optional && !lines}
      maxLength={lines ? undefined : p.field.max}
      value={value}
      onInput={(e) => {
        const v = e.currentTarget.value;
        p.onChange(lines ? (v === "" ? [] : v.split("\n")) : v || undefined);
      }}
    />
  );
}

/* A file's SHA-256, computed here; or typed. */
function Digest({ p }: { p: FieldProps }): JSX.Element {
  const [over, setOver] = useState(false);
  const [file, setFile] = useState("");
  const take = (f: File | undefined): void => {
    if (!f) return;
    setFile(f.name);
    void digestOf(f).then((d) => p.onChange(d));
  };
  return (
    <div
      class={over ? "drop over" : "drop"}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        take(e.dataTransfer?.files[0]);
      }}
    >
      <Input p={p} type="text" pattern="[0-9a-f]{64}" />
      <label class="file">
        <input type="file" class="sr" onChange={(e) => take(e.currentTarget.files?.[0])} />
        <span class="button">{t("form.choose-file")}</span> <span class="faint">{file || t("form.drop")}</span>
      </label>
    </div>
  );
}

function Languages({ p }: { p: FieldProps }): JSX.Element {
  const texts = (p.value as Record<string, string> | undefined) ?? {};
  return (
    <div class="languages" role="group" aria-labelledby={`${p.id}-label`} id={p.id} tabIndex={-1}>
      {languages.map((l) => (
        <label key={l.id}>
          <span class="faint">{l.name}</span>
          <input
            type="text"
            lang={l.id}
            maxLength={p.field.max}
            value={texts[l.id] ?? ""}
            onInput={(e) => {
              const next = { ...texts, [l.id]: e.currentTarget.value };
              if (!e.currentTarget.value) delete next[l.id];
              p.onChange(Object.keys(next).length ? next : undefined);
            }}
          />
        </label>
      ))}
    </div>
  );
}

function YesNo({ p }: { p: FieldProps }): JSX.Element {
  return (
    <div class="choice" role="radiogroup" aria-labelledby={`${p.id}-label`} id={p.id} tabIndex={-1}>
      {[true, false].map((v) => (
        <label key={String(v)}>
          <input type="radio" name={p.id} required={!p.field.optional} checked={p.value === v} onChange={() => p.onChange(v)} />
          {v ? t("form.yes") : t("form.no")}
        </label>
      ))}
    </div>
  );
}

interface Stance {
  party: string;
  position: string;
  text?: string;
}
const positions = ["consent", "object", "abstain", "out", "absent"];

/* What each party that decides said: one row each, in protocol order. */
function Stances({ p }: { p: FieldProps }): JSX.Element {
  const parties = useParties();
  const rules = useView("rules", { path: "statuses" });
  const names = useNames();
  void names;
  const deciding = new Set(
    (rules.rows ?? [])
      .filter((r) => r.path.split("/").length === 2 && ((r.value as { rights?: string[] }).rights ?? []).includes("meeting-decide"))
      .map((r) => r.path.split("/")[1]),
  );
  const members = (parties.rows ?? []).filter((x) => x.status && deciding.has(x.status));
  const stances = (p.value as Stance[] | undefined) ?? [];
  const put = (party: string, change: Partial<Stance>): void => {
    const all = members.flatMap((m) => {
      const old = stances.find((s) => s.party === m.id);
      const next = m.id === party ? { party, position: "", ...old, ...change } : old;
      return next?.position ? [next] : [];
    });
    p.onChange(all.map((s) => (s.text ? s : { party: s.party, position: s.position })));
  };
  return (
    <div class="table" id={p.id} tabIndex={-1}>
      <p>
        <button type="button" class="quiet" onClick={() => p.onChange(members.map((m) => ({ party: m.id, position: "consent" })))}>
          {t("form.all-consent")}
        </button>
      </p>
      <table aria-labelledby={`${p.id}-label`}>
        <tbody>
          {members.map((m) => {
            const s = stances.find((x) => x.party === m.id);
            return (
              <tr key={m.id}>
                <th scope="row">
                  <span class="party">
                    <Plate code={m.code} />
                    {pick(m.short)}
                  </span>
                </th>
                <td>
                  <select aria-label={`${fieldText(p.kind, "position").label}: ${pick(m.short)}`} value={s?.position ?? ""} onChange={(e) => put(m.id, { position: e.currentTarget.value })}>
                    <option value="">{t("form.choose")}</option>
                    {positions.map((x) => (
                      <option key={x} value={x}>
                        {named("value", x)}
                      </option>
                    ))}
                  </select>
                </td>
                <td>
                  {s && s.position !== "consent" && (
                    <input type="text" aria-label={`${fieldText(p.kind, "text").label}: ${pick(m.short)}`} value={s.text ?? ""} onInput={(e) => put(m.id, { text: e.currentTarget.value })} />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/* Rows of a group, added one by one. */
function Group({ p }: { p: FieldProps }): JSX.Element {
  const fields = p.field.fields ?? [];
  const rows = (p.value as Record<string, Value>[] | undefined) ?? [];
  return (
    <div class="group" role="group" aria-labelledby={`${p.id}-label`} id={p.id} tabIndex={-1}>
      {rows.map((row, i) => (
        <fieldset key={i}>
          <legend class="sr">{i + 1}</legend>
          {fields.map((f) => (
            <Field
              key={f.name}
              kind={p.kind}
              field={f}
              id={`${p.id}-${i}-${f.name}`}
              value={row[f.name]}
              wrong={undefined}
              onChange={(v) => p.onChange(rows.map((r, k) => (k === i ? { ...r, [f.name]: v } : r)))}
            />
          ))}
          <button type="button" class="quiet" onClick={() => p.onChange(rows.filter((_, k) => k !== i))}>
            {t("form.remove")}
          </button>
        </fieldset>
      ))}
      <button type="button" onClick={() => p.onChange([...rows, {}])}>
        {t("form.add")}
      </button>
    </div>
  );
}

function Control(p: FieldProps): JSX.Element {
  const options = useOptions(p.kind, p.field);
  const { type, list } = p.field;
  if (type === "group") return p.field.group === "stance" ? <Stances p={p} /> : <Group p={p} />;
  if (options === "coming") return <Coming p={p} />;
  if (list) return options ? <Several p={p} options={options} /> : <Area p={p} lines />;
  if (type === "enum") return <Select p={p} options={(p.field.options ?? []).map((id) => ({ id, label: valueOf(p.field.name, id) }))} />;
  if (options) return <Select p={p} options={options} />;
  if (type === "bool") return <YesNo p={p} />;
  if (type === "ltext") return <Languages p={p} />;
  if (type === "digest") return <Digest p={p} />;
  if (type === "date") return <Input p={p} type="date" />;
  if (type === "partial") return <Input p={p} type="text" pattern="\d{4}(-\d{2}(-\d{2})?)?" />;
  if (type === "int" || type === "real") return <Input p={p} type="text" mode={type === "int" ? "numeric" : "decimal"} />;
  if (type === "text" && (p.field.max ?? 0) > 300) return <Area p={p} />;
  return <Input p={p} type="text" />;
}

const grouped = (f: FormField): boolean => f.type === "group" || f.type === "bool" || f.type === "ltext" || (f.list === true && f.type === "id");

export function Field(p: FieldProps): JSX.Element {
  const { label, hint } = fieldText(p.kind, p.field.name);
  const words = (
    <>
      {label} {p.field.optional && <span class="faint">{t("form.optional")}</span>}
    </>
  );
  return (
    <div class={p.wrong === undefined ? "field" : "field wrong"}>
      {grouped(p.field) ? (
        <span class="label" id={`${p.id}-label`}>
          {words}
        </span>
      ) : (
        <label class="label" for={p.id}>
          {words}
        </label>
      )}
      <p class="hint" id={`${p.id}-hint`}>
        {p.wrong !== undefined && <strong class="bad">✕ {p.wrong} </strong>}
        {hint}
      </p>
      <Control {...p} />
    </div>
  );
}
