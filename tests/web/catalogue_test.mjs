#!/usr/bin/env node
// The catalogues i18n/web/{en,ru,fr}.json: complete, nothing unused, plural forms right.
//
// What must be there: act.KIND (what happened), do.KIND (what one does), view.NAME of every act and view of schema/, field.NAME of every
// field of an act (label and hint), value.OPTION of every enum option; page.VIEW and VIEW.lead
// of every page of web/pages.json; every key that the source names.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const read = (path) => readFileSync(join(root, path), "utf8");
const languages = ["en", "ru", "fr"];
const cat = Object.fromEntries(languages.map((l) => [l, JSON.parse(read(`i18n/web/${l}.json`))]));
let failed = 0;

function check(name, wrong) {
  if (wrong.length === 0) return console.log(`ok ${name}`);
  failed++;
  console.log(`FAIL ${name}`);
  for (const w of wrong.slice(0, 60)) console.log(`  ${w}`);
}

function walk(folder) {
  return readdirSync(folder).flatMap((n) => {
    const p = join(folder, n);
    return statSync(p).isDirectory() ? walk(p) : [p];
  });
}

// The names that schema/*.schema brings.
function schema() {
  const out = { act: new Set(), view: new Set(), field: new Set(), value: new Set() };
  const groups = new Map();
  const acts = [];
  for (const file of readdirSync(join(root, "schema")).filter((f) => f.endsWith(".schema"))) {
    let item;
    for (const line of read(`schema/${file}`).split("\n")) {
      const head = /^(act|view|group)\s+(\S+)\s+:/.exec(line);
      if (head) {
        item = { kind: head[1], name: head[2], fields: [] };
        if (item.kind === "group") groups.set(item.name, item);
        else out[item.kind].add(item.name);
        if (item.kind === "act") acts.push(item);
      }
      const field = /^\s+(\??)([a-z][a-z0-9_]*)\s+([a-z]+)(?:\(([^)]*)\))?.*\s:\s/.exec(line);
      if (!item || !field) continue;
      if (field[3] === "enum") for (const o of field[4].split(/\s+/)) out.value.add(o);
      if (!field[1]) item.fields.push({ name: field[2], group: field[3] === "group" ? field[4] : undefined });
    }
  }
  const visit = (item) => {
    for (const f of item.fields) {
      out.field.add(f.name);
      if (f.group) visit(groups.get(f.group));
    }
  };
  acts.forEach(visit);
  return out;
}

const made = schema();
const pages = JSON.parse(read("web/pages.json"));
const source = [...walk(join(root, "web/src")), ...walk(join(root, "web/build"))]
  .filter((f) => /\.tsx?$/.test(f))
  .concat(["src/watch/bulletin_text.c", "src/act/wording.c"].map((f) => join(root, f))) // what the server writes itself
  .map((f) => readFileSync(f, "utf8"))
  .join("\n");

const needed = new Set(["absent"].flatMap((v) => [`page.${v}`, `${v}.lead`]));
for (const kind of ["act", "view", "field", "value"]) for (const name of made[kind]) needed.add(`${kind}.${name}`);
for (const name of made.act) needed.add(`do.${name}`);
for (const p of pages) for (const key of [`page.${p.view}`, `${p.view}.lead`]) needed.add(key);
for (const p of pages) if (p.nav) needed.add(`shell.nav-${p.nav}`);
// Keys in the source: "a.b" as a whole text; `a.b-${...}` stands for all that begin so.
const families = [...source.matchAll(/`([a-z-]+\.[a-z-]*)\$\{|"([a-z-]+\.[a-z-]*)%d"/g)].map((m) => m[1] ?? m[2]);
const literal = new Set([...source.matchAll(/["'`]([a-z][a-z0-9-]*\.[a-z0-9.-]+)["'`]/g)].map((m) => m[1]));

for (const lang of languages) {
  const have = new Set(Object.keys(cat[lang]));
  check(
    `no key is missing (${lang})`,
    [...new Set([...needed, ...Object.keys(cat.en)])].filter((k) => !have.has(k)),
  );
}

const kept = (key) => {
  const family = key.slice(0, key.indexOf("."));
  if (needed.has(key) || literal.has(key)) return true;
  if (families.some((f) => key.startsWith(f))) return true;
  // Words of charters and registers (facts, reasons, keys of rules), which no list closes.
  if (family === "value" || family === "word") return true;
  // A field of one act where the common text does not fit: field.KIND.NAME.
  const own = /^field\.(.+)\.([a-z][a-z0-9_]*)$/.exec(key);
  return Boolean(own && made.act.has(own[1]) && made.field.has(own[2]));
};
check("no key is unused", Object.keys(cat.en).filter((k) => !kept(k)));
check(
  "every key of the source is in the catalogue",
  [...source.matchAll(/\bt\(\s*"([^"]+)"/g)].map((m) => m[1]).filter((k) => !(k in cat.en)),
);

// What a page is made of: functions and constants, from its own on, as far as each names others.
const modules = new Map();
function parsed(file) {
  if (!modules.has(file)) {
    const text = readFileSync(file, "utf8");
    const imports = [...text.matchAll(/^import \{([^}]*)\} from "(\.[^"?]+\.tsx?)"/gm)].flatMap((m) =>
      m[1].split(",").filter((n) => !/^\s*type /.test(n)).map((n) => ({ name: n.trim().split(" as ")[0], from: resolve(dirname(file), m[2]) })),
    );
    const blocks = text.split(/^(?=(?:export )?(?:default )?(?:async )?(?:function|const) \w)/m).slice(1);
    modules.set(file, { imports, blocks: new Map(blocks.map((b) => [/(?:function|const) (\w+)/.exec(b)[1], b])), first: blocks.find((b) => b.startsWith("export default")) });
  }
  return modules.get(file);
}
function madeOf(file, text, found) {
  if (!text || found.has(text)) return found;
  found.add(text);
  const { imports, blocks } = parsed(file);
  const names = new Set(text.match(/\w+/g));
  for (const [name, block] of blocks) if (names.has(name)) madeOf(file, block, found);
  for (const i of imports) if (names.has(i.name)) madeOf(i.from, parsed(i.from).blocks.get(i.name), found);
  return found;
}
function namedIn(text) {
  const keys = [...text.matchAll(/(?<!kind: )["'`]([a-z][a-z0-9-]*)\.[a-z0-9.-]*["'`$]/g)].filter((m) => m[0].endsWith("$") || m[0].slice(1, -1) in cat.en);
  const families = [...text.matchAll(/\bnamed\((?:[^,()]*\? )?"([a-z]+)"/g)];
  return [...keys, ...families].map((m) => m[1]).concat(/\bfieldText\(/.test(text) && !text.includes("function fieldText") ? ["field"] : []);
}
const groups = new Set(Object.keys(cat.en).map((k) => k.slice(0, k.indexOf("."))));
check(
  "a page has the texts of all that it is made of",
  pages.flatMap((p) => {
    const file = join(root, `web/src/views/${p.view}.tsx`);
    const have = new Set(["shell", "page", "part", p.view, ...(p.texts ?? [])]);
    const wanted = new Set([...madeOf(file, parsed(file).first, new Set())].flatMap(namedIn));
    return [...wanted].filter((g) => groups.has(g) && !have.has(g)).map((g) => `${p.path}: ${g}`);
  }),
);

for (const lang of languages) {
  const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories.slice().sort().join(" ");
  check(
    `plural forms are those of the language (${lang})`,
    Object.entries(cat[lang])
      .filter(([k, v]) => !k.startsWith("field.") && typeof v === "object" && Object.keys(v).sort().join(" ") !== forms)
      .map(([k, v]) => `${k}: ${Object.keys(v).join(" ")}, wanted ${forms}`),
  );
  check(
    `fields have a label and a hint (${lang})`,
    Object.entries(cat[lang])
      .filter(([k, v]) => k.startsWith("field.") && !(v.label && v.hint))
      .map(([k]) => k),
  );
  check(
    `nothing is empty or unfinished (${lang})`,
    Object.entries(cat[lang])
      .filter(([, v]) => (typeof v === "string" ? [v] : Object.values(v)).some((t) => !t.trim() || /TODO|FIXME/.test(t)))
      .map(([k]) => k),
  );
}

const holes = (v) => new Set((typeof v === "string" ? v : Object.values(v).join(" ")).match(/\{\w+\}/g) ?? []);
for (const lang of ["ru", "fr"])
  check(
    `the same places are filled in (${lang})`,
    Object.keys(cat.en).filter((k) => {
      const a = holes(cat.en[k]);
      const b = holes(cat[lang][k] ?? "");
      return [...a].some((x) => !b.has(x)) || [...b].some((x) => !a.has(x));
    }),
  );

process.exit(failed ? 1 : 0);
