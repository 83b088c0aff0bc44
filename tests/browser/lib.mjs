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
export const AxeBuilder = require("@axe-core/playwright").default;

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

/* Examples for the addresses with parameters. */
export function example(path) {
  const known = { "/record/:id": "/record/109", "/parties/:id": "/parties/ol", "/statuses/:id": "/statuses/75", "/instruments/:id": "/instruments/third-protocol", "/figures/:party/:indicator": "/figures/ce/cases-new" };
  return known[path] ?? path.replace(/:\w+/g, "1");
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
