#!/usr/bin/env node
// Every page in every language and theme: axe, no request elsewhere, no text left out, no overflow.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder, Centre, binary, example, languages, open, pages, root, run, settled, show, texts } from "./lib.mjs";

const groups = new Set(Object.keys(texts.en).map((k) => k.slice(0, k.indexOf("."))));

/* What axe finds, in words. */
async function axe(page, rules) {
  let b = new AxeBuilder({ page });
  if (rules) b = b.withRules(rules);
  const { violations } = await b.analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")} (${v.help})`);
}

/* A key of the catalogue on the screen is a text that was not found. */
async function rawKeys(page) {
  const text = await page.evaluate(() => document.body.innerText);
  return (text.match(/\b[a-z][a-z-]*\.[a-z][a-z.-]+\b/g) ?? []).filter((k) => groups.has(k.slice(0, k.indexOf("."))) && !/\.(json|pdf)$/.test(k));
}

async function look(b, centre, lang, seat) {
  const page = await open(b, centre, { lang, seat });
  const wrong = [];
  for (const p of pages) {
    const path = example(p.path);
    await show(page, centre, path);
    const where = `${path} ${lang} ${seat ?? "public"}`;
    wrong.push(...(await axe(page)).map((v) => `${where}: ${v}`));
    await page.emulateMedia({ colorScheme: "dark" });
    wrong.push(...(await axe(page, ["color-contrast"])).map((v) => `${where} dark: ${v}`));
    await page.emulateMedia({ colorScheme: "light" });
    wrong.push(...(await rawKeys(page)).map((k) => `${where}: the text ${k} is not there`));
  }
  wrong.push(...page.trouble);
  await page.context().close();
  assert.deepEqual(wrong, []);
}

/* Three readers at once: the machine has more than one processor. */
async function every_page_is_right_in_every_language(b, centre) {
  const looks = [look(b, centre, "en"), look(b, centre, "ru", "depositary"), look(b, centre, "fr", "head@ha")];
  const wrong = (await Promise.allSettled(looks)).filter((r) => r.status === "rejected");
  assert.equal(wrong.length, 0, wrong.map((r) => r.reason.message).join("\n"));
}

async function no_page_is_wider_than_the_window(b, centre) {
  const wrong = [];
  for (const [width, lang] of [[390, "ru"], [1024, "fr"], [1600, "en"]]) {
    const page = await open(b, centre, { width, lang, seat: "depositary" });
    for (const p of pages) {
      await show(page, centre, example(p.path));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wrong.push(`${p.path} at ${width}: ${over} px too wide`);
    }
    await page.context().close();
  }
  assert.deepEqual(wrong, []);
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
  every_page_is_right_in_every_language,
  no_page_is_wider_than_the_window,
  the_language_changes_without_a_reload,
  the_charter_says_what_would_change,
);
