/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One alert: what was flagged, what was done, and what this seat can do now. */
import type { JSX } from "preact";
import { instant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { ActParts } from "../ui/acts.tsx";
import { count, decimal } from "../ui/figures.tsx";
import { Actor, Day, Mark, Part, Party, PartyList, Rows, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { TrailLink } from "../ui/trail.tsx";
import { useAreas } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

function Signals({ id }: { id: number }): JSX.Element {
  const signals = useView("alert-signals", { alert: id });
  return (
    <Part title={t("alert.signals")}>
      <Rows of={signals} none={t("alert.no-signals")}>
        {(rows) => (
          <div class="table" tabIndex={0}>
            <table aria-label={t("alert.signals")}>
              <thead>
                <tr>
                  <th scope="col">{t("board.day")}</th>
                  <th scope="col">{t("figures.rule")}</th>
                  <th scope="col">{t("figures.value")}</th>
                  <th scope="col">{t("alert.bound")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((s) => (
                  <tr key={`${s.rule} ${s.day}`}>
                    <th scope="row" class="number">
                      <Day of={s.day} />
                    </th>
                    <td>{named("value", s.rule)}</td>
                    <td class="number">{count(s.value)}</td>
                    <td class="number">{decimal(s.bound, 1)}</td>
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

function Steps({ id }: { id: number }): JSX.Element {
  const steps = useView("alert-steps", { alert: id });
  return (
    <Part title={t("alert.steps")}>
      <Rows of={steps} none={t("alert.no-steps")}>
        {(rows) => (
          <ol class="stream">
            {rows.map((s, i) => (
              <li key={i}>
                <span class="meta">
                  <When at={s.at} short /> · <Actor office={s.office} party={s.party} />
                </span>
                <b>{named("value", s.step)}</b> {s.text}
              </li>
            ))}
          </ol>
        )}
      </Rows>
    </Part>
  );
}

export default function Alert({ id }: { id: string }): JSX.Element {
  const parties = useParties();
  const alerts = useView("alerts", {});
  const area = useAreas();
  const held = useView("consultations", {}).rows?.filter((c) => String(c.alert) === id);
  const a = alerts.rows?.find((r) => String(r.id) === id);
  if (!a)
    return (
      <>
        <Head view="alert" />
        <Rows of={{ rows: alerts.rows && [], problem: alerts.problem }} none={t("alert.absent")} waiting={8}>
          {() => null}
        </Rows>
      </>
    );
  const subject = `alert/${a.id}`;
  return (
    <>
      <Head view="alert" title={`${parties.short(a.party)}: ${named("value", a.indicator)}`} />
      <p class="badges">
        <span>
          <Party id={a.party} /> {area(a.party, a.area)}
        </span>
        <Mark tone={a.grade === "deterioration" ? "bad" : "wait"}>{named("value", a.grade)}</Mark>
        <Mark tone={a.state === "closed" ? "none" : "info"}>{named("value", a.state)}</Mark>
        {a.state === "open" && <Mark tone={a.overdue ? "bad" : "wait"}>{t("alerts.verify-by", { when: instant(a.verify_due) })}</Mark>}
        {a.outcome && <Mark tone="info">{named("value", a.outcome)}</Mark>}
        {a.participants.length > 0 && <PartyList ids={a.participants} />}
      </p>
      <p class="links">
        {a.state !== "closed" && <a href={`/consultations?alert=${a.id}`}>{t("alert.consult")}</a>}
        {a.outcome === "assist" && <a href="/help">{named("do", "assistance.request")}</a>}
        <To href={`/figures/${a.party}/${a.indicator}${a.area ? `?area=${a.area}` : ""}`}>{t("alert.figures")}</To>
        <TrailLink from="alert" id={a.id} />
        <a href={`/api/v1/alerts/${a.id}/cap`}>{t("alert.cap")}</a>
      </p>
      {held && held.length > 0 && (
        <p>
          {t("alert.consultations")}:{" "}
          {held.map((c) => (
            <To key={c.id} href={`/consultations#c${c.id}`}>
              {c.title}
            </To>
          ))}
        </p>
      )}
      <div class="columns">
        <div>
          <Signals id={a.id} />
        </div>
        <div>
          <Steps id={a.id} />
        </div>
      </div>
      <ActParts
        acts={[
          { kind: "alert.verify", subject },
          { kind: "alert.assess", subject },
          { kind: "alert.characterise", subject },
          { kind: "alert.conclude", subject },
          { kind: "alert.annotate", subject },
        ]}
      />
    </>
  );
}
