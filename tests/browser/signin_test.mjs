#!/usr/bin/env node
// People of a real centre, with Chromium's virtual authenticator: the first administrator's link,
// a passkey, an act, an invitation handed over, the way out and in again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Centre, binary, browser, root, settled, texts } from "./lib.mjs";
import { join } from "node:path";

const en = texts.en;

async function realCentre() {
  const c = await Centre.empty("localhost");
  const out = execFileSync(binary, ["init", "--data", c.data, "--charter", join(root, "charters/union-of-six.yaml"), "--administrator", "Ada Keller"]).toString();
  c.link = /\/welcome#\S+/.exec(out)[0];
  await c.start("--origin", c.url);
  return c;
}

async function device(b, c) {
  const context = await b.newContext({ locale: "en" });
  const page = await context.newPage();
  page.trouble = [];
  page.on("pageerror", (e) => page.trouble.push(e.message));
  page.on("console", (m) => m.type() === "error" && !/Failed to load resource/.test(m.text()) && page.trouble.push(m.text()));
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.goto(c.url);
  return page;
}

async function welcome(page, c, link) {
  await page.goto("about:blank");
  await page.goto(c.url + link);
  await page.getByLabel(en["welcome.device"]).fill("A test device");
  await page.getByRole("button", { name: en["welcome.make"] }).click();
  await page.waitForSelector(".signed");
}

async function an_administrator_begins_and_invites(b, c) {
  const admin = await device(b, c);
  await welcome(admin, c, c.link);
  assert.match(await admin.innerText(".signed"), /Ada Keller/);
  // An act in the form of the page; the invitation is handed over as a link and a code to scan.
  await admin.goto(`${c.url}/people`);
  await settled(admin);
  const invite = admin.locator("details.act-part").first();
  await invite.locator("summary").click();
  await invite.getByLabel(en["field.name"].label).or(invite.getByLabel(en["field.person.invite.name"]?.label ?? "Name")).first().fill("Boris Vale");
  await invite.locator("textarea").fill("depositary");
  await invite.locator("button.main").click();
  const person = admin.locator("li.person", { hasText: "Boris Vale" });
  await person.waitFor();
  await person.getByRole("button", { name: en["people.link"] }).click();
  await person.locator("svg.qr").waitFor();
  const link = (await person.locator(".verdict code").innerText()).replace(c.url, "");
  assert.match(link, /^\/welcome#/);

  const depositary = await device(b, c);
  await welcome(depositary, c, link);
  assert.match(await depositary.innerText(".signed"), /Boris Vale/);
  // The link is spent.
  await depositary.goto("about:blank");
  await depositary.goto(c.url + link);
  await depositary.waitForSelector(".trouble");
  assert.equal(await person.locator(".mark.good").count(), 1, "and the administrator sees him in");

  // Out, and in again by the passkey.
  await depositary.goto(`${c.url}/account`);
  await depositary.getByText("A test device").waitFor();
  await depositary.getByRole("button", { name: en["account.sign-out"] }).click();
  await depositary.waitForSelector('a[href="/signin"]');
  await depositary.click('a[href="/signin"]');
  await depositary.getByRole("button", { name: en["part.by-passkey"] }).click();
  await depositary.waitForSelector(".signed");

  // He does his work: a fact, by the form, on his own authority.
  await depositary.goto(`${c.url}/parties/ol`);
  await settled(depositary);
  const fact = depositary.locator("details.act-part", { hasText: en["act.party.record-fact"] }).first();
  await fact.locator("summary").click();
  await fact.locator("select").first().selectOption("un-member");
  await fact.locator("input[type=radio]").first().check();
  await fact.locator("input[type=text]").first().fill("The list of members.");
  await fact.locator("button.main").click();
  await fact.getByText(en["form.done"]).waitFor();
  assert.deepEqual([...admin.trouble, ...depositary.trouble], []);
}

const c = await realCentre();
const b = await browser();
let failed = 0;
for (const test of [an_administrator_begins_and_invites]) {
  const name = test.name.replaceAll("_", " ");
  try {
    await test(b, c);
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`FAIL ${name}\n${e.stack}`);
  }
}
await b.close();
await c.end();
process.exit(failed ? 1 : 0);
