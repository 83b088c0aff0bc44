#!/usr/bin/env node
// The front: script and style that each page loads at first, compressed as it is served.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const dist = "web/dist";
const LIMIT_KB = 90;
const FORMS_KB = 3;
const read = (f) => readFileSync(join(dist, f));
const built = JSON.parse(read("files.json"));
const worker = built.files.find((f) => f.startsWith("assets/stream_worker"));

function load(page) {
  const html = read(page).toString();
  const inline = [...html.matchAll(/<(style|script)[^>]*>([^<]*)<\/\1>/g)].map((m) => m[2]).join("");
  const files = [...new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1]))].concat(worker);
  const parts = [Buffer.from(inline), ...files.map(read)];
  const sum = (pack) => parts.reduce((n, p) => n + pack(p).length, 0) / 1024;
  return { files: files.length, gzip: sum(gzipSync), br: sum(brotliCompressSync) };
}

console.log("table\tfirst load of a page: script and style together");
for (const { path, view } of built.pages) {
  const worst = built.languages.map((l) => load(`pages/${view}.${l}.html`)).reduce((a, b) => (b.gzip > a.gzip ? b : a));
  const figure = path === "/" ? "home page, gzip" : `${path}, gzip`;
  console.log(["row", figure, `${worst.gzip.toFixed(1)} KB in ${worst.files} files`, "", worst.gzip.toFixed(1), `<= ${LIMIT_KB} KB`].join("\t"));
}
console.log("note\tThe largest of the three languages; Brotli, which browsers get, is about a tenth less.");
console.log("note\tPaint on a slow phone: tests/browser/speed_test.mjs.");
console.log("table\twhat forms are made of, fetched with the first form of a module that opens");
for (const f of built.files.filter((n) => /^assets\/forms-[a-z]+-.*\.js$/.test(n))) {
  const kb = gzipSync(read(f)).length / 1024;
  console.log(["row", `forms of ${f.split("-")[1]}, gzip`, `${kb.toFixed(1)} KB`, "", kb.toFixed(1), `<= ${FORMS_KB} KB`].join("\t"));
}
