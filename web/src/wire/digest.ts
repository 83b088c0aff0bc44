/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* digest.ts: SHA-256 of a file, in the browser; the file goes nowhere. */

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

export async function digestOf(data: Blob): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await data.arrayBuffer())));
}
