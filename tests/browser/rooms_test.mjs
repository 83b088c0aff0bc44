#!/usr/bin/env node
// A meeting in three Chromium: what is seen and heard is measured with getStats; the lobby, the
// floor, the microphone and a reload do what they say.
import assert from "node:assert/strict";
import { Centre, axe, browser, each, texts } from "./lib.mjs";
import { before, enter, receives, sees, snap } from "./meeting.mjs";
import { media } from "./rtc.mjs";

const t = (lang, key) => texts[lang][key];

async function opened(centre, body, mode) {
  const r = await centre.act("head@fi", "room.open", `body/${body}`, { kind: "meeting", title: "Council of Foreign Ministers", channel: "ordinary", mode, parties: [], items: [{ title: "Cooperation after the pandemic", class: "open", statuses: [] }, { title: "A matter with a mark", class: "low", statuses: [] }] });
  assert.equal(r.status, 201, JSON.stringify(r));
  return r.seq;
}

async function everybody_sees_and_hears_everybody(b, centre) {
  const room = await opened(centre, "ministers", "free");
  await centre.act("head@fi", "room.call-item", `room/${room}`, { item: 1 });
  const people = [
    ["head@fi", "en"],
    ["head@al", "ru"],
    ["head@ce", "fr"],
  ];
  const pages = [];
  for (const [seat, lang] of people) {
    const page = await before(b, centre, room, seat, lang);
    if (seat === "head@al") await snap(page, "precheck-ru");
    await enter(page);
    await page.waitForSelector(".room-bar");
    pages.push(page);
  }
  for (const page of pages) await sees(page, { pictures: 2, voices: 2 }, "three in a room");
  const [chair, al, ce] = pages;
  // Name plates in the reader's language, in protocol order.
  const plates = (page) => page.$$eval(".person-tile", (all) => all.map((x) => x.dataset.person));
  for (const page of pages) assert.deepEqual(await plates(page), ["demo-head-al", "demo-head-ce", "demo-head-fi"]);
  assert.match(await al.textContent('.person-tile[data-person="demo-head-fi"]'), /Фирланд/);
  await snap(chair, "grid-chair-en");
  await snap(al, "grid-ru");
  for (const page of [chair, al]) {
    assert.deepEqual(await axe(page), []);
  }
  for (const layout of ["speaker", "gallery"]) {
    await chair.selectOption(".room-bar select", layout);
    await sees(chair, { pictures: 2, voices: 2 }, layout);
    await snap(chair, `${layout}-en`);
  }

  // Floor mode: only who has the floor is heard, and the chair.
  await chair.getByRole("button", { name: t("en", "meeting.mode-floor") }).click();
  await al.waitForFunction((w) => document.querySelector(".room-bar").textContent.includes(w), t("ru", "meeting.you-floor"));
  await al.keyboard.press("h");
  const row = chair.locator('[data-row="demo-head-al"]');
  await row.getByText(t("en", "meeting.hand")).waitFor();
  await row.getByRole("button", { name: t("en", "meeting.give-floor") }).click();
  await al.locator(".person-tile.has-floor").first().waitFor();
  await receives(chair, { voices: 1 }, "the floor is heard");
  await al.waitForFunction((w) => document.querySelector('.room > [role="status"]')?.textContent.includes(w), t("ru", "meeting.say-your-floor"));
  await row.getByRole("button", { name: t("en", "meeting.mute"), exact: true }).click();
  await receives(chair, { voices: 0 }, "the muted one is not heard");

  // To the lobby: nothing arrives there, and nothing is seen of the room.
  await chair.locator('[data-row="demo-head-ce"]').getByRole("button", { name: t("en", "meeting.to-lobby") }).click();
  await ce.getByText(t("fr", "meeting.in-lobby")).waitFor();
  assert.equal(await ce.locator(".person-tile").count(), 0);
  await snap(ce, "lobby-fr");
  await chair.locator('[data-row="demo-head-ce"]').getByRole("button", { name: t("en", "meeting.admit") }).click();
  await ce.waitForSelector(".room-bar");

  // The text channel; an item too high for the room.
  await al.fill(".room-text input", "Принято к сведению.");
  await al.press(".room-text input", "Enter");
  await chair.locator(".room-text li", { hasText: "Принято к сведению." }).waitFor();
  await chair.locator(".room-items li").nth(1).getByRole("button", { name: t("en", "meeting.call") }).click();
  await chair.locator(".room-items + .trouble, .part .trouble").first().waitFor();

  // A reload rejoins, and is seen and heard again.
  await chair.getByRole("button", { name: t("en", "meeting.mode-free") }).click();
  await row.getByRole("button", { name: t("en", "meeting.unmute") }).click();
  await al.reload();
  await al.waitForSelector(".room-bar");
  await sees(al, { pictures: 2, voices: 2 }, "after a reload");
  await sees(chair, { pictures: 2, voices: 2 }, "the others, after it");
  await al.setViewportSize({ width: 390, height: 844 });
  await snap(al, "phone-ru");
  for (const page of pages) assert.deepEqual(page.trouble, []);
  for (const page of pages) await page.context().close();
}

const centre = await Centre.bare();
const b = await browser(...media);
const failed = await each([everybody_sees_and_hears_everybody], b, centre);
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
