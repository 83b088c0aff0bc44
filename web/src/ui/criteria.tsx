/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* criteria.tsx: the criteria of a status, and what the facts say of each. */
import type { JSX } from "preact";
import type { Cell } from "gen/schema";
import { named, pick, t } from "../i18n.ts";
import { Day, Mark, PartyList, Why, type Tone } from "./parts.tsx";

export const answerTone: Record<string, Tone> = { pass: "good", fail: "bad", unknown: "wait", stale: "wait", "not-applicable": "none", judgement: "info" };

export function CriteriaTable({ cells }: { cells: Cell[] }): JSX.Element {
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("part.criteria")}>
        <thead>
          <tr>
            <th scope="col">{t("part.criterion")}</th>
            <th scope="col">{t("part.answer")}</th>
            <th scope="col">{t("part.shown-by")}</th>
            <th scope="col" class="wide">
              {t("part.why")}
            </th>
          </tr>
        </thead>
        <tbody>
          {cells.map((c) => (
            <tr key={c.criterion}>
              <th scope="row">{pick(c.text)}</th>
              <td>
                <Mark tone={answerTone[c.answer] ?? "none"}>{named("value", c.answer)}</Mark>
                {c.missing.length > 0 && (
                  <div class="meta">
                    {t("part.missing")} <PartyList ids={c.missing} />
                  </div>
                )}
              </td>
              <td>
                {c.date && <Day of={c.date} />} <span class="faint">{c.source && (/^[0-9a-f]{64}$/.test(c.source) ? <code>{c.source.slice(0, 12)}…</code> : c.source)}</span>
              </td>
              <td class="wide">
                <Why rule={c.rule} sources={c.sources} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
