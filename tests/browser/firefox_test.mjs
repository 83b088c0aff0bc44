#!/usr/bin/env node
// The front in Firefox: home, a seat, a change of language, an act by its form, a lost server,
// a dropped file, the camera of a meeting; axe on the way.  Sign-in: signin_test.mjs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { firefox, firefoxMissing } from "./firefox.mjs";
import { Centre, axe, each, open, settled, show, texts } from "./lib.mjs";

const en = texts.en;

async function clean(page) {
  assert.deepEqual(await axe(page), []);
}

async function a_seat_is_taken_and_the_language_changed(b, centre) {
  const page = await open(b, centre, { lang: "ru" });
  await show(page, centre, "/");
  assert.equal(await page.innerText("h1"), texts.ru["page.home"]);
  await clean(page);
  await page.locator(".seat-button").click();
  await page.locator("dialog[open] .choices button", { hasText: "Седрия" }).first().click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await settled(page);
  assert.match(await page.innerText(".seat-button b"), /Седрия/);
  await page.selectOption(".preferences select >> nth=0", "fr");
  await page.waitForFunction(() => document.documentElement.lang === "fr");
  assert.equal(await page.innerText("h1"), texts.fr["page.home"]);
  await clean(page);
  await page.reload();
  await settled(page);
  assert.match(await page.innerText(".seat-button b"), /Cédrie/);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

async function an_act_by_its_form_shows_in_every_tab(b, centre) {
  const page = await open(b, centre, { seat: "depositary" });
  await show(page, centre, "/parties/so");
  const second = await page.context().newPage();
  await show(second, centre, "/record");
  const form = page.locator("details.act-part", { hasText: en["do.party.record-fact"] }).first();
  await form.locator("summary").first().click();
  await form.locator("select").first().selectOption("un-member");
  await form.locator("input[type=radio]").first().check();
  await form.locator("input[type=text]").first().fill("Read in another browser.");
  // A draft survives a reload; a double click acts once.
  await page.reload();
  await settled(page);
  assert.equal(await form.locator("input[type=text]").first().inputValue(), "Read in another browser.");
  const before = (await centre.view("depositary", "record", { limit: 1 }))[0].seq;
  await form.locator("button.main").dblclick();
  await form.getByText(en["form.done"]).waitFor();
  const done = (await centre.view("depositary", "record", { limit: 5 })).filter((r) => r.seq > before);
  assert.deepEqual(done.map((r) => r.kind), ["party.record-fact"]);
  await second.waitForSelector(`a[href="/record/${done[0].seq}"]`);
  await clean(page);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

async function a_lost_server_is_said_and_its_return_noticed(b, centre) {
  const page = await open(b, centre);
  await show(page, centre, "/record");
  await centre.stop();
  await page.waitForSelector(".offline");
  await centre.start();
  const since = Date.now();
  await page.waitForSelector(".offline", { state: "detached" });
  assert.ok(Date.now() - since < 1000, `${Date.now() - since} ms until it was right again`);
  await page.context().close();
}

async function a_dropped_file_is_compared_in_the_browser(b, centre) {
  const page = await open(b, centre);
  const record = await (await fetch(`${centre.url}/api/v1/acts/109/record`)).text();
  await show(page, centre, "/check");
  for (const [verdict, text] of [["identical", record], ["not-ours", record.replace("done", "Done")]]) {
    const file = join(centre.folder, `${verdict}.json`);
    writeFileSync(file, text);
    await page.setInputFiles("input[type=file]", file);
    await page.waitForSelector(`.verdict.${verdict}`);
  }
  await page.context().close();
}

async function a_meeting_shows_the_camera_before_one_enters(b, centre) {
  const room = await centre.act("secretary-general", "room.open", "body/ministers", { kind: "meeting", title: "Council of Foreign Ministers", channel: "ordinary", mode: "free", parties: [], items: [] });
  assert.equal(room.status, 201, JSON.stringify(room));
  const page = await open(b, centre, { seat: "secretary-general" });
  await show(page, centre, `/rooms/${room.seq}`);
  await page.waitForFunction(() => document.querySelector(".precheck video")?.videoWidth > 0);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

if (firefoxMissing()) {
  console.log(`skip firefox: ${firefoxMissing()}`);
  process.exit(0);
}
const centre = await Centre.make();
const b = await firefox();
const failed = await each(
  [a_seat_is_taken_and_the_language_changed, an_act_by_its_form_shows_in_every_tab, a_lost_server_is_said_and_its_return_noticed, a_dropped_file_is_compared_in_the_browser, a_meeting_shows_the_camera_before_one_enters],
  b,
  centre,
);
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
