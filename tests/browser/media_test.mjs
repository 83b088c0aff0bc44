#!/usr/bin/env node
// Rooms in real browsers: what is published over WHIP is seen and heard by the others over WHEP,
// measured with getStats: decoded frames, sizes, the energy of sound.
import assert from "node:assert/strict";
import { Centre, browser, roomToken, until } from "./lib.mjs";
import { client, inbound, media, sees, someone, three } from "./rtc.mjs";

async function everybody_sees_and_hears_everybody(b, centre) {
  const names = ["ana", "ben", "cy"];
  const pages = [];
  for (const name of names) {
    const page = await someone(b, centre);
    pages.push(page);
    const token = roomToken(centre, "hall", name, "--send", "--receive");
    await page.evaluate(([t]) => window.publish("hall", t), [token]);
    await page.evaluate(([t]) => window.view("hall", t, 3), [token]);
  }
  for (const page of pages)
    await until("two pictures and two voices", async () => {
      const s = await sees(page);
      return s.pictures === 2 && s.voices === 2;
    }, 30000);
  // One leaves and comes back, as a reload does: seen again.
  await pages[2].reload();
  await pages[2].evaluate(client);
  const token = roomToken(centre, "hall", "cy", "--send", "--receive");
  await pages[2].evaluate(([t]) => window.publish("hall", t), [token]);
  await pages[2].evaluate(([t]) => window.view("hall", t, 3), [token]);
  await until("the one who reloaded sees two", async () => (await sees(pages[2])).pictures === 2, 30000);
  for (const page of pages) await page.context().close();
}

async function layers_of(b, centre, codec, room) {
  const speaker = await someone(b, centre);
  const reader = await someone(b, centre);
  await speaker.evaluate(([r, t, c, l]) => window.publish(r, t, c, l), [room, roomToken(centre, room, "ana", "--send"), codec, three]);
  await reader.evaluate(([r, t]) => window.view(r, t, 1), [room, roomToken(centre, room, "ben", "--receive")]);
  const widths = new Set();
  await until(`the largest of three encodings (${codec})`, async () => {
    for (const s of await inbound(reader)) if (s.frameWidth) widths.add(s.frameWidth);
    return widths.has(1280);
  }, 60000).catch(async (e) => {
    const out = await speaker.evaluate(() => window.stats("out", "outbound-rtp"));
    throw new Error(`${e.message}; widths ${[...widths]}; sent ${JSON.stringify(out.map((s) => [s.rid, s.frameWidth, s.bytesSent, s.qualityLimitationReason]))}`);
  });
  const video = (await inbound(reader)).find((s) => s.kind === "video");
  const transport = (await reader.evaluate(() => window.stats("in", "transport")))[0];
  assert.match(transport.srtpCipher, /^AEAD_AES_128_GCM|SRTP_AEAD_AES_128_GCM$/);
  assert.equal(transport.tlsVersion, "FEFD");
  assert.ok(video.freezeCount === undefined || video.freezeCount <= 2, `${video.freezeCount} freezes`);
  await speaker.context().close();
  await reader.context().close();
}

async function the_best_layer_that_fits_is_shown(b, centre) {
  await layers_of(b, centre, "VP8", "hall");
}

async function other_codecs_pass(b, centre) {
  for (const codec of ["VP9", "AV1", "H264"]) {
    const speaker = await someone(b, centre);
    const reader = await someone(b, centre);
    await speaker.evaluate(([t, c]) => window.publish("hall", t, c), [roomToken(centre, "hall", "ana", "--send"), codec]);
    await reader.evaluate(([t]) => window.view("hall", t, 1), [roomToken(centre, "hall", "ben", "--receive")]);
    await until(`${codec} moves`, async () => (await sees(reader)).pictures === 1, 30000);
    const about = await reader.evaluate(() => window.stats("in", "codec"));
    assert.ok(about.some((c) => c.mimeType === `video/${codec}`), JSON.stringify(about.map((c) => c.mimeType)));
    await speaker.context().close();
    await reader.context().close();
  }
}

const tests = [everybody_sees_and_hears_everybody, the_best_layer_that_fits_is_shown, other_codecs_pass];
const only = process.argv.slice(2);
const centre = await Centre.bare("--bench-room", "hall");
const b = await browser(...media);
let failed = 0;
for (const test of tests) {
  if (only.length && !only.some((w) => test.name.includes(w))) continue;
  const name = test.name.replaceAll("_", " ");
  const since = Date.now();
  try {
    await test(b, centre);
    console.log(`ok ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  } catch (e) {
    failed++;
    console.log(`FAIL ${name}\n${e.stack}`);
  }
}
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
