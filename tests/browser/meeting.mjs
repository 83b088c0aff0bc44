// What tests of the meeting page share: a seat enters a room, what it sees and hears is measured.
import { mkdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { open, show, texts, until } from "./lib.mjs";

const pictures = process.env.PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

export async function snap(page, name) {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/* In the page: a camera of few dots, of which two processors encode as many as a test has. */
function small() {
  const take = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (take) navigator.mediaDevices.getUserMedia = (c) => take(c.video ? { ...c, video: { ...c.video, width: 480, height: 270 } } : c);
}

/* The page of a seat, before it enters; `large`: with the camera that people have. */
export async function before(b, centre, room, seat, lang = "en", more = {}) {
  const page = await open(b, centre, { seat, lang, ...more });
  page.lang = lang;
  if (!more.large) await page.addInitScript(small);
  await show(page, centre, `/rooms/${room}`);
  await page.waitForSelector(".precheck video");
  return page;
}

export async function enter(page) {
  await page.getByRole("button", { name: texts[page.lang]["meeting.enter"] }).click();
}

/* The page of a seat that is inside. */
export async function inside(b, centre, room, seat, lang, more) {
  const page = await before(b, centre, room, seat, lang, more);
  await enter(page);
  await page.waitForSelector(".room-bar");
  return page;
}

/* What came in the second after now: how many pictures moved, how many voices were sent. */
export async function moving(page) {
  const count = () =>
    page.evaluate(async () => {
      const all = {};
      const call = window.comityCall;
      if (!call) return all;
      for (const leg of [...call.tiles.values(), call.sound])
        for (const s of (await leg?.pc?.getStats())?.values() ?? []) if (s.type === "inbound-rtp") all[`${s.kind} ${s.ssrc}`] = s.kind === "video" ? s.framesDecoded : s.packetsReceived;
      return all;
    });
  const first = await count();
  await page.waitForTimeout(1000);
  const next = await count();
  const more = (kind, least) => Object.keys(next).filter((k) => k.startsWith(kind) && next[k] - (first[k] ?? 0) >= least).length;
  return { pictures: more("video", 1), voices: more("audio", 10) };
}

async function comes(page, wanted, why, count) {
  let got;
  await until(`${why}: ${JSON.stringify(wanted)}`, async () => {
    got = await count();
    return Object.keys(wanted).every((k) => got[k] === wanted[k]);
  }, 60000).catch((e) => {
    throw new Error(`${e.message}; got ${JSON.stringify(got)}; ${page.trouble.join("; ")}`);
  });
}

/* So many pictures were decoded and so many voices had sound in them, since the page joined. */
export const sees = (page, wanted, why) => comes(page, wanted, why, () => page.evaluate(() => window.comityCall?.stats() ?? {}));

/* So many come now: `wanted` has pictures, voices or both. */
export const receives = (page, wanted, why) => comes(page, wanted, why, () => moving(page));

/* An address of this machine that is not the loopback: Firefox uses no other. */
export function ownAddress() {
  return Object.values(networkInterfaces()).flat().find((a) => a.family === "IPv4" && !a.internal)?.address;
}
