/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* timeline.tsx: spans of days drawn on one line of years; a table says the same in words. */
import type { ComponentChildren, JSX } from "preact";
import { day } from "../format.ts";

export interface Span {
  label: string;
  from: string; /* "1992", "1992-04", "1992-04-18" */
  to?: string | undefined;
  tone?: "plain" | "asleep";
  inner?: Span[];
}

export function dayNumber(partial: string): number {
  const [y = 0, m, d] = partial.slice(0, 10).split("-").map(Number);
  return Date.UTC(y, (m ?? 1) - 1, d ?? 1) / 86400000;
}

/* Round years, at most about eight. */
function ticks(from: number, to: number): number[] {
  const first = new Date(from * 86400000).getUTCFullYear();
  const last = new Date(to * 86400000).getUTCFullYear();
  const step = [1, 2, 5, 10, 20, 50].find((s) => (last - first) / s <= 8) ?? 100;
  const out: number[] = [];
  for (let y = Math.ceil((first + 0.01) / step) * step; y <= last; y += step) out.push(y);
  return out;
}

export function Timeline({ spans, today, label, children }: { spans: Span[]; today: string; label: string; children?: ComponentChildren }): JSX.Element {
  const now = dayNumber(today);
  const start = Math.min(...spans.map((s) => dayNumber(s.from)), now - 365);
  const end = Math.max(now, ...spans.map((s) => (s.to ? dayNumber(s.to) : now)));
  const width = Math.max(1, end - start);
  const at = (n: number): string => `${(((n - start) / width) * 100).toFixed(2)}%`;
  const bar = (s: Span, key: number): JSX.Element => {
    const from = dayNumber(s.from);
    const to = s.to ? dayNumber(s.to) : end;
    return (
      <span
        key={key}
        class={`span ${s.tone ?? "plain"}${s.to ? "" : " goes-on"}`}
        style={{ left: at(from), width: `${(((to - from) / width) * 100).toFixed(2)}%` }}
        title={`${s.label}: ${day(s.from)} – ${s.to ? day(s.to) : "…"}`}
      />
    );
  };
  const lanes = [...new Set(spans.map((s) => s.label))];
  return (
    <figure class="timeline">
      <div role="img" aria-label={label}>
        {lanes.map((lane) => (
          <div class="lane" key={lane}>
            <span class="lane-name">{lane}</span>
            <span class="lane-line">
              {spans.filter((s) => s.label === lane).flatMap((s, i) => [bar(s, i), ...(s.inner ?? []).map((x, k) => bar(x, 1000 * (i + 1) + k))])}
            </span>
          </div>
        ))}
        <div class="lane years">
          <span class="lane-name" />
          <span class="lane-line">
            {ticks(start, end).map((y) => (
              <span key={y} class="tick" style={{ left: at(Date.UTC(y, 0, 1) / 86400000) }}>
                {y}
              </span>
            ))}
          </span>
        </div>
      </div>
      {children && <figcaption>{children}</figcaption>}
    </figure>
  );
}
