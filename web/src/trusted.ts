/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* trusted.ts: the only address of code that is not a module of this build's import map. */
import address from "./wire/stream_worker.ts?sharedworker&url";

interface Policy {
  createScriptURL(url: string): string;
}
interface Factory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

export function workerAddress(): string {
  const types = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  return types ? types.createPolicy("comity", { createScriptURL: (url) => (url === address ? url : "") }).createScriptURL(address) : address;
}
