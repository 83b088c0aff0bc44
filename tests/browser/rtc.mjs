// What tests of media in browsers share: a client of a few lines in the page, the flags of
// Chromium, a path with loss and delay (tests/lib/netpath.py).
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { browser, root } from "./lib.mjs";

/* Few pictures a second: there may be two slow processors for all browsers together. */
export const media = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=8", "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns"];

/* In the page: the few lines that any WHIP or WHEP client has. */
export function client() {
  window.peers = {};

  window.join = async (name, path, token, pc) => {
    window.peers[name] = pc;
    await pc.setLocalDescription();
    await new Promise((done) => {
      if (pc.iceGatheringState === "complete") done();
      pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && done();
    });
    const r = await fetch(path, { method: "POST", headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` }, body: pc.localDescription.sdp });
    if (r.status !== 201) throw new Error(`${r.status} ${await r.text()}`);
    await pc.setRemoteDescription({ type: "answer", sdp: await r.text() });
    return r.headers.get("Location");
  };

  /* Redundant sound (RFC 2198) first, where there is any. */
  const redundant = (t, side) => {
    const all = side.getCapabilities("audio").codecs;
    const red = (c) => c.mimeType === "audio/red";
    t.setCodecPreferences([...all.filter(red), ...all.filter((c) => !red(c))]);
  };

  window.publish = async (room, token, codec, layers, height = 720) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: (height * 16) / 9, height } });
    const pc = new RTCPeerConnection();
    const [video] = stream.getVideoTracks();
    const t = pc.addTransceiver(video, { direction: "sendonly", streams: [stream], sendEncodings: layers });
    redundant(pc.addTransceiver(stream.getAudioTracks()[0], { direction: "sendonly", streams: [stream] }), RTCRtpSender);
    /* A machine that is slow shows fewer pictures, not smaller ones. */
    await t.sender.setParameters({ ...t.sender.getParameters(), degradationPreference: "maintain-resolution" });
    if (codec) t.setCodecPreferences(RTCRtpSender.getCapabilities("video").codecs.filter((c) => c.mimeType === `video/${codec}` || /rtx/.test(c.mimeType)));
    return window.join("out", `/whip/${room}`, token, pc);
  };

  window.view = async (room, token, pairs) => {
    const pc = new RTCPeerConnection();
    for (let i = 0; i < pairs; i++) {
      redundant(pc.addTransceiver("audio", { direction: "recvonly" }), RTCRtpReceiver);
      pc.addTransceiver("video", { direction: "recvonly" });
    }
    pc.ontrack = (e) => {
      const element = document.createElement(e.track.kind);
      element.srcObject = new MediaStream([e.track]);
      element.muted = e.track.kind === "video";
      element.play();
      document.body.append(element);
    };
    return window.join("in", `/whep/${room}`, token, pc);
  };

  window.stats = async (name, type) => [...(await window.peers[name].getStats()).values()].filter((s) => s.type === type);
}

export async function someone(b, centre) {
  const context = await b.newContext();
  const page = await context.newPage();
  await page.goto(`${centre.url}/healthz`);
  await page.evaluate(client);
  return page;
}

export const three = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 400000 },
  { rid: "f", maxBitrate: 1200000 },
];

export const inbound = (page) => page.evaluate(() => window.stats("in", "inbound-rtp"));

/* How many pictures move and how many voices are heard. */
export async function sees(page) {
  const all = await inbound(page);
  return {
    pictures: all.filter((s) => s.kind === "video" && s.framesDecoded > 10).length,
    voices: all.filter((s) => s.kind === "audio" && s.totalAudioEnergy > 0.0001).length,
  };
}

/* A namespace behind a relay; null, with a line said, where none is permitted. */
export class Path {
  static async make(name) {
    const p = new Path();
    p.name = `${name}${process.pid}`.slice(-12);
    p.process = spawn("python3", [join(root, "tests/lib/netpath.py"), p.name], { stdio: ["pipe", "pipe", "inherit"] });
    p.lines = createInterface({ input: p.process.stdout })[Symbol.asyncIterator]();
    const said = await p.line();
    if (said.startsWith("skip: ")) {
      console.log(`skip ${name}: ${said.slice(6)}`);
      return null;
    }
    [, p.near, p.far] = said.split(" ");
    return p;
  }

  async line() {
    return (await this.lines.next()).value ?? "skip: the relay ended";
  }

  async set(what) {
    this.process.stdin.write(`${JSON.stringify(what)}\n`);
    const said = await this.line();
    if (said !== "done") throw new Error(`the relay: ${said}`);
  }

  /* What is served on this machine alone is reached from inside, too, by `near` and that port. */
  async forward(port) {
    this.door = createServer((from) => {
      const to = connect(port, "127.0.0.1");
      for (const [x, y] of [[from, to], [to, from]]) x.on("error", () => y.destroy()).pipe(y);
    });
    await new Promise((done) => this.door.listen(port, this.near, done));
  }

  /* Chromium inside. */
  async browser(...more) {
    this.folder = mkdtempSync(join(tmpdir(), "comity-path-"));
    const program = join(this.folder, "chromium");
    writeFileSync(program, `#!/bin/sh\nexec ip netns exec ${this.name} /usr/bin/chromium "$@"\n`);
    chmodSync(program, 0o755);
    return browser.of(program, ...more);
  }

  async end() {
    const over = new Promise((done) => this.process.once("exit", done));
    this.process.stdin.end();
    await over;
    this.door?.close();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}
