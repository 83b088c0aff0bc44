#!/usr/bin/env node
// Rooms under the charter in real browsers: S5, S6, S7 and S8 of the scenarios by the seats
// concerned, two rooms at the same hour, Firefox among Chromium.  What arrives is measured.
import assert from "node:assert/strict";
import { Centre, browser, each, open, settled, show, texts } from "./lib.mjs";
import { firefox, firefoxMissing } from "./firefox.mjs";
import { before, enter, inside, ownAddress, receives, sees, snap } from "./meeting.mjs";
import { media } from "./rtc.mjs";

const word = (page, key) => texts[page.lang][key];
const press = (page, where, key) => where.getByRole("button", { name: word(page, key), exact: true }).click();
const row = (page, person) => page.locator(`[data-row="demo-${person}"]`);
const item = (page, n) => page.locator(".room-items > li").nth(n - 1);
const close = async (...pages) => {
  for (const p of pages) {
    assert.deepEqual(p.trouble, []);
    await p.context().close();
  }
};

/* An act of the chair or of who serves, whose seat has no page of its own here. */
async function done(centre, seat, kind, subject, body = {}) {
  const r = await centre.act(seat, kind, subject, body);
  assert.equal(r.status, 201, `${seat} ${kind}: ${JSON.stringify(r)}`);
  return r.seq;
}

const topic = (title, cls = "open") => ({ title, class: cls, statuses: [] });
const room = (centre, seat, body, more) => done(centre, seat, "room.open", `body/${body}`, { kind: "meeting", title: "A meeting", channel: "ordinary", mode: "free", parties: [], items: [], ...more });

/* S5: a partner speaks as an adviser, an observer is invited once; item 2 is without guests. */
async function S5_rights_at_work(b) {
  const centre = await Centre.before("S5.jsonl", "room.open");
  const id = await room(centre, "head@fi", "ministers", { title: "Council of Foreign Ministers", mode: "floor", items: [topic("Cooperation after the pandemic"), topic("Among members"), topic("With a mark", "low")] });
  const chair = await inside(b, centre, id, "head@fi", "en");
  const al = await inside(b, centre, id, "head@al", "ru");
  await press(chair, item(chair, 1), "meeting.call");
  const ni = await before(b, centre, id, "head@ni", "fr");
  const ol = await before(b, centre, id, "head@ol", "en");
  for (const guest of [ni, ol]) {
    await enter(guest);
    await guest.getByText(word(guest, "meeting.in-lobby")).waitFor();
    assert.equal(await guest.locator(".person-tile").count(), 0, "the lobby sees nobody");
  }
  await press(chair, row(chair, "head-ni"), "meeting.admit");
  await press(chair, row(chair, "head-ol"), "meeting.admit");
  for (const guest of [ni, ol]) await guest.waitForSelector(".room-bar");
  // Both sit and see; the observer cannot ask, the partner asks to advise.
  await receives(ni, { pictures: 2, voices: 1 }, "the members, of whom the chair is heard");
  assert.equal(await ol.getByRole("button", { name: word(ol, "meeting.ask-advisory") }).count(), 0);
  await press(ni, ni, "meeting.ask-advisory");
  await receives(al, { voices: 1 }, "the chair alone");
  await press(chair, row(chair, "head-ni"), "meeting.give-floor");
  await receives(al, { voices: 2 }, "the chair and the adviser");
  await al.locator('.person-tile[data-person="demo-head-ni"]', { hasText: word(al, "meeting.floor-advisory") }).waitFor();
  await snap(al, "s5-adviser-ru");
  // The observer is invited once by the chair, not twice.
  await press(chair, row(chair, "head-ol"), "meeting.give-floor");
  await receives(al, { voices: 2 }, "the chair and the observer, invited");
  await press(chair, row(chair, "head-ol"), "meeting.withdraw-floor");
  await press(chair, row(chair, "head-ol"), "meeting.give-floor");
  await row(chair, "head-ol").locator(".trouble").waitFor();
  // Item 2 is without guests: both are in the lobby, picture and sound gone.
  await press(chair, item(chair, 2), "meeting.close-to-guests");
  await press(chair, item(chair, 2), "meeting.call");
  for (const guest of [ni, ol]) {
    await guest.getByText(word(guest, "meeting.in-lobby")).waitFor();
    assert.equal(await guest.locator(".person-tile").count(), 0);
    assert.ok(!(await guest.locator("main").textContent()).includes("Among members"), "its title is not told");
  }
  await receives(al, { pictures: 1, voices: 1 }, "the chair alone");
  await snap(chair, "s5-without-guests-en");
  // Item 3 ranks above the channel.
  await press(chair, item(chair, 3), "meeting.call");
  await chair.locator(".part .trouble .why").first().waitFor();
  // What was said is on the record, with its capacity.
  await al.locator("summary", { hasText: word(al, "roomlog.title") }).click();
  const said = al.getByRole("table", { name: word(al, "view.interventions") });
  await said.getByText(word(al, "roomlog.advisory")).first().waitFor();
  assert.equal(await said.locator("tbody tr").count(), 2);
  await snap(al, "s5-log-ru");
  await close(chair, al, ni, ol);
  await centre.end();
}

/* S6: the secure channel refuses by its rule; in the ordinary one medical services consult. */
async function S6_a_consultation_out_of_schedule(b) {
  const centre = await Centre.before("S6-room.jsonl", "room.open");
  const sg = await open(b, centre, { seat: "secretary-general" });
  sg.lang = "en";
  await show(sg, centre, "/rooms");
  await sg.getByLabel(word(sg, "rooms.body")).selectOption("medical-heads");
  await sg.locator("summary", { hasText: word(sg, "do.room.open") }).click();
  const form = sg.locator("form.act");
  const field = (name) => form.locator(`[id$="-${name}"]`);
  await field("kind").selectOption("consultation");
  await field("title").fill("Heads of medical services");
  await field("mode").selectOption("free");
  await field("channel").selectOption("secure");
  // Told before it is tried, with the rule.
  await form.locator(".foretold .why").waitFor();
  await form.locator(".foretold summary").click();
  await form.locator('.foretold a[href="/charter#channels/secure/e2ee"]').waitFor();
  await snap(sg, "s6-secure-refused-en");
  await field("channel").selectOption("ordinary");
  await form.locator(".send .mark.good").waitFor();
  await form.locator("button.main").click();
  await sg.locator(".cards li", { hasText: "Heads of medical services" }).getByRole("link").click();
  await sg.waitForSelector(".precheck video");
  const id = Number(new URL(sg.url()).pathname.split("/").at(-1));
  await enter(sg);
  await sg.waitForSelector(".room-bar");
  const al = await inside(b, centre, id, "head@al", "ru");
  const ce = await inside(b, centre, id, "head@ce", "fr");
  for (const page of [sg, al, ce]) await sees(page, { pictures: 2, voices: 2 }, "the consultation");
  // No quorum is asked for; who is missing is shown.
  await sg.locator(".room-now", { hasText: word(sg, "meeting.no-quorum") }).waitFor();
  await sg.locator("summary", { hasText: word(sg, "do.room.add-item") }).click();
  const add = sg.locator("form.act", { hasText: word(sg, "field.statuses").label });
  await add.getByLabel(word(sg, "field.title").label, { exact: true }).fill("Prevention and treatment");
  await add.getByLabel(word(sg, "field.class").label, { exact: true }).selectOption("open");
  await add.locator("button.main").click();
  await press(sg, item(sg, 1), "meeting.call");
  await al.locator(".room-now", { hasText: "Prevention and treatment" }).waitFor();
  await snap(ce, "s6-consultation-fr");
  await press(ce, ce, "meeting.leave");
  await receives(sg, { pictures: 1, voices: 1 }, "one has left");
  await press(sg, sg, "meeting.close");
  // In and out times by party stay with the room.
  const present = al.getByRole("table", { name: word(al, "view.presence") });
  await present.locator("tbody tr").nth(2).waitFor();
  assert.equal(await present.locator(".mark.good").count(), 0, "everybody has an out time");
  await snap(al, "s6-closed-ru");
  await close(sg, al, ce);
  await centre.end();
}

/* S7: six delegations; no quorum until the sixth is there, none while one is away. */
async function S7_ministers_by_video(b) {
  const centre = await Centre.before("S7.jsonl", "room.open");
  const id = await room(centre, "head@fi", "ministers", { title: "Ministers by video", mode: "floor", items: [topic("Further steps on statuses"), topic("A paper with a high mark", "high")] });
  for (const p of ["bi", "ce", "el"]) await done(centre, `head@${p}`, "room.enter", `room/${id}`);
  const chair = await inside(b, centre, id, "head@fi", "en");
  const al = await inside(b, centre, id, "head@al", "fr");
  await chair.locator(".room-now .mark.wait", { hasText: word(chair, "meeting.no-quorum") }).waitFor();
  const ha = await inside(b, centre, id, "head@ha", "ru");
  await chair.locator(".room-now .mark.good", { hasText: word(chair, "meeting.quorum") }).waitFor();
  assert.equal(await al.locator(".person-tile").count(), 6);
  assert.deepEqual(await al.$$eval(".person-tile", (all) => all.map((x) => x.dataset.person.slice(-2))), ["al", "bi", "ce", "fi", "ha", "el"]);
  await press(chair, item(chair, 2), "meeting.call");
  await chair.locator('.part .trouble').first().waitFor();
  await press(chair, item(chair, 1), "meeting.call");
  // A point of order comes before a hand that was up earlier.
  await al.keyboard.press("h");
  await row(chair, "head-al").getByText(word(chair, "meeting.hand")).waitFor();
  await ha.keyboard.press("o");
  await chair.locator('.person-tile[data-person="demo-head-ha"]', { hasText: `${word(chair, "meeting.order")} 1` }).waitFor();
  await chair.locator('.person-tile[data-person="demo-head-al"]', { hasText: `${word(chair, "meeting.hand")} 2` }).waitFor();
  await press(chair, row(chair, "head-ha"), "meeting.give-floor");
  await receives(al, { voices: 2 }, "the chair and the point of order");
  // One is away: no quorum until it is back.
  await press(ha, ha, "meeting.leave");
  await chair.locator(".room-now .mark.wait", { hasText: word(chair, "meeting.no-quorum") }).waitFor();
  await enter(ha);
  await chair.locator(".room-now .mark.good", { hasText: word(chair, "meeting.quorum") }).waitFor();
  await snap(chair, "s7-six-en");
  await press(chair, chair, "meeting.suspend");
  await al.getByText(word(al, "meeting.suspended")).waitFor();
  await receives(al, { pictures: 0, voices: 0 }, "nothing of a suspended meeting");
  await press(chair, chair, "meeting.resume");
  await press(chair, chair, "meeting.mode-free");
  await receives(al, { pictures: 2, voices: 2 }, "all, resumed");
  await close(chair, al, ha);
  await centre.end();
}

/* S8: an item is raised above the channel while it is discussed; an interview at the same hour. */
async function S8_two_rooms_at_the_same_hour_share_nothing(b) {
  const centre = await Centre.before("S8.jsonl", "room.open");
  const council = await room(centre, "head@fi", "permanent-council", { title: "Permanent Council", items: [topic("Item 1"), topic("Item 2"), topic("Item 3")] });
  const desk = await room(centre, "duty-officer", "crc", { kind: "desk", title: "Interview", parties: ["ol"] });
  const chair = await inside(b, centre, council, "head@fi", "en");
  const bi = await inside(b, centre, council, "head@bi", "ru");
  const officer = await inside(b, centre, desk, "duty-officer", "fr");
  const ol = await before(b, centre, desk, "head@ol", "en");
  await enter(ol);
  await press(officer, row(officer, "head-ol"), "meeting.admit");
  await ol.waitForSelector(".room-bar");
  await press(officer, row(officer, "head-ol"), "meeting.give-floor");
  // One other in each room: one picture, one voice, though four send.
  for (const page of [chair, bi, officer, ol]) await receives(page, { pictures: 1, voices: 1 }, "one other in each room");
  // Neither is told of the other.
  await show(ol, centre, `/rooms/${council}`);
  assert.equal(await ol.locator(".room-bar, .precheck").count(), 0);
  assert.ok(!(await ol.locator("main").textContent()).includes("Permanent Council"));
  await show(ol, centre, "/rooms");
  assert.deepEqual(await ol.$$eval(".cards li b", (all) => all.map((x) => x.textContent)), ["Interview"]);
  // A member raises item 3 while it is discussed: suspended at once.
  await press(chair, item(chair, 3), "meeting.call");
  await bi.locator(".room-now", { hasText: "Item 3" }).waitFor();
  const classing = async (cls, reason) => {
    const part = bi.locator("details.act-part", { has: bi.locator("summary", { hasText: word(bi, "do.room.class-item") }) });
    if (!(await part.evaluate((d) => d.open))) await part.locator("summary").first().click();
    const form = part.locator("form.act");
    await form.getByLabel(word(bi, "field.item").label).fill("3");
    await form.getByLabel(word(bi, "field.class").label).selectOption(cls);
    if (reason) await form.getByLabel(word(bi, "field.reason").label).fill(reason);
    await form.locator("button.main").click();
  };
  await classing("low");
  await chair.locator(".room-now .mark.bad", { hasText: word(chair, "meeting.item-suspended") }).waitFor();
  await snap(chair, "s8-suspended-en");
  await press(chair, row(chair, "head-bi"), "meeting.give-floor");
  await row(chair, "head-bi").locator(".trouble").waitFor();
  await classing("open", "The marked annex is taken out.");
  await chair.locator(".room-now .mark.bad").waitFor({ state: "detached" });
  await close(chair, bi, officer, ol);
  await centre.end();
}

/* Three Chromium and one Firefox: everybody sees and hears everybody. */
async function firefox_sits_among_chromium(b) {
  const centre = await Centre.init();
  await centre.start("--media-listen", `${ownAddress()}:0`);
  const id = await room(centre, "head@fi", "ministers", { items: [topic("Cooperation")] });
  const f = await firefox();
  const people = [
    [b, "head@fi", "en"],
    [b, "head@al", "ru"],
    [b, "head@ce", "fr"],
    [f, "head@ha", "en"],
  ];
  const pages = [];
  for (const [which, seat, lang] of people) pages.push(await inside(which, centre, id, seat, lang));
  for (const page of pages) await sees(page, { pictures: 3, voices: 3 }, "four in a room");
  const fox = pages[3];
  // The floor in Firefox, and a reload there.
  await press(pages[0], pages[0], "meeting.mode-floor");
  await press(pages[0], row(pages[0], "head-ha"), "meeting.give-floor");
  await fox.locator(".person-tile.has-floor").first().waitFor();
  await receives(pages[1], { voices: 2 }, "the chair and Firefox");
  await press(pages[0], pages[0], "meeting.mode-free");
  await fox.reload();
  await settled(fox);
  await sees(fox, { pictures: 3, voices: 3 }, "Firefox, after a reload");
  await sees(pages[1], { pictures: 3, voices: 3 }, "the others, after it");
  await close(...pages);
  await f.close();
  await centre.end();
}

const b = await browser(...media);
const stories = [S5_rights_at_work, S6_a_consultation_out_of_schedule, S7_ministers_by_video, S8_two_rooms_at_the_same_hour_share_nothing];
const why = firefoxMissing() ?? (ownAddress() ? undefined : "no address besides the loopback, and Firefox uses no other");
if (why) console.log(`skip firefox among chromium: ${why}`);
else stories.push(firefox_sits_among_chromium);
const failed = await each(stories, b);
await b.close();
process.exit(failed ? 1 : 0);
