#!/usr/bin/env node
// Every page for every seat, in every language and theme, at three widths: axe, no request
// elsewhere, no text left out, no overflow.  The states of pages: states_test.mjs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Centre, addresses, binary, go, languages, looked, open, rawKeys, root, run, settled, show, speak, texts, twoAtOnce } from "./lib.mjs";

/* Nobody, the organisation's offices, heads of delegation, an observer's delegate, an applicant. */
const seats = [
  [undefined, "en"],
  ["secretary-general", "ru"],
  ["depositary", "fr"],
  ["duty-officer", "en"],
  ["head@ce", "ru"],
  ["head@ha", "fr"],
  ["delegate@universal", "ru"],
  ["officer@ol", "en"],
  ["chief-of-joint-staff", "fr"],
];

async function sits(b, centre, paths, [seat, lang], seen) {
  const page = await open(b, centre, { lang, seat });
  const wrong = [];
  await show(page, centre, "/");
  for (const path of paths) {
    await go(page, path);
    wrong.push(...(await looked(page, `${path} ${lang} ${seat ?? "public"}`, seen)));
  }
  wrong.push(...page.trouble);
  await page.context().close();
  return wrong;
}

async function every_page_is_right_for_every_seat(b, centre) {
  const paths = await addresses(centre);
  const wrong = [];
  const seen = new Set();
  await twoAtOnce(seats, async (s) => wrong.push(...(await sits(b, centre, paths, s, seen))));
  // A page asks for nothing that its seat may not read: the security log holds what people tried.
  const offices = ["demo-secretary-general", "demo-depositary", "demo-duty-officer"]; // who read the daily picture
  const tried = await centre.view("secretary-general", "attempts", { limit: 500 });
  wrong.push(...tried.filter((a) => offices.includes(a.person)).map((a) => `${a.person} tried ${a.what} ${a.subject}`));
  assert.deepEqual(wrong, []);
}

/* Each page comes once as HTML of the server, with its data; then it is gone to by links. */
async function no_page_is_wider_than_the_window(b, centre) {
  const page = await open(b, centre, { seat: "depositary" });
  const paths = await addresses(centre);
  const wrong = [];
  for (const path of paths) {
    await show(page, centre, path);
    for (const [width, lang] of [[390, "ru"], [1024, "fr"], [1600, "en"]]) {
      await page.setViewportSize({ width, height: 900 });
      await speak(page, lang);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wrong.push(`${path} at ${width}: ${over} px too wide`);
      wrong.push(...(await rawKeys(page)).map((k) => `${path} ${lang}: the text ${k} is not there`));
    }
  }
  wrong.push(...page.trouble);
  await page.context().close();
  assert.deepEqual(wrong, []);
}

/* The way to the daily picture is shown to those who read it. */
async function the_navigation_leads_nobody_to_a_closed_door(b, centre) {
  for (const [seat, reads] of [["head@ce", true], ["duty-officer", true], ["chief-of-joint-staff", false], ["delegate@universal", false], [undefined, false]]) {
    const page = await open(b, centre, { seat });
    await show(page, centre, "/");
    const shown = await page.$$eval("nav.side a", (all) => all.map((a) => a.getAttribute("href")));
    for (const path of ["/desk", "/bulletin", "/alerts", "/history", "/thresholds"]) assert.equal(shown.includes(path), reads, `${seat} ${path}`);
    await page.context().close();
  }
}

async function the_language_changes_without_a_reload(b, centre) {
  const page = await open(b, centre);
  await show(page, centre, "/parties");
  for (const lang of [...languages].reverse()) {
    await page.selectOption(".preferences select >> nth=0", lang);
    await page.waitForFunction((l) => document.documentElement.lang === l, lang);
    assert.equal(await page.innerText("h1"), texts[lang]["page.parties"]);
  }
  await page.selectOption(".preferences select >> nth=0", "ru");
  await page.reload();
  await settled(page);
  assert.equal(await page.innerText("h1"), texts.ru["page.parties"]);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

/* Its label, in the reader's language where it has one. */
async function the_banner_says_what_the_charter_says_of_itself(b, centre) {
  for (const [charter, lang, said] of [[undefined, "fr", /une union inventée/], ["collective-security-2020", "ru", /открытые сведения 2020 года/], ["collective-security-2020", "fr", /public facts of 2020/]]) {
    const c = charter ? await Centre.init(undefined, charter) : centre;
    if (charter) await c.start();
    const page = await open(b, c, { lang });
    await show(page, c, "/");
    const banner = await page.innerText(".banner");
    assert.match(banner, said);
    assert.equal(/invent|вымышлен/i.test(banner), !charter, banner);
    await page.context().close();
    if (charter) await c.end();
  }
}

/* The same list of changes, worded by the server for the language that was chosen. */
async function the_charter_says_what_would_change(b, centre) {
  const rules = readFileSync(join(root, "charters/union-of-six.yaml"), "utf8");
  const stricter = join(centre.folder, "stricter.yaml");
  writeFileSync(stricter, rules.replace("facts: {valid_for: P12M,", "facts: {valid_for: P3M,"));
  execFileSync(binary, ["charter", "propose", stricter, "--url", centre.url, "--as", "depositary"]);
  const page = await open(b, centre, { seat: "head@al", width: 390 });
  await show(page, centre, "/charter");
  const said = { en: "from 1 year to 3 months.", ru: "годны: прежде 1 год, теперь 3 месяца.", fr: "valables : auparavant 1 an, désormais 3 mois." };
  for (const lang of languages) {
    await page.selectOption(".preferences select >> nth=0", lang);
    const line = page.locator("section", { hasText: texts[lang]["charter.proposals"] }).locator("li", { hasText: said[lang] });
    await line.waitFor();
    assert.equal(await line.count(), 1);
  }
  assert.deepEqual(page.trouble, []);
  await page.context().close();
}

await run(
  the_banner_says_what_the_charter_says_of_itself,
  every_page_is_right_for_every_seat,
  no_page_is_wider_than_the_window,
  the_navigation_leads_nobody_to_a_closed_door,
  the_language_changes_without_a_reload,
  the_charter_says_what_would_change,
);
