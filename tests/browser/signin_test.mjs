#!/usr/bin/env node
// People of a real centre, with the virtual authenticators of Chromium and of Firefox: the first
// administrator's link, a passkey, an act, an invitation handed over, the way out and in again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { authenticate, firefox, firefoxMissing } from "./firefox.mjs";
import { Centre, binary, browser, each, open, root, settled, texts } from "./lib.mjs";
import { join } from "node:path";

const en = texts.en;

async function realCentre() {
  const c = await Centre.empty("localhost");
  const out = execFileSync(binary, ["init", "--data", c.data, "--charter", join(root, "charters/union-of-six.yaml"), "--administrator", "Ada Keller"]).toString();
  c.link = /\/welcome#\S+/.exec(out)[0];
  await c.start("--origin", c.url);
  return c;
}

/* A device of a person in Chromium: an authenticator for each page. */
async function inChromium(b, c) {
  const page = await open(b, c);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.goto(c.url);
  return page;
}

/* In Firefox: one for each browser. */
async function inFirefox(browsers, c) {
  const b = await firefox();
  browsers.push(b);
  await authenticate(b);
  const page = await open(b, c);
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

async function begin_and_invite(device, c) {
  const admin = await device();
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

  const depositary = await device();
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
  await depositary.getByRole("button", { name: en["account.sign-out"], exact: true }).click();
  await depositary.waitForSelector('a[href="/signin"]');
  await depositary.click('a[href="/signin"]');
  await depositary.getByRole("button", { name: en["part.by-passkey"] }).click();
  await depositary.waitForSelector(".signed");

  // This session stands in his list, by what it runs on.
  await depositary.goto(`${c.url}/account`);
  const here = depositary.locator(".sessions li", { hasText: en["account.this-one"] });
  await here.waitFor();
  assert.match(await here.innerText(), /(Chrome|Firefox), Linux/);

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
  // What was tried without a right is seen by the administrator; the depositary sees no such page.
  await admin.goto(`${c.url}/security`);
  await settled(admin);
  await admin.locator("tbody tr", { hasText: en["security.what-link-false"] }).first().waitFor();
  await depositary.goto(`${c.url}/security`);
  await depositary.getByText(en["security.administrators"]).waitFor();
  // Out everywhere, from the page of one's keys.
  await depositary.goto(`${c.url}/account`);
  await depositary.getByRole("button", { name: en["account.end-all"] }).click();
  await depositary.waitForSelector('a[href="/signin"]');
  assert.deepEqual([...admin.trouble, ...depositary.trouble], []);
}

async function an_administrator_begins_and_invites() {
  const c = await realCentre();
  const b = await browser();
  try {
    await begin_and_invite(() => inChromium(b, c), c);
  } finally {
    await b.close();
    await c.end();
  }
}

async function the_same_in_firefox() {
  const c = await realCentre();
  const browsers = [];
  try {
    await begin_and_invite(() => inFirefox(browsers, c), c);
  } finally {
    for (const b of browsers) await b.close();
    await c.end();
  }
}

const tests = [an_administrator_begins_and_invites];
if (firefoxMissing()) console.log(`skip sign-in in Firefox: ${firefoxMissing()}`);
else tests.push(the_same_in_firefox);
process.exit((await each(tests)) ? 1 : 0);
