#!/usr/bin/env node
// From a worsening to help that arrives: one story by five seats in browsers, each in a language,
// with the room seen and heard; then the page that shows it all, and its proof away from here.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Centre, axe, binary, browser, each, languages, open, root, settled, show, texts, until } from "./lib.mjs";
import { media } from "./rtc.mjs";

const t = (lang, key) => texts[lang][key];
const pictures = process.env.PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

async function snap(page, name) {
  if (!pictures) return;
  for (const [size, width, height] of [["wide", 1280, 900], ["phone", 390, 844]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/* A demonstration whose figures were quiet for six weeks, up to yesterday. */
async function prepared() {
  const centre = await Centre.empty();
  execFileSync(binary, ["init", "--data", centre.data, "--charter", join(root, "charters/union-of-six.yaml"), "--demo", "--clock", "2020-05-01T05:00:00Z"]);
  const lines = readFileSync(join(root, "scenarios/trail.jsonl"), "utf8").split("\n");
  const file = join(centre.folder, "figures.jsonl");
  writeFileSync(file, lines.slice(0, lines.findIndex((l) => l.startsWith('{"clock"'))).join("\n").replace("charters/", `${relative(join(centre.folder, ".."), root)}/charters/`));
  execFileSync(binary, ["play", "--quiet", "--data", centre.data, file]);
  centre.options = ["--demo", "--clock", "2020-05-02T05:00:00Z"];
  await centre.start();
  return centre;
}

async function clock(centre, at) {
  const r = await fetch(`${centre.url}/api/v1/clock`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ at }) });
  assert.equal(r.status, 200, await r.text());
}

/* A seat at its page. */
async function seated(b, centre, seat, lang) {
  const page = await open(b, centre, { seat, lang });
  page.lang = lang;
  page.setDefaultTimeout(60000);
  return page;
}

async function set(form, name, value) {
  const at = form.locator(`[id$="-${name}"]`);
  await at.waitFor();
  if (Array.isArray(value)) for (const label of value) await at.locator("label", { hasText: label }).locator("input").check();
  else if ((await at.evaluate((e) => e.tagName)) === "SELECT") await at.selectOption(value);
  else await at.fill(value);
}

/* The form of an act is opened, filled and sent; the number of the act that was done. */
async function act(page, kind, values = {}, within = page) {
  const title = t(page.lang, `do.${kind}`);
  const part = within.locator("details.act-part", { has: page.locator("summary", { hasText: title }) });
  const form = within.locator("form.act").filter({ has: page.locator("button.main").getByText(title, { exact: true }) });
  /* Open already where the page has filled it in. */
  await part.or(form).first().waitFor();
  /* By a key: what others do meanwhile may move the page under a pointer. */
  if (!(await form.count())) await part.first().locator("summary").first().press("Enter");
  await form.waitFor();
  for (const [name, value] of Object.entries(values)) {
    if (name === "lines")
      for (const [i, line] of value.entries()) {
        await form.locator('[id$="-lines"] > button').click();
        for (const [of, v] of Object.entries(line)) await set(form, `lines-${i}-${of}`, v);
      }
    else await set(form, name, value);
  }
  const [reply] = await Promise.all([page.waitForResponse((r) => r.url().endsWith("/api/v1/acts") && r.request().method() === "POST"), form.locator("button.main").click()]);
  const body = await reply.json();
  assert.equal(reply.status(), 201, `${kind}: ${JSON.stringify(body)}`);
  return body.seq;
}

async function sees(page, n) {
  await until(`${n} pictures and voices`, async () => {
    const s = await page.evaluate(() => window.comityCall?.stats() ?? {});
    return s.pictures === n && s.voices === n;
  }, 40000);
}

/* The five seats, the language of each in each telling: in the three together all read all. */
const seats = { officer: "officer@al", duty: "duty-officer", al: "head@al", bi: "head@bi", giver: "officer@bi" };
const tellings = [
  { officer: "ru", duty: "en", al: "fr", bi: "ru", giver: "en" },
  { officer: "fr", duty: "ru", al: "en", bi: "fr", giver: "ru" },
  { officer: "en", duty: "fr", al: "ru", bi: "en", giver: "fr" },
];

async function told(b, centre, story, speaks) {
  const at = (who) => seated(b, centre, seats[who], speaks[who]);
  const own = (who, key) => t(speaks[who], key);
  // A member reports, in its own words; the machine flags it for all.
  const officer = await at("officer");
  await show(officer, centre, "/report");
  await officer.getByLabel(own("officer", "value.cases-new"), { exact: true }).fill("120");
  await snap(officer, "report-ru");
  await officer.locator("form.act button.main").first().click();
  await officer.locator(".send .mark.good").first().waitFor();
  await clock(centre, "2020-05-02T05:30:00Z");
  const [alert] = await until("it is flagged", async () => (await centre.view("duty-officer", "alerts", { party: "al" })).filter((a) => a.state === "open"));

  // The duty officer sees it without a reload; the member verifies it, the duty officer assesses.
  const duty = await at("duty");
  await show(duty, centre, "/alerts");
  await duty.locator(`a[href="/alerts/${alert.id}"]`).first().click();
  await settled(duty);
  await show(officer, centre, `/alerts/${alert.id}`);
  await clock(centre, "2020-05-02T07:40:00Z");
  await act(officer, "alert.verify", { answer: "confirm", text: "Три города на юге; лаборатории подтверждают." });
  await duty.getByText("Три города на юге").waitFor();
  await clock(centre, "2020-05-02T08:10:00Z");
  await act(duty, "alert.assess", { hazard: "Cases double in five days.", exposure: "Three towns of the south.", context: "One road; two hospitals." });
  await act(duty, "alert.characterise", { likelihood: "4", consequence: "3", text: "As in March, two days earlier." });
  const [name] = (await centre.view(undefined, "parties", { all: "true" })).filter((p) => p.id === "bi");
  await act(duty, "alert.conclude", { outcome: "consult", participants: [name.short[speaks.duty]], text: "Those who share the border should hear it." });
  await snap(duty, "alert-en");

  // What was concluded opens the consultation, with those who were named.
  await duty.getByRole("link", { name: own("duty", "alert.consult") }).click();
  await settled(duty);
  const talk = await act(duty, "consultation.call", { text: "The heads of the two hear how it stands." });
  await clock(centre, "2020-05-02T12:30:00Z");
  await show(duty, centre, "/consultations");
  const asked = await centre.view("duty-officer", "consultation-parties", { id: talk });
  assert.deepEqual(asked.map((p) => p.party).sort(), ["al", "bi"]);
  const one = duty.locator(`#c${talk}`);
  await one.getByLabel(own("duty", "consultations.room-body")).selectOption("heads");
  await one.getByLabel(own("duty", "consultations.room-channel")).selectOption("ordinary");
  await one.getByRole("button", { name: own("duty", "consultations.open-room") }).click();
  await duty.waitForURL(/\/rooms\/\d+$/);
  const room = Number(duty.url().split("/").at(-1));

  // The two heads and who called them, in a room: each sees and hears the others.
  const heads = [await at("al"), await at("bi")];
  const [al, bi] = heads;
  for (const page of heads) await show(page, centre, `/rooms/${room}`);
  const inside = [...heads, duty];
  for (const page of inside) {
    await page.waitForSelector(".precheck video");
    await page.getByRole("button", { name: t(page.lang, "meeting.enter") }).click();
    await page.waitForSelector(".room-bar");
  }
  for (const page of inside) await sees(page, 2);
  await snap(al, "room-fr");
  await clock(centre, "2020-05-02T13:20:00Z");

  // The note: agreed by those who were there.
  await show(duty, centre, `/consultations#c${talk}`);
  await act(duty, "consultation.note", { outcome: "agreed", text: "Alderland will ask; Birkmark is ready to hear it." }, duty.locator(`#c${talk}`));
  for (const page of heads) {
    await show(page, centre, `/consultations#c${talk}`);
    await act(page, "consultation.settle", { answer: "agree" }, page.locator(`#c${talk}`));
  }
  await snap(al, "consultation-fr");
  await al.locator(`#c${talk} a[href="/help?consultation=${talk}"]`).click();
  await settled(al);

  // From it the request, the offer, and what became of it.
  await clock(centre, "2020-05-02T13:45:00Z");
  const line = { item: "Respirateurs", category: "equipment", quantity: "20", unit: "pièces", needed_by: "2020-05-28", place: "Aéroport d'Alder" };
  const request = await act(al, "assistance.request", { to: "bi", contact: "Centre de crise, jour et nuit", lines: [line] });
  await show(bi, centre, `/help/${request}`);
  await clock(centre, "2020-05-02T14:30:00Z");
  const giver = await at("giver");
  await show(giver, centre, `/help/${request}`);
  await act(giver, "assistance.acknowledge");
  await act(bi, "assistance.offer", { line: "1", quantity: "12", ready: "2020-05-02", terms: "free", transport: "own" });
  await show(al, centre, `/help/${request}`);
  await clock(centre, "2020-05-02T15:02:00Z");
  await act(al, "assistance.accept", { quantity: "12" });
  await act(bi, "assistance.commit", { from: "Бирк, грузовой аэропорт" });
  await act(al, "assistance.still-needed", { answer: "yes" });
  await clock(centre, "2020-05-02T17:00:00Z");
  await act(giver, "assistance.depart", { quantity: "12", expected: "2020-05-02" });
  await snap(giver, "request-giver");
  await clock(centre, "2020-05-02T20:45:00Z");
  await act(al, "assistance.arrive", { quantity: "12" });
  await snap(al, "request-fr");
  const pages = { officer, duty, al, bi, giver };
  for (const page of Object.values(pages)) assert.deepEqual(page.trouble, [], page.lang);
  Object.assign(story, { alert: alert.id, talk, room, request, pages });
}

async function the_trail_of_a_worsening_from_report_to_arrival(b, centre, story) {
  await told(b, centre, story, tellings[0]);
}

async function the_same_in_the_other_languages(b) {
  for (const speaks of tellings.slice(1)) {
    const centre = await prepared();
    const story = {};
    await told(b, centre, story, speaks);
    assert.deepEqual((await centre.view("head@al", "trail", { from: "alert", id: story.alert })).map((r) => r.step), [...steps, ...help]);
    for (const page of Object.values(story.pages)) await page.context().close();
    await centre.end();
  }
}

const steps = ["reported", "flagged", "verified", "assessed", "characterised", "concluded", "called", "opened", "opened", "noted", "agreed"];
const help = ["sent", "acknowledged", "offered", "accepted", "committed", "still-needed", "departed", "arrived"];

async function shown(page) {
  return page.locator(".trail-picture > li > div > b").allInnerTexts();
}

/* Nothing runs out of the page, and (looked) axe has nothing to say. */
async function fits(page, path, looked) {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${path} is ${wide} wide of ${width}`);
  }
  if (looked) assert.deepEqual(await axe(page), [], path);
}

async function the_pages_of_the_story_are_whole_in_each_language(b, centre, { alert, talk, room, request }) {
  for (const lang of languages) {
    const page = await seated(b, centre, "head@al", lang);
    const paths = { trail: `/trail/assistance/${request}`, trails: "/trails", request: `/help/${request}`, consultations: "/consultations", alert: `/alerts/${alert}`, help: `/help?consultation=${talk}`, rooms: "/rooms" };
    for (const [i, [name, path]] of Object.entries(paths).entries()) {
      await show(page, centre, path);
      await snap(page, `${name}-${lang}`);
      await fits(page, `${path} in ${lang}`, languages[i % languages.length] === lang);
    }
    await show(page, centre, `/trail/alert/${alert}`);
    assert.deepEqual(await shown(page), [...steps, ...help].map((s) => t(lang, `trail.step-${s}`)), lang);
    assert.deepEqual(page.trouble, [], lang);
    await page.context().close();
  }
  assert.ok(room);
}

async function the_page_shows_who_may_know_what_and_when(b, centre, { alert, request, pages: { al } }) {
  await show(al, centre, `/trail/alert/${alert}`);
  const times = await al.locator(".trail-picture time").evaluateAll((all) => all.map((x) => x.dateTime.slice(11, 16)));
  assert.deepEqual(times, ["05:00", "05:00", "07:40", "08:10", "08:10", "08:10", "08:10", "12:30", "12:30", "13:20", "13:20", "13:45", "14:30", "14:30", "15:02", "15:02", "15:02", "17:00", "20:45"]);
  const rows = await centre.view("head@al", "trail", { from: "alert", id: alert });
  assert.equal(rows.reduce((sum, r) => sum + r.minutes, 0), 945, "from the first step to the last");
  /* Of a request only its two know, until both agree to a summary. */
  const ce = await seated(b, centre, "head@ce", "en");
  await show(ce, centre, `/trail/alert/${alert}`);
  assert.deepEqual(await shown(ce), steps.filter((s, i) => i !== 8).map((s) => t("en", `trail.step-${s}`)));
  await show(ce, centre, `/trail/assistance/${request}`);
  await ce.getByText(t("en", "trail.absent")).waitFor();
  await ce.context().close();
}

async function saved(page, click, file) {
  const [download] = await Promise.all([page.waitForEvent("download"), click.click()]);
  await download.saveAs(file);
  return file;
}

/* openssl wants a key as PEM: the 32 bytes of an Ed25519 key after the twelve that say so. */
function pem(bytes, file) {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes]);
  writeFileSync(file, `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----\n`);
  return file;
}

async function the_proof_holds_away_from_here(b, centre, { request, pages: { al } }) {
  const folder = mkdtempSync(join(tmpdir(), "comity-trail-"));
  await show(al, centre, `/trail/assistance/${request}`);
  const svg = await saved(al, al.getByRole("button", { name: t("fr", "trail.picture") }), join(folder, "trail.svg"));
  assert.equal(readFileSync(svg, "utf8").match(/<circle /g).length, steps.length + help.length, "a point for each step");
  const tar = await saved(al, al.getByRole("link", { name: t("fr", "trail.bundle") }), join(folder, "trail.tar"));
  const [keys, policy] = ["keys", "policy"].map((f) => join(folder, f));
  for (const file of [keys, policy]) writeFileSync(file, await (await fetch(`${centre.url}/${file.split("/").at(-1)}`)).text());
  const verify = ["verify", "--bundle", tar, "--key", keys, "--policy", policy];
  const said = execFileSync(binary, verify, { encoding: "utf8" });
  /* The programs of others: tar, sh, sha256sum, openssl. */
  execFileSync("tar", ["-xf", tar, "-C", folder]);
  const acts = readdirSync(folder).filter((f) => f.endsWith(".json"));
  assert.equal(acts.length, said.match(/ leaf \d+ of /g).length, said);
  const log = pem(Buffer.from(/^log ([0-9a-f]{64})$/m.exec(readFileSync(policy, "utf8"))[1], "hex"), join(folder, "log.pem"));
  const recorder = pem(Buffer.from(readFileSync(keys, "utf8").split(" ")[1], "base64").subarray(-32), join(folder, "recorder.pem"));
  for (const act of acts) execFileSync(join(root, "tools/verify.sh"), [join(folder, act), join(folder, act.replace(".json", ".sigsum-proof")), log, recorder]);
  const kinds = acts.map((f) => JSON.parse(readFileSync(join(folder, f), "utf8")).kind);
  for (const kind of ["report.submit", "monitoring.run", "alert.verify", "consultation.call", "room.open", "consultation.settle", "assistance.request", "assistance.arrive"]) assert.ok(kinds.includes(kind), `${kind} is not in it: ${kinds}`);
  /* One letter of one record altered: it is seen. */
  const bytes = readFileSync(tar);
  bytes[bytes.indexOf("Respirateurs")] ^= 1;
  writeFileSync(tar, bytes);
  assert.throws(() => execFileSync(binary, verify, { stdio: "pipe" }));
  rmSync(folder, { recursive: true });
}

const centre = await prepared();
const b = await browser(...media);
const story = {};
const failed = await each([the_trail_of_a_worsening_from_report_to_arrival, the_page_shows_who_may_know_what_and_when, the_proof_holds_away_from_here, the_pages_of_the_story_are_whole_in_each_language, the_same_in_the_other_languages], b, centre, story);
if (failed && pictures) for (const [i, page] of b.contexts().flatMap((c) => c.pages()).entries()) await page.screenshot({ path: join(pictures, `failed-${i}.png`) });
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
