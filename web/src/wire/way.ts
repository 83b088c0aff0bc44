/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* way.ts: is there a way for sound and pictures to the server?  A real connection is tried. */
import { postJson } from "./api.ts";

const PATIENCE_MS = 8000;

export interface Way {
  by: "udp" | "tcp" | "relay" | "none";
  ms: number; /* there and back */
  server: string; /* where the media are to be reached */
}

async function connected(pc: RTCPeerConnection): Promise<boolean> {
  return new Promise((done) => {
    const look = (): void => {
      if (pc.connectionState === "connected") done(true);
      if (pc.connectionState === "failed") done(false);
    };
    pc.onconnectionstatechange = look;
    setTimeout(() => done(false), PATIENCE_MS);
    look();
  });
}

async function selected(pc: RTCPeerConnection): Promise<Pick<Way, "by" | "ms">> {
  const stats = await pc.getStats();
  let used = "";
  for (const s of stats.values()) if (s.type === "transport") used = (s.selectedCandidatePairId as string) ?? "";
  for (const s of stats.values()) {
    if (s.type !== "candidate-pair" || (used ? s.id !== used : !s.nominated)) continue;
    const local = stats.get(s.localCandidateId as string) as { candidateType?: string; protocol?: string } | undefined;
    return { by: local?.candidateType === "relay" ? "relay" : local?.protocol === "tcp" ? "tcp" : "udp", ms: Math.round(((s.currentRoundTripTime as number) ?? 0) * 1000) };
  }
  return { by: "udp", ms: 0 };
}

/* Throws what request() throws: the server itself is not reached. */
export async function tryWay(): Promise<Way> {
  const t = await postJson<{ me: { token: string }; ice: RTCIceServer[] }>("/api/v1/rooms/check/media", {});
  const pc = new RTCPeerConnection({ iceServers: t.ice });
  const headers = { Authorization: `Bearer ${t.me.token}` };
  let where: string | null = null;
  try {
    pc.addTransceiver("audio", { direction: "recvonly" });
    await pc.setLocalDescription();
    const r = await fetch("/whep/check", { method: "POST", headers: { ...headers, "Content-Type": "application/sdp" }, body: pc.localDescription?.sdp ?? "" });
    if (r.status !== 201) return { by: "none", ms: 0, server: "" };
    where = r.headers.get("Location");
    const sdp = await r.text();
    const server = /a=candidate:\S+ 1 udp \d+ (\S+) (\d+)/.exec(sdp)?.slice(1).join(":") ?? "";
    await pc.setRemoteDescription({ type: "answer", sdp });
    if (!(await connected(pc))) return { by: "none", ms: 0, server };
    return { ...(await selected(pc)), server };
  } finally {
    pc.close();
    if (where) void fetch(where, { method: "DELETE", headers }).catch(() => undefined);
  }
}
