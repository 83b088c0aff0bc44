// Debian's Firefox ESR, driven through WebDriver BiDi by the same library as Chromium; its
// authenticator of software through Marionette, for which BiDi has no command.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { freePort, root, until } from "./lib.mjs";
import { join } from "node:path";

const path = "/usr/bin/firefox-esr";

/* Why it can't be driven here, or nothing. */
export function firefoxMissing() {
  return existsSync(path) ? undefined : "firefox-esr is not installed (tools/setup.sh test)";
}

const preferences = {
  // The reader's theme and taste for movement are the browser's, not the context's: ESR has no command for them.
  "ui.prefersReducedMotion": 1,
  // A camera and a microphone that need no device and ask nobody.
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  // A connection to the server of this machine shows its own address, and may be on the loopback.
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  // Passkeys of software, nothing that waits for a touch.
  "security.webauth.webauthn_enable_softtoken": true,
  "security.webauth.webauthn_enable_usbtoken": false,
  // No request but the pages' own.
  "app.update.enabled": false,
  "browser.safebrowsing.provider.mozilla.updateURL": "",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

/* A browser; `authenticate(browser)` gives it passkeys.  `prefs` are about:config. */
export async function firefox({ theme = "light", prefs = {} } = {}) {
  const { firefox: type } = createRequire(join(root, "web/package.json"))("playwright-core");
  const port = await freePort();
  const b = await type.launch({
    channel: "moz-firefox",
    executablePath: path,
    headless: true,
    args: ["--marionette"],
    firefoxUserPrefs: { ...preferences, "marionette.port": port, "layout.css.prefers-color-scheme.content-override": theme === "dark" ? 0 : 1, ...prefs },
  });
  b.marionette = port;
  return b;
}

/* Marionette: a length, a colon, [0, id, command, parameters]; answers are [1, id, error, result]. */
class Marionette {
  static async to(port) {
    const m = new Marionette();
    m.waiting = new Map();
    m.rest = Buffer.alloc(0);
    m.last = 0;
    m.socket = await until("Marionette listens", async () => {
      const s = connect(port, "127.0.0.1");
      return once(s, "connect").then(
        () => s,
        () => undefined,
      );
    });
    m.socket.on("data", (d) => m.read(d));
    return m;
  }

  read(data) {
    this.rest = Buffer.concat([this.rest, data]);
    for (;;) {
      const colon = this.rest.indexOf(":");
      const length = Number(this.rest.subarray(0, colon).toString());
      if (colon < 0 || this.rest.length < colon + 1 + length) return;
      const message = JSON.parse(this.rest.subarray(colon + 1, colon + 1 + length).toString());
      this.rest = this.rest.subarray(colon + 1 + length);
      // Its greeting is no answer.
      if (Array.isArray(message)) this.waiting.get(message[1])?.(message);
    }
  }

  async ask(command, parameters = {}) {
    const id = ++this.last;
    const answer = new Promise((done) => this.waiting.set(id, done));
    const text = JSON.stringify([0, id, command, parameters]);
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    const [, , error, result] = await answer;
    this.waiting.delete(id);
    if (error) throw new Error(`${command}: ${error.message}`);
    return result;
  }
}

/* Passkeys for every page of this browser, made and used without a question: ES256, and the
 * person is always there. */
export async function authenticate(b) {
  const m = await Marionette.to(b.marionette);
  const r = await m.ask("WebAuthn:AddVirtualAuthenticator", {
    protocol: "ctap2_1",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserConsenting: true,
    isUserVerified: true,
  });
  b.on("disconnected", () => m.socket.destroy());
  return r.value ?? r;
}
