#!/usr/bin/env node
// S11 and S12 through the pages: six reporters, who is on duty, members, heads, the Secretary General.
import assert from "node:assert/strict";
import { browser, Centre, each, open, settled, show, sit, texts, until } from "./lib.mjs";

const en = texts.en;
const SIX = { al: "Alderland", bi: "Birkmark", ce: "Cedria", el: "Elmora", fi: "Firland", ha: "Hazelia" };

/* The form of an act, open. */
async function opened(page, kind, nth = 0) {
  const part = page.locator("details.act-part", { has: page.locator("summary", { hasText: en[`do.${kind}`] }) }).nth(nth);
  await part.locator("summary").first().waitFor();
  if (!(await part.evaluate((d) => d.open))) await part.locator("summary").first().click();
  await part.locator("form").waitFor();
  return part;
}

async function put(form, name, value) {
  const field = form.locator(`[id$="-${name}"]`);
  if (Array.isArray(value)) for (const v of value) await field.locator("label", { hasText: v }).click();
  else if (typeof value === "boolean") await field.getByText(en[value ? "form.yes" : "form.no"], { exact: true }).click();
  else if ((await field.evaluate((e) => e.tagName)) === "SELECT") await field.selectOption(value);
  else await field.fill(value);
}

/* An act by its form, done. */
async function act(page, kind, values, nth = 0) {
  const form = await opened(page, kind, nth);
  for (const [name, value] of Object.entries(values)) await put(form, name, value);
  const sent = page.waitForResponse((r) => r.url().endsWith("/api/v1/acts") && r.request().method() === "POST");
  await form.locator("button.main").click();
  const said = await (await sent).json();
  assert.ok(said.seq, `${kind}: ${JSON.stringify(said)}`);
  return said;
}

/* What the form says would become of it. */
async function foretold(page, kind, values) {
  const form = await opened(page, kind);
  for (const [name, value] of Object.entries(values)) await put(form, name, value);
  await form.locator(".foretold").waitFor();
  return form.locator(".foretold").innerText();
}

async function go(page, centre, seat, path) {
  if (seat) await sit(page, centre, seat);
  else await page.context().clearCookies();
  await show(page, centre, path);
}

/* A report by the form; empty fields stay as they are. */
async function report(page, centre, party, figures, { day, reason } = {}) {
  await go(page, centre, `officer@${party}`, "/report");
  const form = page.locator("form.act").first();
  if (day) await form.locator("input[type=date]").fill(day);
  for (const [indicator, value] of Object.entries(figures)) await form.getByLabel(en[`value.${indicator}`], { exact: true }).fill(value);
  if (reason) await form.getByLabel(en["report.reason"]).fill(reason);
  await form.locator("button.main").click();
  await form.locator(".mark.good", { hasText: en["form.done"] }).waitFor();
}

function reporting(page, party) {
  return page.locator("section.part:has(#reporting) tr", { hasText: SIX[party] }).first();
}

async function daily_monitoring(b) {
  const centre = await Centre.at("2020-05-14T05:00:00Z");
  const page = await open(b, centre);
  const yesterday = { al: "120", bi: "900", ce: "180", el: "3", fi: "400", ha: "150" };
  for (const [party, n] of Object.entries(yesterday)) await report(page, centre, party, { "cases-new": n });
  await centre.clock("2020-05-15T05:30:00Z");
  for (const party of ["al", "ce", "el", "fi"]) await report(page, centre, party, { "cases-new": yesterday[party], "deaths-new": party === "el" ? "0" : "n/a" });
  // No field for a person, and none that takes a report away.
  const labels = (await page.locator("form.act label, form.act legend").allInnerTexts()).join("|");
  assert.doesNotMatch(labels, /person|name|patient|birth/i);
  assert.equal(await page.getByRole("button", { name: /delete|withdraw|remove/i }).count(), 0);
  // At seven o'clock two are awaited; at one Birkmark is late and Hazelia silent, which is no zero.
  await centre.clock("2020-05-15T07:00:00Z");
  await go(page, centre, "duty-officer", "/desk");
  for (const [party, state] of Object.entries({ al: "received", bi: "expected", el: "received", ha: "expected" })) await reporting(page, party).getByText(en[`value.${state}`]).waitFor();
  await centre.clock("2020-05-15T13:00:00Z");
  await report(page, centre, "bi", { "cases-new": "950" });
  await go(page, centre, "duty-officer", "/desk");
  await reporting(page, "bi").getByText(en["value.late"]).waitFor();
  const silent = await reporting(page, "ha").innerText();
  assert.match(silent, new RegExp(en["value.missing"]));
  assert.match(silent, /13 May/, "since when");
  await page.locator("section.part:has(#findings) li", { hasText: "Hazelia" }).getByText(en["value.overdue"]).waitFor();
  // Cedria revises the day before: both figures stay, with who said so and why.
  await centre.clock("2020-05-15T14:00:00Z");
  await report(page, centre, "ce", { "cases-new": "172" }, { day: "2020-05-13", reason: "Eight were counted in two laboratories." });
  await go(page, centre, "head@al", "/figures/ce/cases-new");
  const line = await page.locator("table tr", { hasText: "13 May" }).innerText();
  for (const said of ["172", "180", "Eight were counted in two laboratories."]) assert.ok(line.includes(said), `${said}: ${line}`);
  assert.equal(line.match(/officer/gi)?.length, 2, `who reported each: ${line}`);
  // As known the day before, it was the old figure, and the day after not yet there.
  await page.focus(".slider input");
  await page.keyboard.press("ArrowLeft");
  await page.getByText(en["figures.as-of"].replace("{day}", "14 May 2020")).waitFor();
  await page.waitForFunction(() => ![...document.querySelectorAll("table th")].some((th) => th.textContent === "14 May 2020"));
  assert.match(await page.locator("table tr", { hasText: "13 May" }).innerText(), /180/);
  // A member sees three cases of Elmora; three regions; Firland in each of them, counted once.
  await show(page, centre, "/board");
  const tile = (region, name) => page.locator(".map-region", { has: page.getByRole("heading", { name: region }) }).locator(".map-tile", { hasText: name });
  assert.match(await page.locator(".together").innerText(), /1,803/);
  for (const region of ["Eastern region", "Southern region", "Western region"]) assert.match(await tile(region, "Firland").innerText(), /400/);
  assert.match(await tile("Eastern region", "Elmora").innerText(), /\b3\b/);
  assert.match(await tile("Eastern region", "Hazelia").innerText(), /150[\s\S]*13 May/, "its last figure, with its day");
  // The public does not, nor can it be computed from the sum.
  await go(page, centre, undefined, "/board");
  assert.match(await tile("Eastern region", "Elmora").innerText(), new RegExp(en["board.small"]));
  assert.match(await tile("Western region", "Birkmark").innerText(), /950/);
  assert.doesNotMatch(await page.locator("main").innerText(), /1,803/);
  // The member concerned answers what was found.
  await go(page, centre, "officer@ha", "/desk");
  const finding = page.locator("section.part:has(#findings) li", { hasText: "Hazelia" });
  const form = finding.locator("details.act-part");
  await form.locator("summary").first().click();
  await put(form, "answer", "explained");
  await put(form, "text", "The line of the ministry was down; the figures follow.");
  await form.locator("button.main").click();
  await finding.waitFor({ state: "detached" });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await centre.end();
}

/* Six quiet weeks, then a week in which two members double; posted, because it is given. */
async function deteriorating() {
  const centre = await Centre.at("2020-05-01T05:00:00Z");
  const base = { al: 30, bi: 60, ce: 40, el: 20, fi: 50, ha: 25 };
  const rise = { al: [40, 60, 90, 130, 180, 240, 320], bi: [80, 110, 140, 190, 250, 320, 420] };
  const dayOf = (n) => new Date(Date.UTC(2020, 2, 20 + n)).toISOString().slice(0, 10);
  const submit = async (party, cells) => {
    const said = await centre.act(`officer@${party}`, "report.submit", `party/${party}`, { cells });
    assert.equal(said.status, 201, JSON.stringify(said));
  };
  for (const [party, n] of Object.entries(base)) await submit(party, Array.from({ length: 42 }, (_, i) => ({ indicator: "cases-new", day: dayOf(i), value: n + [0, 2, 4, 1, 3][i % 5] })));
  for (let k = 0; k < 7; k++) {
    await centre.clock(`2020-05-0${k + 2}T05:00:00Z`);
    for (const [party, n] of Object.entries(base)) await submit(party, [{ indicator: "cases-new", day: dayOf(42 + k), value: rise[party]?.[k] ?? n + (k % 3) }]);
  }
  await centre.clock("2020-05-08T05:30:00Z");
  return centre;
}

async function sharp_deterioration(b) {
  const centre = await deteriorating();
  const page = await open(b, centre);
  // Two alerts; the member concerned answers its own, the centre takes it on.
  await go(page, centre, "officer@al", "/alerts");
  const alerts = page.locator("table tbody tr");
  await alerts.nth(1).waitFor();
  assert.equal(await alerts.count(), 2);
  await alerts.filter({ hasText: "Alderland" }).locator("a").first().click();
  await page.waitForURL("**/alerts/*");
  const alert = new URL(page.url()).pathname;
  await act(page, "alert.verify", { answer: "confirm", text: "Three towns of the south; the laboratories agree." });
  await go(page, centre, "duty-officer", alert);
  assert.equal(await page.locator("summary", { hasText: en["do.alert.verify"] }).count(), 0, "only the member answers");
  await act(page, "alert.assess", { hazard: "The respiratory disease of the year.", exposure: "Three towns, 240,000 people.", context: "Hospitals of the region are half empty." });
  await act(page, "alert.characterise", { likelihood: "4", consequence: "3", text: "Doubling in less than a week; beds are free." });
  await act(page, "alert.conclude", { outcome: "consult", participants: ["Alderland", "Firland"], text: "The neighbours in the region should speak." });
  await page.locator(".mark", { hasText: en["value.consult"] }).first().waitFor();
  // The trigger proposes; who is on duty may not decide; the Secretary General declines with a reason.
  await show(page, centre, "/desk");
  const proposals = page.locator("section.part:has(#level) .todo li");
  await proposals.getByText(`${en["desk.proposed"]} ${en["value.heightened"]}`).waitFor();
  const level = page.locator("section.part:has(#level) p.level");
  await level.locator(".mark", { hasText: en["value.watch"] }).waitFor();
  assert.match(await foretold(page, "level.decide", { answer: "accept", reason: "It looks grave." }), /Secretary General/);
  await go(page, centre, "secretary-general", "/desk");
  const declined = await act(page, "level.decide", { answer: "decline", reason: "The two outbreaks have one known source, which is closed." });
  await level.locator(".mark", { hasText: en["value.watch"] }).waitFor();
  await show(page, centre, `/record/${declined.seq}`);
  await page.getByText("The two outbreaks have one known source, which is closed.").first().waitFor();
  // A head asks for it; the Secretary General accepts: the actions are a list for people.
  await go(page, centre, "head@bi", "/desk");
  await act(page, "level.request", { level: "heightened", reason: "The second town is reached." });
  await centre.clock("2020-05-08T12:00:00Z");
  await go(page, centre, "secretary-general", "/desk");
  await act(page, "level.decide", { answer: "accept", reason: "Two sources now." });
  await level.locator(".mark", { hasText: en["value.heightened"] }).waitFor();
  assert.match(await level.innerText(), new RegExp(`${en["desk.draft-due"]} 09/05/2020`));
  await go(page, centre, "duty-officer", "/desk");
  const actions = page.locator("section.part:has(#level) .todo li");
  for (const a of ["notify-contacts", "twice-daily-brief", "consult-heads", "check-trainings", "open-assistance-desk"]) await actions.locator(".mark", { hasText: en[`value.${a}`] }).waitFor();
  assert.deepEqual(await centre.view("duty-officer", "consultations"), [], "nothing was convened by the machine");
  await act(page, "level.finish-action", { note: "The desk is open in room 4." });
  await until("one less", async () => (await actions.count()) === 4);
  await act(page, "level.file-draft", { title: "Draft decision on common measures at the borders" });
  // A round of calls: five reached, one not, and the page says who.
  await act(page, "round.open", { topic: "Measures at the borders" });
  const round = page.locator("section.part:has(#rounds) .round");
  for (const name of Object.values(SIX)) {
    const line = round.locator("li", { hasText: name });
    await line.locator("summary").first().click();
    await put(line, "reached", name !== "Hazelia");
    await put(line, "whom", "Secretary of the security council");
    await line.locator("button.main").click();
    await (name === "Hazelia" ? line.getByText(en["form.done"]).waitFor() : line.waitFor({ state: "detached" }));
  }
  await round.getByText(en["desk.reached"].replace("{n}", "5").replace("{all}", "6")).waitFor();
  assert.match(await round.innerText(), /Hazelia/);
  // Down only by a person, and not before the hold of three days.
  await go(page, centre, "secretary-general", "/desk");
  assert.match(await foretold(page, "level.lower", { to: "watch", reason: "It is over." }), /may be lowered by a person from 2020-05-11T12:00/);
  await centre.clock("2020-05-11T12:00:00Z");
  await show(page, centre, "/desk");
  await act(page, "level.lower", { to: "watch", reason: "Both sources are closed; three quiet days." });
  await level.locator(".mark", { hasText: en["value.watch"] }).waitFor();
  assert.deepEqual(page.trouble, []);
  await page.context().close();
  await centre.end();
}

const b = await browser();
const failed = await each([daily_monitoring, sharp_deterioration], b);
await b.close();
process.exit(failed ? 1 : 0);
