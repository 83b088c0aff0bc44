#!/usr/bin/env node
// The pages of monitoring: history by day, thresholds, the bulletin, boundaries of one's own.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { open, run, settled, show, texts, until } from "./lib.mjs";

const en = texts.en;

/* How many days of a row are flagged up to the chosen one: then, by today's figures. */
async function flagged(page, party) {
  const words = await page.locator("table.history tr", { hasText: party }).locator("small").innerText();
  return words.match(/\d+/g).map(Number);
}

async function history_moves_by_day_and_says_what_was_flagged_then(b, centre) {
  const page = await open(b, centre, { seat: "secretary-general" });
  await show(page, centre, "/history");
  await page.locator("table.history .then").first().waitFor({ state: "attached" });
  const late = await flagged(page, "Cedria");
  assert.ok(late[0] > 0 && late[1] > 0, `${late}`);
  const asOf = await page.innerText(".slider span");
  const row = page.locator("table.history tbody tr", { hasText: "Cedria" });
  await row.locator(".mark", { hasText: en["history.flagged"] }).nth(1).waitFor();
  // To the first day, by keyboard: nothing was flagged yet.
  await page.focus(".slider input");
  await page.keyboard.press("Home");
  await page.waitForFunction((before) => document.querySelector(".slider span").textContent !== before, asOf);
  await settled(page);
  assert.deepEqual((await flagged(page, "Cedria")).slice(0, 2), [0, 0]);
  assert.equal(await row.locator(".mark", { hasText: en["history.flagged"] }).count(), 0);
  // Another rule flags other days.
  await page.keyboard.press("End");
  await page.locator("label", { hasText: en["history.rule"] }).locator("select").selectOption("reproduction");
  await page.waitForFunction((words) => ![...document.querySelectorAll("table.history small")].some((s) => s.textContent === words), en["history.sum"].replace("{then}", late[0]).replace("{now}", late[1]).replace("{both}", late[2]));
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

async function a_threshold_is_saved_only_after_its_replay(b, centre) {
  const page = await open(b, centre, { seat: "secretary-general" });
  await show(page, centre, "/thresholds");
  const part = page.locator("section.part", { hasText: en["thresholds.try"] });
  const save = part.locator("details.act-part");
  await part.locator("label", { hasText: en["desk.member"] }).locator("select").selectOption("ce");
  await part.getByLabel(en["thresholds.baseline"], { exact: true }).fill("14");
  assert.equal(await save.count(), 0, "nothing to save before the replay");
  await part.getByRole("button", { name: en["thresholds.replay"] }).click();
  await save.waitFor();
  const words = await part.innerText();
  const [, flags, seen] = words.match(/(\d+) of (\d+) days flagged/);
  assert.ok(Number(flags) > 0 && Number(flags) < Number(seen), words);
  await save.locator("summary").first().click();
  await save.getByLabel(en["field.reason"].label).fill("Seen on history.");
  await save.locator("button.main").click();
  await page.locator("table tr", { hasText: "Seen on history." }).waitFor();
  const row = (await centre.view("secretary-general", "thresholds")).find((r) => r.party === "ce");
  assert.equal(row.baseline, 14);
  const act = (await centre.view("secretary-general", "record", { limit: 1 }))[0];
  assert.equal(act.kind, "threshold.set");
  // Another number: the replay is asked for again.
  await part.getByLabel(en["thresholds.baseline"], { exact: true }).fill("10");
  await save.waitFor({ state: "detached" });
  // For all members another; what is in force for each is what one starts from.
  const member = part.locator("label", { hasText: en["desk.member"] }).locator("select");
  const baseline = part.getByLabel(en["thresholds.baseline"], { exact: true });
  await member.selectOption("");
  await baseline.fill("21");
  await part.getByRole("button", { name: en["thresholds.replay"] }).click();
  await save.waitFor();
  await save.locator("summary").first().click();
  await save.getByLabel(en["field.reason"].label).fill("Seen for all.");
  await save.locator("button.main").click();
  await page.locator("table tr", { hasText: "Seen for all." }).waitFor();
  await page.reload();
  await settled(page);
  for (const [party, days] of [["", "21"], ["ce", "14"], ["al", "21"]]) {
    await member.selectOption(party);
    await until(`the threshold in force for ${party || "all"}`, async () => (await baseline.inputValue()) === days);
  }
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

/* What a link to a PDF gives, and its digest. */
async function digested(page, centre, link) {
  const paper = await page.request.get(centre.url + (await link.getAttribute("href")));
  assert.equal(paper.headers()["content-type"], "application/pdf");
  const bytes = await paper.body();
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  return createHash("sha256").update(bytes).digest("hex");
}

async function a_bulletin_on_record_is_made_again_and_compared(b, centre) {
  const page = await open(b, centre, { seat: "secretary-general" });
  await show(page, centre, "/bulletin");
  const part = page.locator("section.part", { has: page.getByRole("heading", { name: en["bulletin.issue"] }) }).last();
  const issue = part.locator("details.act-part");
  assert.equal(await issue.count(), 0, "nothing to put on record before it is made");
  await part.getByRole("button", { name: en["bulletin.prepare"] }).click();
  await issue.locator("summary").first().click();
  const said = await part.locator("ul.todo").innerText();
  const papers = {};
  for (const [id, name] of [["en", "English"], ["fr", "Français"], ["ru", "Русский"]]) {
    papers[id] = await digested(page, centre, part.getByRole("link", { name: `PDF, ${name}` }));
    assert.ok(said.includes(papers[id]), `${name}: the digest beside it is of another paper`);
  }
  await issue.locator("button.main").click();
  const line = page.locator("section.part", { has: page.getByRole("heading", { name: en["bulletin.issued"], exact: true }) }).locator("li").first();
  await line.getByRole("button", { name: en["bulletin.check"] }).click();
  await line.locator(".mark.good", { hasText: en["bulletin.same"] }).waitFor();
  const [issued] = await centre.view("secretary-general", "bulletins");
  assert.deepEqual(Object.fromEntries(issued.texts.map((x) => [x.language, x.paper])), papers);
  for (const { language, paper } of issued.texts) assert.equal(await digested(page, centre, line.getByRole("link", { name: `PDF, ${language}` }).first()), paper);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

async function numbers_are_those_of_the_language(b, centre) {
  const page = await open(b, centre, { seat: "secretary-general", lang: "ru" });
  for (const path of ["/bulletin", "/board", "/thresholds"]) {
    await show(page, centre, path);
    await page.locator("table td.number").first().waitFor();
    const cells = await page.locator("table td.number").allInnerTexts();
    assert.ok(cells.some((c) => /\d,\d/.test(c)), `${path}: no number with a comma`);
    assert.deepEqual(cells.filter((c) => /^[^.]*\d\.\d+[^.]*$/.test(c)), [], path);
  }
  await page.context().close();
}

async function pictures_have_words_and_a_download_and_the_table_an_order(b, centre) {
  const page = await open(b, centre, { seat: "secretary-general" });
  await show(page, centre, "/board");
  const head = page.locator("th", { hasText: en["board.change"] });
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  const changes = (await page.locator("table tbody tr td:nth-child(4)").allInnerTexts()).map((x) => Number(x.match(/[+−-]?\d+/)?.[0].replace("−", "-") ?? -1000));
  assert.deepEqual(changes, [...changes].sort((a, z) => z - a));
  assert.ok(changes.length > 6 && changes[0] > 0, `${changes}`);
  for (const path of ["/board", "/figures/ce/cases-new"]) {
    await show(page, centre, path);
    const pictures = page.locator("main figure");
    await pictures.first().waitFor();
    for (const figure of await pictures.all()) {
      assert.match((await figure.locator("svg[role=img]").first().getAttribute("aria-label")) ?? "", /\d/, `${path}: a picture without words`);
      const [file] = await Promise.all([page.waitForEvent("download"), figure.getByText(en["figures.save"]).click()]);
      assert.match(file.suggestedFilename(), /\.(svg|png)$/);
    }
  }
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

const square = (party, x) => ({ type: "Feature", properties: { party }, geometry: { type: "Polygon", coordinates: [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]] } });

async function boundaries_are_entered_by_the_secretariat_and_seen_by_everyone(b, centre) {
  const page = await open(b, centre, { seat: "secretary-general" });
  const other = await open(b, centre, { lang: "ru" });
  await show(other, centre, "/board");
  const seen = other.locator("details", { hasText: texts.ru["multiples.own"] });
  assert.equal(await seen.count(), 0, "the centre draws no borders");
  await show(page, centre, "/board");
  const own = page.locator("details", { hasText: en["multiples.own"] });
  await own.locator("summary").click();
  const file = own.getByLabel(en["multiples.own-file"]);
  await file.setInputFiles({ name: "torn.geojson", mimeType: "application/json", buffer: Buffer.from('{"type": "FeatureCollec') });
  await own.getByText(en["multiples.own-wrong"]).waitFor();
  const good = { name: "ours.geojson", mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ type: "FeatureCollection", secret: "x", features: [square("ce", 0), square("XA", 1), square("Sea", 2)] })) };
  await file.setInputFiles(good);
  await own.getByText(en["multiples.own-preview"].replace("{name}", "ours.geojson")).waitFor();
  assert.equal(await own.getByText(en["multiples.own-wrong"]).count(), 0);
  assert.deepEqual(await centre.view("secretary-general", "boundaries"), [], "a preview is on no record");
  await own.getByRole("button", { name: en["multiples.own-show"] }).click();
  const picture = own.locator("svg.boundaries");
  await own.getByText("Boundaries of the organisation: ours.geojson, entered by Secretary General").waitFor();
  assert.match(await picture.getAttribute("aria-label"), /ours\.geojson: Cedria: [\d,]+; Alderland: [\d,]+; Sea$/);
  const [row] = await centre.view(undefined, "boundaries", { file: true });
  assert.ok(!row.file.includes("secret"), "outlines and names only");
  // Somebody who is not signed in sees them at once, in another language, and can enter none.
  await seen.locator("summary").click();
  await seen.locator("svg.boundaries").waitFor();
  assert.ok((await seen.innerText()).includes("Границы организации: ours.geojson"));
  assert.equal(await seen.locator("input").count(), 0);
  await own.getByRole("button", { name: en["multiples.own-remove"] }).click();
  await picture.waitFor({ state: "detached" });
  await seen.waitFor({ state: "detached" });
  for (const p of [page, other]) {
    assert.deepEqual(p.trouble, []);
    await p.context().close();
  }
}

await run(
  history_moves_by_day_and_says_what_was_flagged_then,
  a_bulletin_on_record_is_made_again_and_compared,
  numbers_are_those_of_the_language,
  pictures_have_words_and_a_download_and_the_table_an_order,
  boundaries_are_entered_by_the_secretariat_and_seen_by_everyone,
  a_threshold_is_saved_only_after_its_replay,
);
