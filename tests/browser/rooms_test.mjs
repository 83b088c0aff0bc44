#!/usr/bin/env node
// A meeting in three Chromium: what is seen and heard is measured with getStats; the lobby, the
// floor, the microphone and a reload do what they say.
import assert from "node:assert/strict";
import { Centre, axe, browser, each, open, texts, until } from "./lib.mjs";
import { before, enter, inside, receives, sees, snap } from "./meeting.mjs";
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

  // Another microphone in the middle of a sentence: the same connection goes on, and is heard.
  const sending = () => al.evaluate(() => [window.comityCall.out.pc.localDescription.sdp.match(/a=ice-ufrag:(\S+)/)[1], window.comityCall.out.pc.getSenders().find((x) => x.track?.kind === "audio").track.label]);
  const [ufrag, label] = await sending();
  await al.locator("summary", { hasText: t("ru", "meeting.devices") }).click();
  const microphones = al.locator(".room-side .precheck").getByLabel(t("ru", "meeting.microphone"));
  await microphones.selectOption({ index: 1 });
  await until("another microphone", async () => (await sending())[1] !== label);
  assert.equal((await sending())[0], ufrag, "without a new connection");
  await receives(chair, { pictures: 2, voices: 2 }, "the other microphone is heard");

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
  // On a phone: no wider than the window, the controls within reach of a thumb.
  await al.setViewportSize({ width: 390, height: 844 });
  await al.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
  const bar = await al.locator(".room-bar").boundingBox();
  const foot = await al.locator(".banner").boundingBox();
  assert.ok(bar.y > 400 && bar.y + bar.height <= foot.y + 1, `the bar at ${bar.y}, ${bar.height} high; the banner at ${foot.y}`);
  await snap(al, "phone-ru");
  for (const page of pages) assert.deepEqual(page.trouble, []);
  for (const page of pages) await page.context().close();
}

/* How many rows the largest picture that arrives has. */
const rows = (page) =>
  page.evaluate(async () => {
    let n = 0;
    for (const leg of window.comityCall.tiles.values()) for (const s of (await leg.pc.getStats()).values()) if (s.type === "inbound-rtp" && s.kind === "video") n = Math.max(n, s.frameHeight ?? 0);
    return n;
  });

async function a_larger_tile_gets_a_larger_picture(b, centre) {
  const room = await opened(centre, "ministers", "free");
  const al = await inside(b, centre, room, "head@al", "en", { large: true });
  const ce = await inside(b, centre, room, "head@ce", "fr", { height: 1100 });
  await sees(ce, { pictures: 1, voices: 1 }, "the other");
  const shown = async (layout, want, why) => {
    await ce.selectOption(".room-bar select", layout);
    await until(why, async () => want(await rows(ce)), 60000);
  };
  await shown("speaker", (n) => n >= 360, "a large tile: a large picture");
  await shown("gallery", (n) => n > 0 && n <= 180, "a small tile: a small picture");
  await shown("speaker", (n) => n >= 360, "large again");
  for (const page of [al, ce]) await page.context().close();
}

/* A room of many, of whom the server of this test has but few: what the view says is made up. */
async function full(page, centre, room, seats) {
  const [one] = await centre.view("head@al", "room", { id: room });
  const some = one.people.find((p) => p.person === "demo-head-al");
  const parties = ["al", "bi", "ce", "el", "fi", "ha"];
  const people = [some, ...Array.from({ length: seats - 1 }, (_, i) => ({ ...some, person: `made-${String(i + 1).padStart(3, "0")}`, party: parties[i % 6] }))];
  await page.route(/\/api\/v1\/views\?of=/, (r) => r.fulfill({ json: { views: [] } }));
  await page.route("**/api/v1/views/room?*", (r) => r.fulfill({ json: { view: "room", seq: 10000, at: new Date().toISOString(), rows: [{ ...one, people, place: "in" }] } }));
}

/* Six, thirty, two hundred: pages of tiles, of which only those that are seen are asked for. */
async function many_sit_on_pages_of_tiles(b, centre) {
  const room = await opened(centre, "ministers", "free");
  await centre.act("head@al", "room.enter", `room/${room}`, {});
  for (const [seats, width, layout, shown, pagesOf] of [[6, 1280, "grid", 6, 1], [30, 1280, "gallery", 25, 2], [30, 390, "grid", 4, 8], [200, 1280, "gallery", 25, 8], [200, 1280, "speaker", 4, 50], [200, 390, "gallery", 6, 34]]) {
    const page = await open(b, centre, { seat: "head@al", width });
    const asked = new Set();
    page.on("request", (r) => r.method() === "POST" && /\/whep\/[^/]+\/./.test(r.url()) && asked.add(r.url().split("/").at(-1)));
    await full(page, centre, room, seats);
    await page.goto(`${centre.url}/rooms/${room}`);
    await page.waitForSelector(".room-bar");
    await page.selectOption(".room-bar select", layout);
    const tiles = page.locator(".person-tiles:not(.one) .person-tile");
    await until(`${shown} tiles`, async () => (await tiles.count()) === shown);
    assert.equal(await page.locator(".pager").count(), pagesOf > 1 ? 1 : 0);
    const first = await tiles.evaluateAll((all) => all.map((x) => x.dataset.person));
    await until("those seen are asked for", () => first.every((p) => p === "demo-head-al" || asked.has(p)));
    if (pagesOf > 1) {
      const known = new Set(asked);
      await page.locator(".pager").getByRole("button", { name: t("en", "meeting.after") }).click();
      await page.getByText(t("en", "meeting.page").replace("{page}", "2").replace("{of}", String(pagesOf))).waitFor();
      const second = await tiles.evaluateAll((all) => all.map((x) => x.dataset.person));
      assert.ok(second.every((p) => !first.includes(p)), "the next of them");
      await until("the next are asked for", () => second.every((p) => asked.has(p)));
      // Of those on no page that was seen nobody was asked for (the speaker apart, and the grid that it began with).
      assert.ok(asked.size <= known.size + second.length, `${asked.size} asked for`);
      await page.locator(".pager").getByRole("button", { name: t("en", "meeting.before") }).click();
      await until("the same in their places", async () => JSON.stringify(await tiles.evaluateAll((all) => all.map((x) => x.dataset.person))) === JSON.stringify(first));
    }
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
    assert.deepEqual(await axe(page), []);
    await snap(page, `many-${seats}-${layout}-${width}`);
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  }
}

const centre = await Centre.bare();
const b = await browser(...media);
const failed = await each([everybody_sees_and_hears_everybody, a_larger_tile_gets_a_larger_picture, many_sit_on_pages_of_tiles], b, centre);
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
