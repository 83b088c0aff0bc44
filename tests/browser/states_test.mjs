#!/usr/bin/env node
// Every page in every state, by axe: waiting, in trouble, without the server, empty; its forms
// open, incomplete, and refused at a field; the dialogue of the seats.
import assert from "node:assert/strict";
import { Centre, addresses, each, browser, follow, looked, open, pages, rests, settled, show, twoAtOnce } from "./lib.mjs";

const VIEWS = /\/api\/v1\/views/;
const problem = (status, more) => ({ status, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "no", status, detail: "It does not go on.", ...more }) });

/* All pages one after the other, each looked at when `shown` says so. */
async function walked(b, centre, paths, { seat, lang, before, shown }) {
  const page = await open(b, centre, { seat, lang });
  await show(page, centre, "/about");
  await rests(page);
  const seen = new Set();
  const wrong = [];
  if (before) await before(page);
  for (const path of paths) {
    await follow(page, path);
    await shown(page, path);
    wrong.push(...(await looked(page, `${path} ${lang}`, seen)));
  }
  wrong.push(...page.trouble);
  await page.context().close();
  assert.deepEqual(wrong, []);
}

async function pages_that_wait(b, centre) {
  const held = [];
  let waited = 0;
  await walked(b, centre, await addresses(centre), {
    seat: "secretary-general",
    lang: "ru",
    before: (page) => page.route(VIEWS, (r) => void held.push(r)), // never answered
    shown: async (page) => {
      waited += await page.locator(".waiting").count();
    },
  });
  assert.ok(waited > 20, `only ${waited} waited`);
}

async function pages_in_trouble(b, centre) {
  let troubles = 0;
  await walked(b, centre, await addresses(centre), {
    seat: "head@ce",
    lang: "fr",
    before: (page) => page.route(VIEWS, (r) => r.fulfill(problem(500, { rule: "monitoring/due", sources: ["Article 5"] }))),
    shown: async (page) => {
      await rests(page);
      for (const why of await page.locator(".trouble summary").all()) await why.click();
      troubles += await page.locator(".trouble").count();
    },
  });
  assert.ok(troubles > 20, `only ${troubles} in trouble`);
}

/* Nothing happened yet but the charter. */
async function pages_without_content(b) {
  const centre = await Centre.bare();
  try {
    const paths = pages.map((p) => p.path.replace(/:\w+/g, "1"));
    await twoAtOnce([["secretary-general", "en"], ["head@al", "ru"], [undefined, "fr"]], ([seat, lang]) => walked(b, centre, paths, { seat, lang, shown: rests }));
  } finally {
    await centre.end();
  }
}

/* Everything that can be opened is open. */
async function unfold(page) {
  for (let shut = true; shut; ) {
    shut = await page.evaluate(() => {
      const all = [...document.querySelectorAll("main details:not([open])")];
      all.forEach((d) => (d.open = true));
      return all.length > 0;
    });
    await rests(page);
  }
}

async function forms_open_incomplete_and_refused(b, centre) {
  const paths = await addresses(centre);
  await twoAtOnce([["secretary-general", "en"], ["head@ce", "ru"], ["depositary", "fr"]], async ([seat, lang]) => {
    let refused = 0;
    await walked(b, centre, paths, {
      seat,
      lang,
      before: (page) =>
        page.route("**/api/v1/acts", (r) => {
          const first = Object.keys(r.request().postDataJSON().body)[0];
          refused++;
          return r.fulfill(problem(409, { code: "criteria-failed", rule: "statuses/member/gate", sources: ["Article 3"], ...(first ? { position: { pointer: `/body/${first}` } } : {}) }));
        }),
      shown: async (page) => {
        await rests(page);
        await unfold(page);
        for (const button of await page.locator("main form.act .send button.main").all()) if (await button.isEnabled()) await button.click();
        await rests(page);
      },
    });
    assert.ok(refused, seat);
  });
}

/* The server is lost: pages that were here stay, others say so and come when it is back. */
async function pages_without_the_server(b, centre) {
  const page = await open(b, centre, { seat: "duty-officer", lang: "ru" });
  await show(page, centre, "/parties");
  await rests(page);
  await centre.stop();
  await page.waitForSelector(".offline");
  const seen = new Set();
  const wrong = await looked(page, "/parties", seen);
  await follow(page, "/board");
  await page.waitForSelector("main .trouble button");
  wrong.push(...(await looked(page, "/board", seen)));
  await centre.start();
  await page.waitForSelector("main .map");
  await page.waitForSelector(".offline", { state: "detached" });
  assert.deepEqual(wrong, []);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

async function the_dialogue_of_the_seats(b, centre) {
  const wrong = [];
  for (const lang of ["en", "ru", "fr"]) {
    const page = await open(b, centre, { lang, width: 390 });
    await show(page, centre, "/");
    await rests(page);
    await page.locator(".seat-button").click();
    await page.waitForSelector("dialog[open]");
    wrong.push(...(await looked(page, lang, new Set())));
    await page.locator("dialog[open] form button").click();
    await page.locator(".menu").click();
    await settled(page);
    wrong.push(...(await looked(page, `${lang}, navigation`, new Set())));
    await page.context().close();
  }
  assert.deepEqual(wrong, []);
}

const centre = await Centre.make();
const b = await browser();
const failed = await each([pages_that_wait, pages_in_trouble, pages_without_content, forms_open_incomplete_and_refused, the_dialogue_of_the_seats, pages_without_the_server], b, centre);
await b.close();
await centre.end();
process.exit(failed ? 1 : 0);
