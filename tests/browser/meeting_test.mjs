#!/usr/bin/env node
// The meeting page tells the truth and is within reach: what each device does, whether one is
// heard, screens for who comes late, keys of any keyboard, thumbs, screen readers.
import assert from "node:assert/strict";
import { Centre, browser, each, open, show, texts, until } from "./lib.mjs";
import { before, enter, inside, sees, snap } from "./meeting.mjs";
import { media } from "./rtc.mjs";

const t = (lang, key) => texts[lang][key];
const item = (title) => ({ title, class: "open", statuses: [] });
const bar = (page) => page.locator(".room-bar");
const says = (page, key) => bar(page).getByText(t(page.lang, key)).waitFor({ timeout: 15000 });
const told = (page, text) => page.waitForFunction((w) => document.querySelector('.room > [role="status"]')?.textContent.includes(w), text, { timeout: 15000 });
const close = async (...pages) => {
  for (const p of pages) {
    assert.deepEqual(p.trouble, []);
    await p.context().close();
  }
};

async function opened(centre, mode = "free") {
  const r = await centre.act("head@fi", "room.open", "body/ministers", { kind: "meeting", title: "Council of Foreign Ministers", channel: "ordinary", mode, parties: [], items: [item("Cooperation after the pandemic")] });
  assert.equal(r.status, 201, JSON.stringify(r));
  await centre.act("head@fi", "room.call-item", `room/${r.seq}`, { item: 1 });
  return r.seq;
}

/* In the page: a device of that kind fails so. */
function failing([kinds, error]) {
  const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (c) => (kinds.some((k) => c[k]) ? Promise.reject(new DOMException("not here", error)) : take(c));
}

/* The page of a head of delegation whose devices fail, before the room. */
async function without(b, centre, room, kinds, error, lang) {
  const page = await open(b, centre, { seat: "head@al", lang, width: 390 });
  page.lang = lang;
  if (error) await page.addInitScript(failing, [kinds, error]);
  await show(page, centre, `/rooms/${room}`);
  return page;
}

const trouble = (page, device, why) => page.locator(".precheck .trouble p").filter({ hasText: t(page.lang, device) }).getByText(t(page.lang, why)).waitFor({ timeout: 15000 });

async function leave(page) {
  await page.getByRole("button", { name: t(page.lang, "meeting.leave"), exact: true }).click();
  await page.waitForSelector(".precheck");
  await close(page);
}

async function a_device_that_fails_takes_no_other_with_it(b, centre) {
  const room = await opened(centre);
  // A camera that another program holds: named, and one is heard.
  const busy = await without(b, centre, room, ["video"], "NotReadableError", "ru");
  await trouble(busy, "meeting.camera", "meeting.wrong-busy");
  await snap(busy, "busy-ru");
  await enter(busy);
  await says(busy, "meeting.you-heard");
  assert.equal(await bar(busy).getByRole("button", { name: t("ru", "meeting.camera-none") }).isDisabled(), true);
  await leave(busy);
  // No microphone: one is seen, and told that one is not heard.
  const mute = await without(b, centre, room, ["audio"], "NotFoundError", "fr");
  await trouble(mute, "meeting.microphone", "meeting.wrong-nothing");
  await mute.waitForFunction(() => document.querySelector(".precheck video").videoWidth > 0);
  await enter(mute);
  await says(mute, "meeting.you-no-mic");
  await leave(mute);
  // Neither: one still enters, and is connected.
  const none = await without(b, centre, room, ["audio", "video"], "NotFoundError", "en");
  await enter(none);
  await says(none, "meeting.link-joined");
  await says(none, "meeting.you-no-mic");
  assert.equal(await bar(none).getByRole("button", { name: t("en", "meeting.mic-none") }).isDisabled(), true);
  await snap(none, "nothing-en");
  await leave(none);
}

/* By an address without https a browser has no devices to ask for: said, and one still enters. */
async function without_a_secure_address_one_still_sees_and_hears(b, centre) {
  const room = await opened(centre);
  const page = await open(b, centre, { seat: "head@fi", lang: "ru" });
  page.lang = "ru";
  await page.addInitScript(() => delete Navigator.prototype.mediaDevices);
  await show(page, centre, `/rooms/${room}`);
  await trouble(page, "meeting.devices", "meeting.wrong-insecure");
  await enter(page);
  await says(page, "meeting.you-no-mic");
  await close(page);
}

/* The browser itself refuses the camera, and only that. */
async function a_refused_camera_leaves_the_microphone(_, centre) {
  const b = await browser("--use-fake-device-for-media-stream=fps=8", "--allow-loopback-in-peer-connection");
  const room = await opened(centre);
  const page = await open(b, centre, { seat: "head@al", width: 390 });
  page.lang = "en";
  await page.context().grantPermissions(["microphone"], { origin: centre.url });
  await show(page, centre, `/rooms/${room}`);
  await trouble(page, "meeting.camera", "meeting.wrong-refused");
  await snap(page, "refused-en");
  await enter(page);
  await says(page, "meeting.you-heard");
  await until("sound is sent", () => page.evaluate(() => window.comityCall.out?.pc?.getSenders().some((s) => s.track?.kind === "audio")));
  await close(page);
  await b.close();
}

/* Whoever listens to the page is told once that the microphone hears, not ten times a second. */
async function the_check_says_once_what_it_hears(b, centre) {
  const room = await opened(centre);
  const page = await before(b, centre, room, "head@al");
  await page.locator(".precheck").getByText(t("en", "meeting.hears")).waitFor();
  await page.getByText(/works; /).waitFor(); // the connection, too
  const changes = await page.evaluate(async () => {
    const told = [];
    new MutationObserver((all) => told.push(...all.map((m) => m.target.textContent))).observe(document.querySelector(".precheck [aria-live]"), { subtree: true, childList: true, characterData: true });
    await new Promise((done) => setTimeout(done, 3000));
    return told;
  });
  assert.deepEqual(changes, []);
  await close(page);
}

async function the_bar_says_whether_one_is_heard(b, centre) {
  const room = await opened(centre);
  const al = await inside(b, centre, room, "head@al", "ru");
  await says(al, "meeting.you-heard");
  // The key M where a Russian keyboard has another letter on it.
  await al.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ь", code: "KeyM", bubbles: true })));
  await says(al, "meeting.you-mic-off");
  await al.locator('.person-tile[data-person="demo-head-al"]', { hasText: t("ru", "meeting.not-heard") }).waitFor();
  await al.keyboard.press("m");
  await says(al, "meeting.you-heard");
  await centre.act("head@fi", "room.enter", `room/${room}`, {});
  await centre.act("head@fi", "room.mute", `room/${room}`, { person: "demo-head-al", muted: true });
  await says(al, "meeting.you-muted");
  await told(al, t("ru", "meeting.you-muted"));
  await close(al);
}

async function a_microphone_that_is_pulled_out_is_replaced(b, centre) {
  const room = await opened(centre);
  const al = await inside(b, centre, room, "head@al", "en");
  await says(al, "meeting.link-joined");
  const track = () => al.evaluate(() => window.comityCall.out.pc?.getSenders().find((s) => s.track?.kind === "audio")?.track.id);
  const first = await until("it sends", track);
  await al.evaluate(() => {
    const own = window.comityCall.out.pc.getSenders().find((s) => s.track?.kind === "audio").track;
    own.stop();
    own.dispatchEvent(new Event("ended"));
  });
  await until("another one", async () => ![first, undefined].includes(await track()));
  await says(al, "meeting.you-heard");
  await close(al);
}

/* What was chosen before the room is not another one because somebody looks at the settings. */
async function the_chosen_microphone_stays_chosen(b, centre) {
  const room = await opened(centre);
  const al = await before(b, centre, room, "head@al");
  await al.locator(".precheck").getByLabel(t("en", "meeting.microphone")).selectOption({ index: 2 });
  await al.waitForTimeout(500);
  await enter(al);
  const label = () => al.evaluate(() => window.comityCall?.out?.pc?.getSenders().find((s) => s.track?.kind === "audio")?.track.label);
  const first = await until("it sends", label);
  assert.match(first, /2/);
  const box = al.locator(".room-side .precheck").getByLabel(t("en", "meeting.microphone"));
  for (const again of [() => undefined, () => al.reload()]) {
    await again();
    await al.waitForSelector(".room-bar");
    await al.locator("summary", { hasText: t("en", "meeting.devices") }).click();
    await until("the settings show it", async () => (await box.locator("option:checked").textContent().catch(() => "")) === first);
    assert.equal(await until("it sends", label), first);
  }
  await close(al);
}

/* In the page: a browser that plays nothing before a hand touches the page.  What drives the
 * browser of a test counts as one, so that this is not left to the browser. */
function untouched() {
  const play = HTMLMediaElement.prototype.play;
  window.played = 0;
  addEventListener("click", () => (window.touched = true), true);
  HTMLMediaElement.prototype.play = function () {
    if (!window.touched) return Promise.reject(new DOMException("touch first", "NotAllowedError"));
    return play.call(this).then(() => void window.played++);
  };
}

async function sound_that_the_browser_holds_back_is_turned_on(b, centre) {
  const room = await opened(centre);
  await centre.act("head@al", "room.enter", `room/${room}`, {});
  const al = await open(b, centre, { seat: "head@al", lang: "ru" });
  await al.addInitScript(untouched);
  await show(al, centre, `/rooms/${room}`);
  const on = al.getByRole("button", { name: t("ru", "meeting.sound-on") });
  await on.waitFor();
  await snap(al, "held-ru");
  await on.click();
  await on.waitFor({ state: "detached" });
  await until("it plays", () => al.evaluate(() => window.played > 0 && window.played === document.querySelectorAll("audio").length));
  await close(al);
}

/* In the page: every screen that was taken. */
function keepScreens() {
  const take = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
  window.taken = [];
  navigator.mediaDevices.getDisplayMedia = async (c) => {
    const s = await take(c);
    window.taken.push(...s.getTracks());
    return s;
  };
}

async function a_screen_is_seen_by_who_comes_later_and_ends_with_the_meeting(b, centre) {
  const room = await opened(centre);
  const fi = await before(b, centre, room, "head@fi", "en");
  await fi.evaluate(keepScreens);
  await enter(fi);
  await fi.waitForSelector(".room-bar");
  const al = await inside(b, centre, room, "head@al", "ru");
  await fi.getByRole("button", { name: t("en", "meeting.share") }).click();
  const screen = (page) => page.waitForFunction(() => document.querySelector("figure.screen video")?.videoWidth > 0, undefined, { timeout: 30000 });
  await screen(al);
  await snap(al, "screen-ru");
  await al.reload();
  await screen(al);
  const ce = await inside(b, centre, room, "head@ce", "fr");
  await screen(ce);
  await fi.getByRole("button", { name: t("en", "meeting.leave"), exact: true }).click();
  await fi.waitForSelector(".precheck");
  assert.deepEqual(await fi.evaluate(() => window.taken.map((x) => x.readyState)), ["ended"], "nothing is captured outside of the room");
  for (const page of [al, ce]) await page.locator("figure.screen").waitFor({ state: "detached" });
  await close(fi, al, ce);
}

async function floor_and_hands_are_told_to_screen_readers(b, centre) {
  const room = await opened(centre, "floor");
  const fi = await inside(b, centre, room, "head@fi", "en");
  const al = await inside(b, centre, room, "head@al", "ru");
  const act = (what, body = {}) => centre.act("head@fi", `room.${what}`, `room/${room}`, body);
  await al.keyboard.press("h");
  await told(fi, t("en", "meeting.say-hand").replace("{name}", "Alderland · Head of delegation"));
  // The chair has them in order, a point of order first.
  const ce = await inside(b, centre, room, "head@ce", "fr");
  await ce.keyboard.press("o");
  const speakers = fi.getByRole("list", { name: t("en", "meeting.speakers") }).getByRole("listitem");
  await speakers.nth(1).waitFor();
  assert.match(await speakers.first().textContent(), /^1\. Cedria/);
  await speakers.first().getByRole("button", { name: t("en", "meeting.give-floor") }).click();
  await told(al, t("ru", "meeting.say-floor").replace("{name}", "Седрия · Глава делегации"));
  await act("withdraw-floor");
  await told(al, t("ru", "meeting.say-floor-free"));
  for (const _ of [1, 2]) {
    await act("give-floor", { person: "demo-head-al" });
    await told(al, t("ru", "meeting.say-your-floor"));
    await act("withdraw-floor");
    await told(al, t("ru", "meeting.say-floor-over"));
  }
  await act("remove", { person: "demo-head-al", to: "out" });
  await al.locator("main [role=status]", { hasText: t("ru", "meeting.sent-out") }).waitFor();
  await close(fi, al, ce);
}

async function the_newest_text_is_in_view(b, centre) {
  const room = await opened(centre);
  const al = await inside(b, centre, room, "head@al", "en");
  await al.locator(".room-text").getByText(t("en", "meeting.text-none")).waitFor();
  for (let i = 1; i < 15; i++) {
    await al.fill(".room-text input", `Line ${i}`);
    await al.press(".room-text input", "Enter");
    await al.locator(".room-text li").nth(i - 1).waitFor();
  }
  await until("the last line in view", () => al.evaluate(() => {
    const list = document.querySelector(".room-text ol");
    return list.scrollTop > 0 && list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
  }));
  await close(al);
}

/* 44 dots are what a thumb hits. */
const THUMB = 44;

async function a_phone_has_the_controls_under_the_thumb(b, centre) {
  const room = await opened(centre);
  const fi = await inside(b, centre, room, "head@fi", "ru", { width: 390, height: 844 });
  await sees(fi, { pictures: 0, voices: 0 }, "alone");
  const small = () => fi.$$eval("main :is(button, select, input, summary)", (all) => all.map((e) => [e.textContent || e.placeholder, e.getBoundingClientRect()]).filter(([, r]) => r.height && r.height < 44).map(([w, r]) => `${w}: ${r.height}`));
  assert.deepEqual(await small(), []);
  // The bar rests on the window's foot, with nothing of the page below it.
  const at = await bar(fi).boundingBox();
  assert.ok(Math.abs(at.y + at.height - 844) <= 1, `the bar ends at ${at.y + at.height}`);
  assert.ok(at.height <= 6 * THUMB, `the bar is ${at.height} high`);
  await snap(fi, "thumb-ru");
  // What has the focus is not under it.
  const hidden = new Set();
  for (let i = 0; i < 40; i++) {
    await fi.keyboard.press("Tab");
    const over = await fi.evaluate(() => {
      const e = document.activeElement;
      if (!e.closest("main") || e.closest(".room-bar")) return "";
      const [at, bar] = [e, document.querySelector(".room-bar")].map((x) => x.getBoundingClientRect());
      return at.bottom > bar.top + 1 && at.top < bar.bottom - 1 ? e.textContent || e.placeholder : "";
    });
    if (over) hidden.add(over);
  }
  assert.deepEqual([...hidden], []);
  await close(fi);
}

const centre = await Centre.bare();
const b = await browser(...media);
const failed = await each([a_device_that_fails_takes_no_other_with_it, a_refused_camera_leaves_the_microphone, without_a_secure_address_one_still_sees_and_hears, the_check_says_once_what_it_hears, the_bar_says_whether_one_is_heard, a_microphone_that_is_pulled_out_is_replaced, the_chosen_microphone_stays_chosen, sound_that_the_browser_holds_back_is_turned_on, a_screen_is_seen_by_who_comes_later_and_ends_with_the_meeting, floor_and_hands_are_told_to_screen_readers, the_newest_text_is_in_view, a_phone_has_the_controls_under_the_thumb], b, centre);
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
