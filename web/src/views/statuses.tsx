/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Statuses: what each needs and gives, whether it is open, files, and the pre-check. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { GatesRow } from "gen/schema";
import { duration } from "../format.ts";
import { named, pick, t } from "../i18n.ts";
import { CriteriaTable, answerTone } from "../ui/criteria.tsx";
import { Day, Instrument, Mark, Part, Party, PartyList, Rows, To, When, Why } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames, useParties } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function Gate({ g }: { g: GatesRow }): JSX.Element {
  const names = useNames();
  const rules = useView("rules", { path: "statuses" });
  const rule = rules.rows?.find((r) => r.path === `statuses/${g.status}`)?.value as { criteria?: string[]; rights?: string[] } | undefined;
  return (
    <li class="status">
      <div class="part-head">
        <h2>{pick(g.text)}</h2>
        <Mark tone={g.open ? "good" : g.instrument ? "wait" : "none"}>{g.open ? t("statuses.open") : g.instrument ? t("statuses.closed") : t("statuses.not-applied-for")}</Mark>
      </div>
      {g.instrument && !g.open && (
        <p>
          {t("statuses.needs")} <Instrument id={g.instrument} />: {t("statuses.deposits", { have: g.deposits, need: g.need })}
          {g.waiting.length > 0 && (
            <>
              {" "}
              {t("statuses.waiting")} <PartyList ids={g.waiting} />
            </>
          )}
        </p>
      )}
      {rule?.criteria && rule.criteria.length > 0 && (
        <p>
          <span class="faint">{t("statuses.criteria")}</span> {rule.criteria.map((c) => names.name("criteria", c)).join("; ")}
        </p>
      )}
      {rule?.rights && (
        <details class="why">
          <summary>{t("statuses.rights", { n: rule.rights.length })}</summary>
          <ul class="bullets">
            {rule.rights.map((r) => (
              <li key={r}>{names.name("rights", r)}</li>
            ))}
          </ul>
        </details>
      )}
      <Why rule={g.rule} sources={g.sources} />
    </li>
  );
}

function Files(): JSX.Element {
  const files = useView("status-files", {});
  const names = useNames();
  return (
    <Part title={t("statuses.files")}>
      <Rows of={files} none={t("statuses.files-none")}>
        {(rows) => (
          <div class="table" tabIndex={0}>
            <table aria-label={t("statuses.files")}>
              <thead>
                <tr>
                  <th scope="col">{t("statuses.file")}</th>
                  <th scope="col">{t("statuses.party")}</th>
                  <th scope="col">{t("statuses.status")}</th>
                  <th scope="col">{t("statuses.state")}</th>
                  <th scope="col" class="wide">
                    {t("statuses.changed")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((f) => (
                  <tr key={f.id}>
                    <th scope="row">
                      <To href={`/statuses/${f.id}`}>{t("part.file", { n: String(f.id) })}</To>
                    </th>
                    <td>
                      <Party id={f.party} />
                    </td>
                    <td>{names.name("statuses", f.status)}</td>
                    <td>
                      <Mark tone={f.state === "granted" ? "good" : f.state === "refused" || f.state === "withdrawn" ? "none" : "wait"}>{named("value", f.state)}</Mark>
                    </td>
                    <td class="wide">
                      <When at={f.changed} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Rows>
    </Part>
  );
}

function Precheck(): JSX.Element {
  const parties = useParties();
  const names = useView("names", {});
  const [party, setParty] = useState("");
  const [status, setStatus] = useState("");
  const check = useView("precheck", { party, status }, !party || !status);
  const found = check.rows?.[0];
  return (
    <Part title={t("statuses.precheck")} note={t("statuses.precheck-note")}>
      <div class="tools">
        <label>
          <span class="label">{t("statuses.party")}</span>
          <select value={party} onChange={(e) => setParty(e.currentTarget.value)}>
            <option value="">{t("statuses.choose")}</option>
            {parties.rows?.map((p) => (
              <option key={p.id} value={p.id}>
                {pick(p.short)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="label">{t("statuses.status")}</span>
          <select value={status} onChange={(e) => setStatus(e.currentTarget.value)}>
            <option value="">{t("statuses.choose")}</option>
            {names.rows
              ?.filter((n) => n.section === "statuses")
              .map((n) => (
                <option key={n.id} value={n.id}>
                  {pick(n.text)}
                </option>
              ))}
          </select>
        </label>
      </div>
      {party && status && (
        <Rows of={check} none={t("statuses.precheck-none")}>
          {() =>
            found && (
              <>
                <p class="badges">
                  <Mark tone={answerTone[found.answer] ?? "none"}>{t(`statuses.would-${found.answer}`)}</Mark>
                  {found.facts_of && (
                    <span>
                      {t("statuses.facts-of")} <Day of={found.facts_of} />
                    </span>
                  )}
                  <span class="faint">{t("statuses.valid-for", { time: duration(found.valid_for) })}</span>
                  {!found.gate_open && <Mark tone="wait">{t("statuses.gate-closed")}</Mark>}
                </p>
                <CriteriaTable cells={found.cells} />
              </>
            )
          }
        </Rows>
      )}
    </Part>
  );
}

export default function Statuses(): JSX.Element {
  const gates = useView("gates", {});
  return (
    <>
      <Head view="statuses" />
      <Rows of={gates} none={t("statuses.none")}>
        {(rows) => (
          <ul class="cards">
            {rows.map((g) => (
              <Gate key={g.status} g={g} />
            ))}
          </ul>
        )}
      </Rows>
      {seat.value && <Precheck />}
      {seat.value && <Files />}
    </>
  );
}
