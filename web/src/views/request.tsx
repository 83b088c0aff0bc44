/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One request for help: its lines, the offers, and every step with the time since the one before. */
import type { AssistanceOffersRow } from "gen/schema";
import type { JSX } from "preact";
import { day, duration, shortInstant } from "../format.ts";
import { lang, named, t, valueOf } from "../i18n.ts";
import { ActLine, ActParts } from "../ui/acts.tsx";
import { count } from "../ui/figures.tsx";
import { Actor, Mark, Missing, Part, Party, Rows, To, When, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { TrailLink } from "../ui/trail.tsx";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";
import { Gap, helpTone } from "./help.tsx";

const offerTone: Record<string, Tone> = { submitted: "wait", countered: "wait", reconfirm: "wait", accepted: "info", committed: "info", departed: "info", arrived: "good", released: "none" };

/* "PT4H20M" between two instants. */
function since(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60000);
  const d = Math.floor(minutes / 1440);
  const h = Math.floor((minutes % 1440) / 60);
  const m = minutes % 60;
  return `P${d ? `${d}D` : ""}${h || m || !d ? `T${h ? `${h}H` : ""}${m || !h ? `${m}M` : ""}` : ""}`;
}

function Offer({ offer, asker }: { offer: AssistanceOffersRow; asker: boolean }): JSX.Element {
  const subject = `offer/${offer.id}`;
  const asks = { submitted: ["assistance.accept", "assistance.counter", "assistance.decline"], countered: ["assistance.decline"], reconfirm: ["assistance.decline"], accepted: ["assistance.still-needed"], committed: ["assistance.still-needed"], departed: ["assistance.arrive"], arrived: ["assistance.release"] } as const;
  const gives = { submitted: ["assistance.retract"], countered: ["assistance.confirm-offer", "assistance.retract"], reconfirm: ["assistance.confirm-offer", "assistance.retract"], accepted: ["assistance.commit"], committed: ["assistance.depart"] } as const;
  const table: Record<string, readonly ("assistance.accept" | "assistance.counter" | "assistance.decline" | "assistance.still-needed" | "assistance.arrive" | "assistance.release" | "assistance.retract" | "assistance.confirm-offer" | "assistance.commit" | "assistance.depart")[]> = asker ? asks : gives;
  return (
    <li>
      <span>
        <Mark tone={offerTone[offer.state] ?? "none"}>{named("value", offer.state)}</Mark> {t("help.item")} {offer.line}: <b>{count(offer.quantity)}</b> · {valueOf("terms", offer.terms)} · {day(offer.ready)}
        {offer.accepted !== undefined && ` · ${t("help.accepted")} ${count(offer.accepted)}`}
        {offer.arrived !== undefined && ` · ${t("help.arrived")} ${count(offer.arrived)}`}
      </span>
      {offer.state === "submitted" && <span class="meta">{t("help.until", { when: shortInstant(offer.until) })}</span>}
      {offer.text && <span class="meta">{offer.text}</span>}
      {offer.asked && <span class="meta">{offer.asked}</span>}
      <span class="meta">
        <TrailLink from="offer" id={offer.id} />
      </span>
      <ActLine acts={[...(table[offer.state] ?? []).map((kind) => ({ kind, subject })), { kind: "assistance.cost" as const, subject }]} />
    </li>
  );
}

export default function Request({ id }: { id: string }): JSX.Element {
  const n = Number(id);
  const request = useView("assistance-request", { id: n });
  const gap = useView("gap", { request: n });
  const offers = useView("assistance-offers", { request: n });
  const steps = useView("assistance-steps", { request: n });
  const r = request.rows?.[0];
  if (!r)
    return (
      <>
        <Head view="request" />
        <Missing problem={request.problem} none={t("help.absent")} waiting={8} />
      </>
    );
  const subject = `request/${r.id}`;
  const asker = seat.value?.party === r.party;
  const over = r.state === "closed" || r.state === "withdrawn";
  const begin = steps.rows?.[0]?.at;
  return (
    <>
      <Head view="request" title={r.title} />
      <p class="badges">
        <Mark tone={helpTone[r.state] ?? "none"}>{named("value", r.state)}</Mark>
        <span>
          <Party id={r.party} /> → <Party id={r.to} />
        </span>
        {r.kind !== "actual" && <Mark tone="info">{named("value", r.kind)}</Mark>}
      </p>
      <p class="links">
        <TrailLink from="assistance" id={r.id} /> {r.consultation && <To href={`/consultations#c${r.consultation}`}>{named("value", "consultation")}</To>}
        <a href={`/api/v1/requests/${r.id}/paper?language=${lang.value}`}>{t("help.print")}</a>
      </p>
      <dl class="facts">
        <dt>{t("help.event")}</dt>
        <dd>
          {r.event} {r.reason}
        </dd>
        <dt>{t("help.contact")}</dt>
        <dd>{r.contact}</dd>
      </dl>
      <Part title={t("help.gap")}>
        <Rows of={gap} none={t("help.gap-none")}>
          {(rows) => <Gap rows={rows} link={false} />}
        </Rows>
      </Part>
      <div class="columns">
        <div>
          <Part title={t("help.offers")}>
            <Rows of={offers} none={t("help.offers-none")}>
              {(rows) => (
                <ul class="todo">
                  {rows.map((o) => (
                    <Offer key={o.id} offer={o} asker={asker} />
                  ))}
                </ul>
              )}
            </Rows>
          </Part>
          <ActParts
            acts={
              asker
                ? [...(over ? [] : [{ kind: "assistance.change" as const, subject }, { kind: "assistance.close" as const, subject }, { kind: "assistance.withdraw" as const, subject }]), ...(r.asker_agrees ? [] : [{ kind: "assistance.agree-summary" as const, subject }])]
                : [...(over ? [] : [{ kind: "assistance.acknowledge" as const, subject }, { kind: "assistance.offer" as const, subject }, { kind: "assistance.cannot" as const, subject }]), ...(r.giver_agrees ? [] : [{ kind: "assistance.agree-summary" as const, subject }])]
            }
          />
        </div>
        <div>
          <Part title={t("help.steps")}>
            <Rows of={steps} none={t("help.offers-none")}>
              {(rows) => (
                <ol class="trail">
                  {rows.map((s) => (
                    <li key={s.seq}>
                      <b>{named("value", s.step)}</b> {s.quantity !== undefined && count(s.quantity)} {s.text}
                      <span class="meta">
                        <When at={s.at} short /> · <Actor office={s.office} party={s.party} /> {begin && s.at !== begin && <>· {t("help.after", { d: duration(since(begin, s.at)) })}</>}
                      </span>
                    </li>
                  ))}
                </ol>
              )}
            </Rows>
          </Part>
        </div>
      </div>
    </>
  );
}
