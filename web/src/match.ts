/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* match.ts: which page stands at an address; "/parties/:id" gives {id}. */

export interface Matched<P> {
  page: P;
  params: Record<string, string>;
}

function fits(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split("/").filter(Boolean);
  const have = path.split("/").filter(Boolean);
  if (want.length !== have.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const given = have[i] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(given);
    else if (part !== given) return undefined;
  }
  return params;
}

export function match<P extends { path: string }>(pages: P[], path: string): Matched<P> | undefined {
  for (const page of pages) {
    const params = fits(page.path, path);
    if (params) return { page, params };
  }
  return undefined;
}
