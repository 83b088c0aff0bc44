/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The daily report: each indicator beside what was said of the days before; or a file, looked at first. */
import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { addDays, day } from "../format.ts";
import { named, t } from "../i18n.ts";
import { count } from "../ui/figures.tsx";
import { Mark, Nothing, Part, To, Trouble, Waiting } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { newId, postAct, Refused, request, type Problem } from "../wire/api.ts";
import { useMonitoring } from "../wire/monitoring.ts";
import { useParties } from "../wire/names.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

interface Cell {
  indicator: string;
  area?: string;
  day: string;
  value?: number;
  of?: number;
  state?: "not-reported" | "not-available";
}

interface Said {
  form: string;
  layout?: string;
  blocking: number;
  told: number;
  problems: { blocks: boolean; row?: number; column?: string; heading?: string; text: string }[];
  cells: (Cell & { party: string })[];
}

const PORTION = 2000;

/* Post these figures; the same ids again after a lost answer. */
function useSubmit(party: string): { send: (cells: Cell[], source: string, reason: string) => Promise<number[]>; problem: Problem | undefined; busy: boolean } {
  const ids = useRef(new Map<string, string>());
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const send = async (cells: Cell[], source: string, reason: string): Promise<number[]> => {
    if (busy) return [];
    setBusy(true);
    setProblem(undefined);
    const done: number[] = [];
    try {
      for (let i = 0; i < cells.length; i += PORTION) {
        const some = cells.slice(i, i + PORTION);
        const key = JSON.stringify([some, source, reason]);
        const id = ids.current.get(key) ?? newId();
        ids.current.set(key, id);
        const o = await postAct(id, "report.submit", `party/${party}`, { cells: some, ...(source ? { source } : {}), ...(reason ? { reason } : {}) } as never);
        done.push(o.seq);
      }
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      if (e.problem.status === 409) ids.current.clear();
      setProblem(e.problem);
    } finally {
      setBusy(false);
    }
    return done;
  };
  return { send, problem, busy };
}

function Line(props: { party: string; indicator: string; on: string; value: string; put: (v: string) => void }): JSX.Element {
  const id = useId();
  const series = useView("series", { party: props.party, indicator: props.indicator });
  const before = series.rows?.filter((r) => r.day < props.on).at(-1);
  const now = series.rows?.find((r) => r.day === props.on);
  return (
    <tr>
      <th scope="row">
        <label for={id}>{named("value", props.indicator)}</label>
      </th>
      <td class="number">
        {before ? (
          <>
            {before.state ? named("value", before.state) : count(before.value)} <small>{day(before.day)}</small>
          </>
        ) : (
          "–"
        )}
      </td>
      <td class="number">{now ? (now.state ? named("value", now.state) : count(now.value)) : <span class="faint">{t("report.nothing-yet")}</span>}</td>
      <td>
        <input id={id} class="figure-input" inputMode="numeric" autocomplete="off" value={props.value} pattern="\s*|[0-9 ]+|n/a" onInput={(e) => props.put(e.currentTarget.value)} />
      </td>
    </tr>
  );
}

function Entry({ party, today }: { party: string; today: string }): JSX.Element {
  const monitoring = useMonitoring();
  const [on, setOn] = useState(addDays(today, -1));
  const [values, setValues] = useState<Record<string, string>>({});
  const [source, setSource] = useState("");
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<number[]>([]);
  const submit = useSubmit(party);
  const base = useId();
  const cells = Object.entries(values).flatMap(([indicator, text]): Cell[] => {
    const v = text.replace(/\s/g, "");
    if (!v) return [];
    return v === "n/a" ? [{ indicator, day: on, state: "not-available" }] : /^\d+$/.test(v) ? [{ indicator, day: on, value: Number(v) }] : [];
  });
  const wrong = Object.values(values).some((text) => !/^(\s*|[0-9 ]+|n\/a)$/.test(text));
  return (
    <form
      class="act"
      onSubmit={(e) => {
        e.preventDefault();
        if (!wrong && cells.length)
          void submit.send(cells, source, reason).then((seqs) => {
            setDone(seqs);
            if (seqs.length) setValues({});
          });
      }}
    >
      <div class="tools">
        <label>
          {t("report.day")} <input type="date" max={today} value={on} onInput={(e) => setOn(e.currentTarget.value || on)} />
        </label>
        <span class="meta">{t("report.empty-note")}</span>
      </div>
      {monitoring.sets.map((s) => (
        <fieldset key={s.id}>
          <legend>{named("value", s.id)}</legend>
          <div class="table" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("board.indicator")}</th>
                  <th scope="col">{t("report.before")}</th>
                  <th scope="col">{t("report.stands")}</th>
                  <th scope="col">{day(on)}</th>
                </tr>
              </thead>
              <tbody>
                {s.indicators.map((i) => (
                  <Line key={i} party={party} indicator={i} on={on} value={values[i] ?? ""} put={(v) => setValues({ ...values, [i]: v })} />
                ))}
              </tbody>
            </table>
          </div>
        </fieldset>
      ))}
      <div class="field">
        <label class="label" for={`${base}-s`}>
          {t("report.source")}
        </label>
        <input id={`${base}-s`} type="text" maxLength={300} value={source} onInput={(e) => setSource(e.currentTarget.value)} />
      </div>
      <div class="field">
        <label class="label" for={`${base}-r`}>
          {t("report.reason")}
        </label>
        <p class="hint">{t("report.reason-hint")}</p>
        <input id={`${base}-r`} type="text" maxLength={2000} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />
      </div>
      <div class="send" aria-live="polite">
        {wrong && <Mark tone="bad">{t("report.wrong")}</Mark>}
        {submit.problem && <Trouble problem={submit.problem} />}
        <Done seqs={done} />
        <button class="main" disabled={submit.busy || wrong || !cells.length}>
          {t("report.send", { n: cells.length })}
        </button>
      </div>
    </form>
  );
}

function Done({ seqs }: { seqs: number[] }): JSX.Element | null {
  if (!seqs.length) return null;
  return (
    <p>
      <Mark tone="good">{t("form.done")}</Mark>{" "}
      {seqs.map((n) => (
        <To key={n} href={`/record/${n}`}>
          {t("form.act", { n: String(n) })}
        </To>
      ))}
    </p>
  );
}

/* A file or what was pasted: first what it says, then the report. */
function FromFile({ party }: { party: string }): JSX.Element {
  const [said, setSaid] = useState<Said | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [source, setSource] = useState("");
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<number[]>([]);
  const submit = useSubmit(party);
  const base = useId();
  const look = async (body: Blob | string): Promise<void> => {
    setProblem(undefined);
    setSaid(undefined);
    setDone([]);
    try {
      const r = await request("POST", `/api/v1/intake?party=${encodeURIComponent(party)}`, body);
      setSaid((await r.json()) as Said);
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      setProblem(e.problem);
    }
  };
  return (
    <div>
      <p class="note">{t("report.file-note")}</p>
      <div class="tools">
        <label>
          {t("report.file")}{" "}
          <input
            type="file"
            accept=".csv,.tsv,.txt,.xlsx,.json,.xml"
            onChange={(e) => {
              const f = e.currentTarget.files?.[0];
              if (f) {
                setSource(f.name);
                void look(f);
              }
            }}
          />
        </label>
      </div>
      <div class="field">
        <label class="label" for={`${base}-p`}>
          {t("report.paste")}
        </label>
        <textarea id={`${base}-p`} rows={4} onInput={(e) => e.currentTarget.value.trim() && void look(e.currentTarget.value)} />
      </div>
      {problem && <Trouble problem={problem} />}
      {said && (
        <>
          <p>
            <Mark tone={said.blocking ? "bad" : "good"}>{t("report.found", { n: said.cells.length })}</Mark> {said.blocking > 0 && t("report.blocking", { n: said.blocking })}
          </p>
          {said.problems.length > 0 && (
            <div class="table" tabIndex={0}>
              <table aria-label={t("report.problems")}>
                <thead>
                  <tr>
                    <th scope="col">{t("report.row")}</th>
                    <th scope="col">{t("report.column")}</th>
                    <th scope="col">{t("report.problem")}</th>
                  </tr>
                </thead>
                <tbody>
                  {said.problems.map((p, i) => (
                    <tr key={i}>
                      <th scope="row" class="number">
                        {p.row ?? ""}
                      </th>
                      <td>
                        {p.column} {p.heading && <small>{p.heading}</small>}
                      </td>
                      <td>
                        <Mark tone={p.blocks ? "bad" : "info"}>{p.text}</Mark>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {!said.blocking && said.cells.length > 0 && (
            <>
              <div class="field">
                <label class="label" for={`${base}-s`}>
                  {t("report.source")}
                </label>
                <input id={`${base}-s`} type="text" maxLength={300} value={source} onInput={(e) => setSource(e.currentTarget.value)} />
              </div>
              <div class="field">
                <label class="label" for={`${base}-r`}>
                  {t("report.reason")}
                </label>
                <input id={`${base}-r`} type="text" maxLength={2000} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />
              </div>
              <div class="send" aria-live="polite">
                {submit.problem && <Trouble problem={submit.problem} />}
                <button
                  type="button"
                  class="main"
                  disabled={submit.busy || done.length > 0}
                  onClick={() => {
                    const cells = said.cells.map(({ party: _, ...c }) => c);
                    void submit.send(cells, source, reason).then(setDone);
                  }}
                >
                  {t("report.send", { n: said.cells.length })}
                </button>
              </div>
            </>
          )}
          <Done seqs={done} />
        </>
      )}
    </div>
  );
}

export default function Report(): JSX.Element {
  const parties = useParties();
  const reporting = useView("reporting", {});
  const mine = seat.value?.party;
  const [party, setParty] = useState("");
  const whose = mine ?? party;
  const choices = [...new Set(reporting.rows?.map((r) => r.party) ?? [])];
  /* Of the centre: a browser may be wrong about the day. */
  const today = reporting.at.slice(0, 10);
  return (
    <>
      <Head view="report" title={whose ? `${named("page", "report")}: ${parties.short(whose)}` : named("page", "report")} />
      {!mine && (
        <div class="tools">
          <label>
            {t("desk.member")}{" "}
            <select value={party} onChange={(e) => setParty(e.currentTarget.value)}>
              <option value="">{t("form.choose")}</option>
              {parties.sorted(choices).map((p) => (
                <option key={p} value={p}>
                  {parties.short(p)}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {whose && !today ? (
        reporting.problem ? <Trouble problem={reporting.problem} /> : <Waiting rows={8} />
      ) : whose ? (
        <div class="columns">
          <Part title={t("report.by-hand")}>
            <Entry key={whose} party={whose} today={today} />
          </Part>
          <Part title={t("report.from-file")}>
            <FromFile key={whose} party={whose} />
          </Part>
        </div>
      ) : (
        <Nothing>{t("report.choose")}</Nothing>
      )}
    </>
  );
}
