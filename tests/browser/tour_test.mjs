#!/usr/bin/env node
// The guided tour, walked in a browser: S1 to S4, each step by the seat concerned.
import assert from "node:assert/strict";
import { Centre, browser, each, open, settled, show, texts } from "./lib.mjs";

const steps = ["gate", "deposit", "entry", "apply", "examine", "propose", "grant", "partner", "table", "failed"];
const refused = { gate: "gate-closed", failed: "criteria-failed" };

async function step(page, id, t) {
  const here = page.locator(`.tour-step.now[data-step="${id}"]`);
  await here.waitFor();
  const sit = here.locator("button.main", { hasText: t["tour.sit"].split("{")[0].trim() });
  const form = here.locator("form.act");
  await sit.or(form).first().waitFor();
  if (await sit.count()) await sit.click();
  await form.waitFor();
  // What would become of it is told before anything is sent.
  await form.locator(refused[id] ? ".foretold" : ".send > p .mark.good").waitFor();
  await form.locator("button.main").click();
  await page.locator(`.tour-step[data-step="${id}"]:not(.now)`).waitFor();
}

async function walk(b, lang) {
  const centre = await Centre.make();
  try {
    const page = await open(b, centre, { lang });
    const t = texts[lang];
    await show(page, centre, "/tour");
    for (const id of steps) await step(page, id, t);
    await page.getByText(t["tour.finished"]).waitFor();
    await settled(page);
    assert.deepEqual(page.trouble, []);
    // And so it stands in the registers.
    const parties = await centre.view(undefined, "parties", { all: "true" });
    assert.equal(parties.find((p) => p.id === "ol").status, "observer");
    const [third] = await centre.view(undefined, "instrument", { id: "third-protocol" });
    assert.equal(third.state, "in-force");
    const record = await centre.view("depositary", "record", { outcome: "refused", limit: 20 });
    for (const code of Object.values(refused)) assert.ok(record.some((r) => r.code === code), code);
    await page.context().close();
  } finally {
    await centre.end();
  }
}

const b = await browser();
const tests = ["en", "ru", "fr"].map((lang) => Object.defineProperty(() => walk(b, lang), "name", { value: `the_tour_walks_through_S1_to_S4_${lang}` }));
const failed = await each(tests);
await b.close();
process.exit(failed ? 1 : 0);
