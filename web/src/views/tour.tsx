/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tour: four stories of the Union of Six, walked through by doing them. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t, type Key } from "../i18n.ts";
import { GATE, steps, type State, type Step } from "../tour/steps.ts";
import { ActForm } from "../ui/form.tsx";
import { Mark, Nothing, Part, To, Waiting } from "../ui/parts.tsx";
import { seatLabel } from "../ui/seats.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames, useParties } from "../wire/names.ts";
import { demo, seat, seatOf, seatText, takeSeat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

/* Steps seen done, kept in this browser: another seat may not see the file that shows it. */
function seenDone(id: string): boolean {
  return localStorage.getItem(`tour:${id}`) === "done";
}

/* The act that was the last when the tour began here. */
function since(seq: number): number {
  const kept = localStorage.getItem("tour:since");
  if (!kept) localStorage.setItem("tour:since", String(seq));
  return kept ? Number(kept) : seq;
}

function useTour(): { state: State | undefined; here: boolean } {
  const instrument = useView("instrument", { id: GATE });
  const parties = useView("parties", { all: true });
  const files = useView("status-files", {}, !seat.value);
  const refused = useView("record", { outcome: "refused", limit: 100 }, !seat.value);
  if (!parties.rows || (!instrument.rows && !instrument.problem)) return { state: undefined, here: true };
  if (!instrument.rows?.[0]) return { state: undefined, here: false };
  const from = since(parties.seq);
  return {
    here: true,
    state: { instrument: instrument.rows[0], parties: parties.rows, files: files.rows ?? [], refused: (refused.rows ?? []).filter((r) => r.seq > from), today: parties.at.slice(0, 10) },
  };
}

function Now({ step, state }: { step: Step; state: State }): JSX.Element {
  const names = useNames();
  const parties = useParties();
  const sits = seat.value !== undefined && seatText(seat.value) === step.seat;
  const form = step.form(state);
  if (!sits)
    return (
      <button type="button" class="main" onClick={() => void takeSeat(seatOf(step.seat))}>
        {t("tour.sit", { seat: seatLabel(names, parties, seatOf(step.seat)) })}
      </button>
    );
  if (!form) return <Waiting rows={2} />;
  return <ActForm key={step.id} {...form} />;
}

function Line({ step, state, now, done }: { step: Step; state: State; now: boolean; done: boolean }): JSX.Element {
  const at = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (now && at.current && at.current.getBoundingClientRect().top > innerHeight) at.current.scrollIntoView({ block: "center" });
  }, [now]);
  return (
    <li ref={at} class={now ? "tour-step now" : "tour-step"} aria-current={now ? "step" : undefined} data-step={step.id}>
      <p>
        {done ? <Mark tone="good">{t("tour.done")}</Mark> : now ? <Mark tone="info">{t("tour.now")}</Mark> : <Mark tone="none">{t("tour.later")}</Mark>} {t(step.text)}
      </p>
      {now && <Now step={step} state={state} />}
    </li>
  );
}

const stories = ["S1", "S2", "S3", "S4"] as const;

export default function Tour(): JSX.Element {
  const { state, here } = useTour();
  const done = state ? steps.filter((s) => seenDone(s.id) || s.done(state)) : [];
  for (const s of done) localStorage.setItem(`tour:${s.id}`, "done");
  const now = steps.find((s) => !done.includes(s));
  return (
    <>
      <Head view="tour" />
      {!demo.value || !here ? (
        <Nothing>{t("tour.not-here")}</Nothing>
      ) : !state ? (
        <Waiting rows={6} />
      ) : (
        <>
          <p class="note" role="status">
            {now ? t("tour.progress", { n: done.length, all: steps.length }) : t("tour.finished")}
          </p>
          {stories.map((story) => (
            <Part key={story} title={t(`tour.${story}` as Key)} note={t(`tour.${story}-note` as Key)}>
              <ol class="tour">
                {steps
                  .filter((s) => s.story === story)
                  .map((s) => (
                    <Line key={s.id} step={s} state={state} now={s === now} done={done.includes(s)} />
                  ))}
              </ol>
            </Part>
          ))}
          <p class="links">
            <To href={`/instruments/${GATE}`}>{t("tour.see-instrument")}</To>
            <To href="/statuses">{t("tour.see-statuses")}</To>
            <To href="/record">{t("tour.see-record")}</To>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                steps.forEach((s) => localStorage.removeItem(`tour:${s.id}`));
                localStorage.removeItem("tour:since");
                location.reload();
              }}
            >
              {t("tour.again")}
            </button>
          </p>
        </>
      )}
    </>
  );
}
