/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal, type Signal } from "@preact/signals";

/* Whether a media query holds, as it changes. */
export function media(query: string): Signal<boolean> {
  const m = matchMedia(query);
  const s = signal(m.matches);
  m.addEventListener("change", () => (s.value = m.matches));
  return s;
}

export const narrow = media("(max-width: 47.99rem)");
