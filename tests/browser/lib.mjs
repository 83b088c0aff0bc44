// What the browser tests share: a demonstration served on a free port, Debian's Chromium, axe.
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(new URL(".", import.meta.url).pathname, "../..");
export const binary = join(root, "build", process.env.COMITY_MODE ?? "release", "comity");
const chromiumPath = "/usr/bin/chromium";
const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/* Ends the program with a skip where the browser or its driver is missing. */
function need() {
  const name = process.argv[1].split("/").at(-1).replace(/_test\.mjs$/, "");
  const missing = !existsSync(chromiumPath)
    ? "chromium is not installed (tools/setup.sh test)"
    : !existsSync(join(root, "web/node_modules/playwright-core"))
      ? "web/node_modules is missing (make web)"
      : !existsSync(join(root, "web/dist/files.json"))
        ? "the front is not built (make web)"
        : undefined;
  if (missing) {
    console.log(`skip ${name}: ${missing}`);
    process.exit(0);
  }
}

need();
const require = createRequire(join(root, "web/package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const pages = JSON.parse(readFileSync(join(root, "web/pages.json"), "utf8"));
export const languages = ["en", "ru", "fr"];
export const texts = Object.fromEntries(languages.map((l) => [l, JSON.parse(readFileSync(join(root, `i18n/web/${l}.json`), "utf8"))]));

export function freePort() {
  return new Promise((done) => {
    const s = createServer();
    s.listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

export async function until(what, condition, ms = 15000) {
  const end = Date.now() + ms;
  for (;;) {
    const v = await condition();
    if (v) return v;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((r) => setTimeout(r, 25));
  }
}

/* The Union of Six with its year, served. */
export class Centre {
  static async empty(host = "127.0.0.1") {
    const c = new Centre();
    c.folder = mkdtempSync(join(tmpdir(), "comity-browser-"));
    c.data = join(c.folder, "data");
    c.port = await freePort();
    c.url = `http://${host}:${c.port}`;
    return c;
  }

  static async init(host, charter = "union-of-six", clock = undefined) {
    const c = await Centre.empty(host);
    const year = new Date(Date.now() - 365 * 86400000).toISOString().slice(0, 10);
    execFileSync(binary, ["init", "--data", c.data, "--charter", join(root, `charters/${charter}.yaml`), "--demo", "--clock", clock ?? `${year}T08:00:00Z`]);
    c.options = ["--demo"];
    return c;
  }

  /* As a scenario's lines before `mark` leave it, at the instant of the last of them. */
  static async before(scenario, mark) {
    const [head, ...lines] = readFileSync(join(root, "scenarios", scenario), "utf8").trim().split("\n").map((l) => JSON.parse(l));
    const played = lines.slice(0, lines.findIndex((l) => l.act === mark || l.view === mark));
    const clock = played.findLast((l) => l.clock)?.clock ?? head.clock;
    const c = await Centre.init(undefined, undefined, head.clock);
    const script = join(c.folder, "scenarios/part.jsonl");
    mkdirSync(join(c.folder, "scenarios"));
    symlinkSync(join(root, "charters"), join(c.folder, "charters"));
    writeFileSync(script, [head, ...played].map((l) => `${JSON.stringify(l)}\n`).join(""));
    if (played.length) execFileSync(binary, ["play", "--quiet", "--data", c.data, script]);
    await c.start("--clock", clock);
    return c;
  }

  /* Without its year. */
  static async bare(...more) {
    const c = await Centre.init();
    await c.start(...more);
    return c;
  }

  /* The same at a time of its own, which clock() moves on. */
  static async at(clock) {
    const c = await Centre.init(undefined, undefined, clock);
    await c.start("--clock", clock);
    return c;
  }

  async clock(at) {
    const r = await fetch(`${this.url}/api/v1/clock`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ at }) });
    if (!r.ok) throw new Error(`the clock: ${r.status} ${await r.text()}`);
  }

  static async make() {
    const c = await Centre.init();
    execFileSync(binary, ["play", "--quiet", "--data", c.data, join(root, "scenarios/year.jsonl")]);
    await c.start();
    return c;
  }

  async start(...more) {
    this.process = spawn(binary, ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`, ...(this.options ?? []), ...more], { stdio: "ignore" });
    await until("the server answers", () => fetch(`${this.url}/healthz`).then((r) => r.ok, () => false));
  }

  stop() {
    return new Promise((done) => {
      this.process.once("exit", done);
      this.process.kill("SIGTERM");
    });
  }

  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async act(seat, kind, subject, body) {
    const r = await fetch(`${this.url}/api/v1/acts`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer seat:${seat}` },
      body: JSON.stringify({ id: crypto.randomUUID(), kind, subject, body }),
    });
    return { status: r.status, ...(await r.json()) };
  }

  async view(seat, name, params = {}) {
    const r = await fetch(`${this.url}/api/v1/views/${name}?${new URLSearchParams(params)}`, { headers: seat ? { Authorization: `Bearer seat:${seat}` } : {} });
    return (await r.json()).rows;
  }
}

/* A bearer token for the media of the room of --bench-room (comity room token). */
export function roomToken(centre, room, who, ...what) {
  return execFileSync(binary, ["room", "token", "--data", centre.data, "--room", room, "--as", who, ...what], { encoding: "utf8" }).trim();
}

export function browser(...more) {
  return browser.of(chromiumPath, ...more);
}

/* The same by another program that starts it. */
browser.of = (program, ...more) => chromium.launch({ executablePath: program, args: [...flags, ...more] });

/* A page of a reader; `page.trouble` collects what must not happen. */
export async function open(b, centre, { lang = "en", theme = "light", width = 1280, height = 900, seat } = {}) {
  // Firefox takes what the reader prefers from its own settings (firefox.mjs).
  const taste = b.browserType().name() === "firefox" ? { colorScheme: null, reducedMotion: null, forcedColors: null, contrast: null } : { colorScheme: theme, reducedMotion: "reduce" };
  const context = await b.newContext({ viewport: { width, height }, locale: lang, ...taste });
  await context.addCookies([{ name: "lang", value: lang, url: centre.url }]);
  const page = await context.newPage();
  page.trouble = [];
  page.asked = new Set(); // requests that are not answered yet, but for the stream, which goes on
  page.on("request", (r) => {
    if (r.isNavigationRequest()) page.asked.clear(); // what the page before asked for is of no concern
    if (!/\/api\/v1\/events|stream_worker/.test(r.url())) page.asked.add(r);
  });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (r) => page.asked.delete(r));
  page.on("pageerror", (e) => page.trouble.push(`error: ${e.message}`));
  page.on("console", (m) => {
    if (m.type() === "error" && !/Failed to load resource/.test(m.text())) page.trouble.push(`console: ${m.text()}`);
  });
  page.on("request", (r) => {
    if (!r.url().startsWith(centre.url) && !/^(data|blob):/.test(r.url())) page.trouble.push(`foreign request: ${r.url()}`);
  });
  if (seat) await sit(page, centre, seat);
  return page;
}

/* Take a seat of the demonstration, as the page does. */
export async function sit(page, centre, seat) {
  const r = await page.request.post(`${centre.url}/api/v1/session`, { data: { seat }, headers: { "Sec-Fetch-Site": "same-origin", Origin: centre.url } });
  if (!r.ok()) throw new Error(`the seat ${seat}: ${r.status()} ${await r.text()}`);
}

/* An address, once what it shows is there. */
export async function show(page, centre, path) {
  await page.goto(centre.url + path);
  await settled(page).catch((e) => {
    throw new Error(`${path}: ${e.message}`);
  });
}

export async function settled(page) {
  await page.waitForSelector("header .preferences");
  await page.waitForFunction(() => ![...document.querySelectorAll(".waiting")].some((w) => !w.closest(".sample")), undefined, { timeout: 15000 });
}

/* The same as a reader goes there by a link: the program, its texts and its connections stay. */
export async function go(page, path) {
  await follow(page, path);
  await rests(page).catch((e) => {
    throw new Error(`${path}: ${e.message}`);
  });
}

/* Its page is there, whatever it waits for. */
export async function follow(page, path) {
  await page.evaluate((href) => {
    const a = document.createElement("a");
    a.href = href;
    document.body.append(a);
    a.click();
    a.remove();
  }, path);
  const shown = pageOf(path);
  await page.waitForFunction((view) => document.querySelector("main").dataset.view === view, shown);
}

/* Nothing is on its way, and nothing waits. */
export async function rests(page) {
  await until("what was asked is answered", () => page.asked.size === 0);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  if (page.asked.size) await rests(page);
  else await settled(page);
}

function pageOf(path) {
  const parts = path.split(/[?#]/)[0].split("/");
  const fits = (p) => p.path.split("/").length === parts.length && p.path.split("/").every((w, i) => w.startsWith(":") || w === parts[i]);
  return pages.find(fits)?.view ?? "absent";
}

export async function speak(page, lang) {
  await page.selectOption(".preferences select >> nth=0", lang);
  await page.waitForFunction((l) => document.documentElement.lang === l, lang);
  await rests(page);
}

/* What axe finds, in words; `rules`: by these alone.  It runs in the page, where it stays. */
export async function axe(page, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], ...(only ? { runOnly: only } : {}) });
    return violations.map((v) => ({ id: v.id, help: v.help, at: v.nodes.map((n) => n.target.join(" ")) }));
  }, rules);
  return found.map((v) => `${v.id}: ${v.at.slice(0, 3).join(" | ")} (${v.help})`);
}

const groups = new Set(Object.keys(texts.en).map((k) => k.slice(0, k.indexOf("."))));

/* A key of the catalogue on the screen is a text that was not found; what a program reads is none. */
export async function rawKeys(page) {
  const text = await page.evaluate(() => [...document.querySelectorAll("pre, code")].reduce((t, e) => t.replace(e.innerText, ""), document.body.innerText));
  return (text.match(/\b[a-z][a-z-]*\.[a-z][a-z.-]+\b/g) ?? []).filter((k) => groups.has(k.slice(0, k.indexOf("."))) && !/\.(json|pdf|md|yaml)$/.test(k));
}

/* What is on the screen, but for the names of its parts, which are dealt out anew. */
function stateOf(page) {
  return page.evaluate(() => {
    const plain = (e) => e.outerHTML.replace(/ (id|for|name|aria-\w+by|aria-current|aria-controls)="[^"]*"/g, "");
    return [...document.querySelectorAll("#app > *")].map((e) => `${document.documentElement.lang} ${plain(e)}`);
  });
}

/*
 * What is wrong with the page as it stands, by axe in the light and in the dark.  Many seats see
 * the same: what was looked at before, in the same language, is not looked at again.
 */
export async function looked(page, where, seen) {
  const parts = await stateOf(page);
  const wrong = (await rawKeys(page)).map((k) => `${where}: the text ${k} is not there`);
  if (parts.every((p) => seen.has(p))) return wrong;
  parts.forEach((p) => seen.add(p));
  wrong.push(...(await axe(page)).map((v) => `${where}: ${v}`));
  await page.emulateMedia({ colorScheme: "dark" });
  wrong.push(...(await axe(page, ["color-contrast"])).map((v) => `${where} dark: ${v}`));
  await page.emulateMedia({ colorScheme: "light" });
  return wrong;
}

/* Examples for the addresses with parameters: what there is in the year, and a room that is opened. */
export async function addresses(centre) {
  const room = await centre.act("secretary-general", "room.open", "body/ministers", { kind: "meeting", title: "Council of Foreign Ministers", channel: "ordinary", mode: "free", parties: [], items: [] });
  const help = (await centre.view("head@ce", "assistance-requests"))[0];
  const known = {
    "/alerts/:id": `/alerts/${(await centre.view("head@ce", "alerts"))[0].id}`,
    "/figures/:party/:indicator": "/figures/ce/cases-new",
    "/help/:id": `/help/${help.id}`,
    "/instruments/:id": "/instruments/third-protocol",
    "/parties/:id": "/parties/ol",
    "/record/:id": "/record/109",
    "/rooms/:id": `/rooms/${room.seq}`,
    "/statuses/:id": "/statuses/75",
    "/trail/:from/:id": `/trail/assistance/${help.id}`,
  };
  return [...pages.map((p) => known[p.path] ?? p.path), "/no-such-page"];
}

/* Two readers share the work: the machine has more than one processor. */
export async function twoAtOnce(list, work) {
  const left = list.slice();
  const reader = async () => {
    for (let next = left.shift(); next; next = left.shift()) await work(next);
  };
  await Promise.all([reader(), reader()]);
}

/* Each test by its name, with what it is given; how many failed. */
export async function each(tests, ...given) {
  const only = process.argv.slice(2);
  let failed = 0;
  for (const test of tests) {
    if (only.length && !only.some((w) => test.name.includes(w))) continue;
    const name = test.name.replaceAll("_", " ");
    const since = Date.now();
    try {
      await test(...given);
      console.log(`ok ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    } catch (e) {
      failed++;
      console.log(`FAIL ${name}\n${e.stack}`);
    }
  }
  return failed;
}

export async function run(...tests) {
  const centre = await Centre.make();
  const b = await browser();
  const failed = await each(tests, b, centre);
  await b.close();
  await centre.end();
  process.exit(failed ? 1 : 0);
}
