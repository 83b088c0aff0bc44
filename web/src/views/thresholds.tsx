/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Thresholds: what is in force, and what another one would have flagged before it is saved. */
import type { ThresholdsRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day } from "../format.ts";
import { named, t } from "../i18n.ts";
import { ActLine } from "../ui/acts.tsx";
import { count } from "../ui/figures.tsx";
import { Mark, Part, Party, Rows, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

type Rule = "ears-c2";
interface Trial {
  baseline: number;
  alpha: number;
  least: number;
  above: number;
  days: number;
}
const fields = ["baseline", "alpha", "least", "above", "days"] as const;

function numbers(r: ThresholdsRow): Trial {
  return { baseline: r.baseline, alpha: r.alpha, least: r.least, above: r.above, days: r.days };
}

/* What it would have flagged, when, how often in vain; only then it can be saved. */
function Replay({ rule, party, indicator, trial }: { rule: string; party: string; indicator: string; trial: Trial }): JSX.Element {
  const place = { ...(party ? { party } : {}), indicator };
  const sum = useView("replay-sum", { ...place, rule: rule as Rule, ...trial });
  const daily = useView("replay", { party: party || "-", indicator, rule: rule as Rule, ...trial }, !party);
  const s = sum.rows?.[0];
  return (
    <Rows of={sum} none={t("thresholds.no-history")} waiting={3}>
      {() => (
        <>
          {s && (
            <p>
              <Mark tone={s.vain * 2 > s.episodes ? "bad" : "info"}>{t("thresholds.episodes", { episodes: String(s.episodes), vain: String(s.vain) })}</Mark> {t("thresholds.flagged", { flagged: String(s.flagged), seen: String(s.days_seen) })} {s.first && t("thresholds.span", { first: day(s.first), last: day(s.last) })}
            </p>
          )}
          {daily.rows && daily.rows.length > 0 && (
            <details>
              <summary>{t("thresholds.begins")}</summary>
              <ul class="todo">
                {daily.rows
                  .filter((r) => r.begins)
                  .slice(-60)
                  .map((r) => (
                    <li key={r.day}>
                      <span>{day(r.day)}</span>
                      {r.vain && <Mark tone="wait">{t("thresholds.vain")}</Mark>}
                    </li>
                  ))}
              </ul>
            </details>
          )}
          {s && <ActLine acts={[{ kind: "threshold.set", subject: "threshold", fixed: { ...place, rule: rule as Rule, ...trial, flagged: s.flagged, vain: s.vain }, start: { enabled: true } }]} />}
        </>
      )}
    </Rows>
  );
}

function Try({ rows }: { rows: ThresholdsRow[] }): JSX.Element {
  const parties = useParties();
  const reporting = useView("reporting", {});
  const [rule, setRule] = useState("ears-c2");
  const [party, setParty] = useState("");
  const [indicator, setIndicator] = useState("cases-new");
  const applied = useView("thresholds", { ...(party ? { party } : {}), indicator });
  const inForce = applied.rows?.find((r) => r.rule === rule);
  const [changed, setChanged] = useState<Partial<Trial>>({});
  const [asked, setAsked] = useState<Trial | undefined>(undefined);
  const trial = inForce && { ...numbers(inForce), ...changed };
  const start = (f: () => void): void => {
    f();
    setChanged({});
    setAsked(undefined);
  };
  return (
    <Part title={t("thresholds.try")} note={t("thresholds.note")}>
      <div class="tools">
        <label>
          {t("thresholds.rule")}{" "}
          <select value={rule} onChange={(e) => start(() => setRule(e.currentTarget.value))}>
            {[...new Set(rows.map((r) => r.rule))].map((r) => (
              <option key={r} value={r}>
                {named("value", r)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("desk.member")}{" "}
          <select value={party} onChange={(e) => start(() => setParty(e.currentTarget.value))}>
            <option value="">{t("thresholds.all")}</option>
            {parties.sorted([...new Set((reporting.rows ?? []).map((r) => r.party))]).map((p) => (
              <option key={p} value={p}>
                {parties.short(p)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("board.indicator")}{" "}
          <select value={indicator} onChange={(e) => start(() => setIndicator(e.currentTarget.value))}>
            {["cases-new", "deaths-new"].map((i) => (
              <option key={i} value={i}>
                {named("value", i)}
              </option>
            ))}
          </select>
        </label>
        {fields.map((f) => (
          <label key={f}>
            {t(`thresholds.${f}`)}{" "}
            <input
              type="number"
              class="figure-input"
              step="any"
              value={trial?.[f] ?? ""}
              onInput={(e) => {
                const v = Number(e.currentTarget.value);
                setAsked(undefined);
                if (e.currentTarget.value && Number.isFinite(v)) setChanged({ ...changed, [f]: v });
              }}
            />
          </label>
        ))}
        <button type="button" class="main" disabled={!trial} onClick={() => setAsked(trial)}>
          {t("thresholds.replay")}
        </button>
      </div>
      {asked && <Replay key={JSON.stringify([rule, party, indicator, asked])} rule={rule} party={party} indicator={indicator} trial={asked} />}
    </Part>
  );
}

export default function Thresholds(): JSX.Element {
  const thresholds = useView("thresholds", {});
  return (
    <>
      <Head view="thresholds" />
      <Rows of={thresholds} none={t("thresholds.none")} waiting={8}>
        {(rows) => (
          <>
            <div class="table" tabIndex={0}>
              <table aria-label={t("thresholds.table")}>
                <thead>
                  <tr>
                    <th scope="col">{t("thresholds.rule")}</th>
                    <th scope="col">{t("desk.member")}</th>
                    <th scope="col">{t("thresholds.raises")}</th>
                    {fields.map((f) => (
                      <th key={f} scope="col">
                        {t(`thresholds.${f}`)}
                      </th>
                    ))}
                    <th scope="col">{t("thresholds.changed")}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((r) => (
                    <tr key={`${r.rule} ${r.party} ${r.indicator}`}>
                      <th scope="row">
                        {named("value", r.rule)} {r.indicator && <small>{named("value", r.indicator)}</small>}
                      </th>
                      <td>{r.party ? <Party id={r.party} plain /> : t("thresholds.all")}</td>
                      <td>{r.enabled ? <Mark tone={r.grade === "deterioration" ? "bad" : "wait"}>{named("value", r.grade)}</Mark> : <Mark tone="none">{t("thresholds.off")}</Mark>}</td>
                      {fields.map((f) => (
                        <td key={f} class="number">
                          {count(r[f])}
                        </td>
                      ))}
                      <td>
                        {r.at ? <When at={r.at} short /> : t("thresholds.default")} {r.reason && <small>{r.reason}</small>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <p class="note">{t("thresholds.units")}</p>
            <Try rows={rows} />
          </>
        )}
      </Rows>
    </>
  );
}
