#!/usr/bin/env node
// Notices and Feeds in a real centre: an address is proved by the code of its letter, figures are
// fetched from a member's system, and what goes wrong is said on the page and by mail.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer as web } from "node:http";
import { createServer as mail } from "node:net";
import { join } from "node:path";
import { Centre, axe, binary, browser, each, languages, open, root, show, texts, until } from "./lib.mjs";

const en = texts.en;
const day = new Date(Date.now() - 3 * 86400000).toISOString().slice(0, 10);

const listening = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));

/* A mail server of a few lines (RFC 5321): it takes everything. */
async function relay() {
  const letters = [];
  const server = mail((socket) => {
    let text = "";
    let data = false;
    socket.on("error", () => undefined);
    socket.write("220 relay\r\n");
    socket.on("data", (bytes) => {
      text += bytes;
      for (;;) {
        const end = text.indexOf(data ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const said = text.slice(0, end);
        text = text.slice(end + (data ? 5 : 2));
        if (data) letters.push(said);
        if (data || !/^DATA/i.test(said)) socket.write(/^QUIT/i.test(said) ? "221 bye\r\n" : "250 OK\r\n");
        else socket.write("354 go on\r\n");
        data = !data && /^DATA/i.test(said);
      }
    });
  });
  return { letters, server, port: await listening(server) };
}

/* The text of a letter that is one part of text. */
function bodyOf(letter) {
  const [, encoded] = /Content-Transfer-Encoding: base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(letter);
  return Buffer.from(encoded, "base64").toString();
}

async function system() {
  const pages = { "/good.csv": `day,indicator,value\n${day},cases-new,12\n`, "/wrong.csv": `day,indicator,value\n${day},unicorns,1\n` };
  const server = web((request, reply) => reply.writeHead(pages[request.url] ? 200 : 404).end(pages[request.url] ?? ""));
  return { server, url: `http://127.0.0.1:${await listening(server)}` };
}

async function realCentre(port) {
  const c = await Centre.empty("localhost");
  const out = execFileSync(binary, ["init", "--data", c.data, "--charter", join(root, "charters/union-of-six.yaml"), "--administrator", "Ada Keller"]).toString();
  c.link = /\/welcome#\S+/.exec(out)[0];
  await c.start("--origin", c.url, "--mail-relay", `smtp://127.0.0.1:${port}`, "--mail-from", "centre@comity.example", "--mail-retry", "1", "--mail-gather", "1", "--feed-hosts", "127.0.0.1", "--feed-private");
  return c;
}

/* Somebody with a device comes in by a link. */
async function comes(b, c, link) {
  const page = await open(b, c);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  await page.goto(c.url + link);
  await page.getByLabel(en["welcome.device"]).fill("A test device");
  await page.getByRole("button", { name: en["welcome.make"] }).click();
  await page.waitForSelector(".signed");
  return page;
}

const post = (page, path, body) =>
  page.evaluate(async ([p, b]) => {
    const r = await fetch(p, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(b) });
    return { status: r.status, ...(await r.json()) };
  }, [path, body]);

async function head(b, c) {
  const ada = await comes(b, c, c.link);
  const done = await post(ada, "/api/v1/acts", { id: crypto.randomUUID(), kind: "person.invite", subject: "people/ce", body: { name: "Boris Vale", offices: ["head"] } });
  assert.equal(done.status, 201, JSON.stringify(done));
  const { url } = await post(ada, `/api/v1/people/p${done.seq}/link`, {});
  await ada.context().close();
  return comes(b, c, new URL(url).pathname + new URL(url).hash);
}

async function whole(page, c, path) {
  for (const lang of languages) {
    await page.context().addCookies([{ name: "lang", value: lang, url: c.url }]);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await show(page, c, path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${path} in ${lang} is ${wide} wide of ${width}`);
      if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `${path.slice(1)}-${lang}-${width}.png`), fullPage: true });
    }
    assert.deepEqual(await axe(page), [], `${path} in ${lang}`);
  }
  await page.context().addCookies([{ name: "lang", value: "en", url: c.url }]);
}

async function an_address_is_proved_by_the_code_of_its_letter(c, page, { letters }) {
  await show(page, c, "/notices");
  const give = page.locator("details.act-part");
  await give.getByLabel(en["notices.address"]).fill("head@ce");
  await give.getByRole("button", { name: en["notices.send-code"] }).click();
  await page.locator(".trouble").waitFor();
  await give.getByLabel(en["notices.address"]).fill("head@ce.example");
  await give.getByRole("button", { name: en["notices.send-code"] }).click();
  await page.getByText(en["notices.unproved"]).waitFor();
  const [letter] = await until("the letter comes", () => letters.length && letters);
  assert.match(letter, /^To: <head@ce.example>\r$/m);
  const code = /^ {4}(\w{4}-\w{4})\r?$/m.exec(bodyOf(letter))[1];
  await page.getByLabel(en["notices.code"]).fill("AAAA-AAAA");
  await page.getByRole("button", { name: en["notices.prove"] }).click();
  await page.locator(".trouble").waitFor();
  await page.getByLabel(en["notices.code"]).fill(code);
  await page.getByRole("button", { name: en["notices.prove"] }).click();
  await page.getByText(en["notices.proved"]).waitFor();
  await show(page, c, "/notices");
  await page.getByText(en["notices.proved"]).waitFor();
  assert.deepEqual(page.trouble, []);
}

async function figures_are_fetched_and_what_is_wrong_is_said(c, page, { url }) {
  await show(page, c, "/feeds");
  const form = page.locator("form.act");
  const add = async (name, path) => {
    await form.getByLabel(en["feeds.name"]).fill(name);
    await form.getByLabel(en["feeds.url"]).fill(url + path);
    await form.getByRole("button", { name: en["feeds.add"] }).click();
    return page.locator("ul.cards > li", { has: page.getByText(name, { exact: true }) });
  };
  const good = await add("Registry", "/good.csv");
  await good.locator(".mark", { hasText: en["value.taken"] }).waitFor();
  await good.locator('a[href^="/record/"]').waitFor();
  const wrong = await add("Odd registry", "/wrong.csv");
  await wrong.locator(".mark", { hasText: en["value.problems"] }).waitFor();
  await wrong.getByText("unicorns").first().waitFor();
  const gone = await add("Gone registry", "/gone.csv");
  await gone.locator(".mark", { hasText: en["value.failed"] }).waitFor();
  await form.getByLabel(en["feeds.name"]).fill("Elsewhere");
  await form.getByLabel(en["feeds.url"]).fill("https://elsewhere.example/x");
  await form.getByRole("button", { name: en["feeds.add"] }).click();
  await page.locator(".trouble").waitFor();
  await good.getByRole("button", { name: en["feeds.now"] }).click();
  await good.locator(".mark", { hasText: en["value.unchanged"] }).waitFor();
  await whole(page, c, "/feeds");
  await show(page, c, "/feeds");
  await gone.getByRole("button", { name: en["feeds.end"] }).click();
  await gone.waitFor({ state: "detached" });
  assert.deepEqual(page.trouble, []);
}

async function what_was_told_is_listed_with_what_became_of_it(c, page, { letters }) {
  await show(page, c, "/notices");
  const told = page.locator("ul.cards > li", { hasText: "Odd registry" }).first();
  await told.locator(".mark", { hasText: en["value.sent"] }).waitFor();
  await until("it came", () => letters.some((l) => l.includes("Subject:") && bodyOf(l).includes("Odd registry")));
  await whole(page, c, "/notices");
  await show(page, c, "/notices");
  await page.getByRole("button", { name: en["notices.forget"] }).click();
  await page.getByRole("button", { name: en["notices.send-code"] }).waitFor();
  assert.equal(await page.getByText(en["notices.proved"]).count(), 0);
  assert.deepEqual(page.trouble, []);
}

const post_office = await relay();
const member = await system();
const c = await realCentre(post_office.port);
const b = await browser();
const page = await head(b, c);
const failed = await each([an_address_is_proved_by_the_code_of_its_letter, figures_are_fetched_and_what_is_wrong_is_said, what_was_told_is_listed_with_what_became_of_it], c, page, { ...post_office, ...member });
if (failed && process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, "failed.png"), fullPage: true });
await b.close();
await c.end();
for (const { server } of [post_office, member]) server.close();
process.exit(failed ? 1 : 0);
