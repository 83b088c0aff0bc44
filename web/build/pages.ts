/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * web/pages.json as routes ("virtual:pages"), and, after the build, one HTML file for each
 * page and language.  Each holds the page's title and first sentence, the style, and links
 * to exactly the modules and data that page needs, so that it paints before any script runs.
 *
 * dist/files.json lists what tools/embed.py puts into the program.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin, Rollup } from "vite";
import { catalogue, languages, root, type Catalogue, type Language } from "./catalogue.ts";

export interface Page {
  path: string; /* "/parties/:id" */
  view: string; /* the file under src/views */
  texts?: string[]; /* groups of the catalogue besides its own */
  data?: string[]; /* views it shows first, with their parameters */
  nav?: string; /* the part of the navigation where it stands */
  seat?: string; /* who finds it there; absent: everybody */
}

export function readPages(): Page[] {
  return JSON.parse(readFileSync(resolve(root, "web/pages.json"), "utf8")) as Page[];
}

/* All data of a page in one request: "/api/v1/views?of=parties?all=true;gates". */
export function dataAddress(page: Page): string | undefined {
  return page.data?.length ? `/api/v1/views?of=${page.data.map(encodeURIComponent).join(";")}` : undefined;
}

function routes(): string {
  const rows = readPages().map((p) => {
    const { texts: _, ...kept } = p;
    return `{...${JSON.stringify({ ...kept, at: dataAddress(p) })}, load: () => import("/src/views/${p.view}.tsx")}`;
  });
  return `export const pages = [${rows.join(",\n")}];`;
}

function digest(text: string | Uint8Array, kind: "sha256" | "sha384" = "sha256"): string {
  return `${kind}-${createHash(kind).update(text).digest("base64")}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}

function text(c: Catalogue, key: string): string {
  const entry = c[key];
  if (typeof entry !== "string") throw new Error(`the catalogue has no text ${key}`);
  return escape(entry);
}

type Chunks = Rollup.OutputChunk[];

/* The chunk made of this module, and all it imports at once. */
function closure(chunks: Chunks, wanted: (c: Rollup.OutputChunk) => boolean): string[] {
  const byName = new Map(chunks.map((c) => [c.fileName, c]));
  const found = new Set<string>();
  const visit = (c: Rollup.OutputChunk | undefined): void => {
    if (!c || found.has(c.fileName)) return;
    found.add(c.fileName);
    c.imports.forEach((i) => visit(byName.get(i)));
  };
  chunks.filter(wanted).forEach(visit);
  return [...found];
}

interface Shell {
  template: string;
  chunks: Chunks;
  style: string;
  theme: string;
  importmap: string;
  entry: string;
  integrity: Record<string, string>;
}

function navigation(c: Catalogue, view: string): string {
  const rows = readPages().filter((p) => p.nav && !p.seat);
  const parts = [...new Set(rows.map((p) => p.nav as string))];
  return parts
    .map(
      (part) =>
        `<h2>${text(c, `shell.nav-${part}`)}</h2><ul>` +
        rows
          .filter((p) => p.nav === part)
          .map((p) => `<li><a href="${p.path}"${p.view === view ? ' aria-current="page"' : ""}>${text(c, `page.${p.view}`)}</a></li>`)
          .join("") +
        "</ul>",
    )
    .join("");
}

function html(s: Shell, page: Page, lang: Language): string {
  const c = catalogue(lang);
  const modules = new Set(closure(s.chunks, (k) => k.fileName === s.entry));
  closure(s.chunks, (k) => k.facadeModuleId?.endsWith(`/src/views/${page.view}.tsx`) ?? false).forEach((f) => modules.add(f));
  for (const set of ["base", page.view])
    closure(s.chunks, (k) => k.facadeModuleId === `\0virtual:texts/${lang}/${set}`).forEach((f) => modules.add(f));
  const data = ["/api/v1/session", ...(dataAddress(page) ? [dataAddress(page) as string] : [])];
  const links = [...modules]
    .filter((f) => f !== s.entry)
    .map((f) => `<link rel="modulepreload" href="/${f}" integrity="${s.integrity[`/${f}`]}">`)
    .concat(data.map((d) => `<link rel="preload" as="fetch" crossorigin href="${escape(d)}">`));
  const fill: Record<string, string> = {
    lang,
    page: page.view,
    title: text(c, `page.${page.view}`),
    lead: text(c, `${page.view}.lead`),
    skip: text(c, "shell.skip"),
    noscript: text(c, "shell.noscript"),
    pages: text(c, "shell.pages"),
    navigation: navigation(c, page.view),
    style: s.style,
    theme: s.theme,
    importmap: s.importmap,
    entry: `<script type="module" src="/${s.entry}" integrity="${s.integrity[`/${s.entry}`]}"></script>`,
    links: links.join(""),
  };
  return s.template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => fill[name] ?? "");
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

/* What every reply with a page says; the hashes are of the inline parts, the same on all. */
function policy(s: Shell): Record<string, string> {
  return {
    "Content-Security-Policy": [
      "default-src 'none'",
      `script-src 'self' '${digest(s.theme)}' '${digest(s.importmap)}'`,
      `style-src 'self' '${digest(s.style)}'`,
      "img-src 'self' data: blob:",
      "media-src 'self' blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types comity",
    ].join("; "),
    "Integrity-Policy": "blocked-destinations=(script)",
  };
}

function finish(dist: string, bundle: Rollup.OutputBundle): void {
  const chunks = Object.values(bundle).filter((o) => o.type === "chunk");
  const integrity: Record<string, string> = {};
  for (const c of chunks) integrity[`/${c.fileName}`] = digest(readFileSync(join(dist, c.fileName)));
  const css = Object.values(bundle).find((o) => o.fileName.endsWith(".css"));
  const entry = chunks.find((c) => c.isEntry);
  if (!css || !entry) throw new Error("the build has no style or no entry");
  const s: Shell = {
    template: readFileSync(resolve(root, "web/index.html"), "utf8"),
    chunks,
    style: readFileSync(join(dist, css.fileName), "utf8").trim(),
    theme: 'try{const t=localStorage.getItem("theme");if(t)document.documentElement.dataset.theme=t}catch{}',
    importmap: JSON.stringify({ integrity }),
    entry: entry.fileName,
    integrity,
  };
  rmSync(join(dist, css.fileName));
  mkdirSync(join(dist, "pages"), { recursive: true });
  const list = readPages();
  for (const page of [...list, { path: "", view: "absent" }])
    for (const lang of languages) writeFileSync(join(dist, "pages", `${page.view}.${lang}.html`), html(s, page, lang));
  const files = walk(dist).map((f) => relative(dist, f)).sort();
  for (const f of files) {
    const plain = readFileSync(join(dist, f));
    const packed = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
    if (packed.length < plain.length) writeFileSync(join(dist, `${f}.br`), packed);
  }
  writeFileSync(
    join(dist, "files.json"),
    JSON.stringify({ files, languages, headers: policy(s), pages: list.map((p) => ({ path: p.path, view: p.view })) }, null, 1),
  );
}

export function pages(): Plugin {
  return {
    name: "comity-pages",
    buildStart() {
      for (const p of readPages())
        if (!existsSync(resolve(root, "web/src/views", `${p.view}.tsx`))) this.error(`pages.json: there is no web/src/views/${p.view}.tsx`);
    },
    resolveId: (id) => (id === "virtual:pages" ? `\0${id}` : null),
    load: (id) => (id === "\0virtual:pages" ? routes() : null),
    writeBundle(options, bundle) {
      finish(options.dir ?? "dist", bundle);
    },
  };
}
