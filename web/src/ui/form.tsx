/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * form.tsx: the form of an act, made from its description.
 *
 * Before anything is sent the server is asked what would become of it (/api/v1/tries), so
 * that a refusal and its rule are seen before the act is tried.  What is typed survives a
 * reload; the act's id is kept with it, so that sent twice it is done once.
 */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { FormField } from "gen/forms";
import type { Acts } from "gen/schema";
import { named, t } from "../i18n.ts";
import { postAct, postJson, Refused, type Outcome, type Problem } from "../wire/api.ts";
import { dropDraft, keepDraft, newDraft, readDraft, type Draft } from "../wire/draft.ts";
import { useFields } from "../wire/fields.ts";
import { seat, seatText } from "../wire/session.ts";
import { Field } from "./fields.tsx";
import { Mark, To, Trouble, Waiting, Why } from "./parts.tsx";
import { Verify } from "./verify.tsx";

const ASK_MS = 350;

interface Answer {
  outcome?: "done" | "refused";
  problem?: Problem;
}

/* Values as the server takes them: nothing empty, lines without blanks. */
function bodyOf(fields: FormField[], values: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const f of fields) {
    let v = values[f.name];
    if (Array.isArray(v) && f.type === "text") v = v.map((x) => String(x).trim()).filter(Boolean);
    if (v === undefined || v === "") {
      if (f.list && !f.optional) v = [];
      else continue;
    }
    out[f.name] = v;
  }
  return out;
}

async function ask(draft: Draft, { kind, subject, fields }: Described): Promise<Answer> {
  try {
    const r = await postJson<Problem & { outcome: "done" | "refused" }>("/api/v1/tries", { id: draft.id, kind, subject, body: bodyOf(fields, draft.values) });
    return r.outcome === "done" ? { outcome: "done" } : { outcome: "refused", problem: r };
  } catch (e) {
    if (e instanceof Refused) return { problem: e.problem };
    throw e;
  }
}

/* "/body/positions/2/party" is about the field "positions". */
function pointed(p: Problem | undefined): string | undefined {
  return p?.position?.pointer?.split("/")[2];
}

function Foretold({ answer }: { answer: Answer | undefined }): JSX.Element | null {
  if (!answer) return null;
  if (answer.outcome === "done")
    return (
      <p>
        <Mark tone="good">{t("form.would-do")}</Mark>
      </p>
    );
  const p = answer.problem;
  if (!p || p.status === 0) return null;
  if (p.code === "denied" || p.code === "session")
    return (
      <p>
        <Mark tone="none">{t("form.not-yours")}</Mark>
      </p>
    );
  if (answer.outcome !== "refused") return null;
  return (
    <div class="foretold">
      <p>
        <Mark tone="bad">{t("form.would-refuse")}</Mark>
      </p>
      <p>{p.detail}</p>
      {p.rule && <Why rule={p.rule} sources={p.sources} />}
    </div>
  );
}

export interface ActFormProps {
  kind: keyof Acts & string;
  subject: string; /* "party/ol" */
  fixed?: Record<string, unknown>; /* what the page knows already: sent, not shown */
  start?: Record<string, unknown>; /* what the form begins with */
  about?: string; /* what it follows from: each has a draft of its own */
  button?: string;
  done?: (o: Outcome) => void;
  note?: ComponentChildren;
}

type Described = ActFormProps & { fields: FormField[] };

/* Whose draft it is, and of what. */
function draftOf(p: ActFormProps): [kind: string, subject: string, who: string] {
  return [p.kind, p.about ? `${p.subject} ${p.about}` : p.subject, seat.value ? seatText(seat.value) : ""];
}

function useDraft(p: ActFormProps): { draft: Draft; put: (d: Draft) => void; drop: () => void; kept: boolean } {
  const of = draftOf(p);
  const begin = (): Draft => ({ ...newDraft({ ...p.start }), ...readDraft(...of) });
  const [draft, setDraft] = useState<Draft>(begin);
  const key = of.join(" ");
  const old = useRef(key);
  useEffect(() => {
    if (old.current !== key) setDraft(begin());
    old.current = key;
  }, [key]);
  return {
    draft: { ...draft, values: { ...draft.values, ...p.fixed } },
    put: (d) => {
      setDraft(d);
      keepDraft(...of, d);
    },
    drop: () => {
      dropDraft(...of);
      setDraft(newDraft({ ...p.start }));
    },
    kept: readDraft(...of) !== undefined,
  };
}

/* What would become of it, asked again when the typing pauses. */
function useForetold(p: Described, draft: Draft): Answer | undefined {
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const text = JSON.stringify(draft.values);
  useEffect(() => {
    let here = true;
    const timer = setTimeout(() => {
      void ask(draft, p).then((a) => here && setAnswer(a));
    }, ASK_MS);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [text, p.kind, p.subject, seat.value]);
  return answer;
}

export function ActForm(p: ActFormProps): JSX.Element {
  const { fields, problem } = useFields(p.kind);
  if (fields) return <Form {...p} fields={fields} />;
  return problem ? <Trouble problem={problem} /> : <Waiting rows={2} />;
}

function Form(p: Described): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const base = useId();
  const { draft, put, drop, kept } = useDraft(p);
  const answer = useForetold(p, draft);
  const [said, setSaid] = useState<Problem | undefined>(undefined);
  const [done, setDone] = useState<Outcome | undefined>(undefined);
  const busy = useRef(false);
  const [sending, setSending] = useState(false);
  const wrong = pointed(said);

  const send = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setSending(true);
    setSaid(undefined);
    try {
      const o = await postAct(draft.id, p.kind, p.subject, bodyOf(p.fields, draft.values) as unknown as Acts[typeof p.kind]);
      setDone(o);
      drop();
      p.done?.(o);
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      setSaid(e.problem);
      /* A refusal is recorded under this id; what was not answered is asked again under it. */
      if (e.problem.status === 409) put({ ...draft, id: newDraft({}).id });
      const field = pointed(e.problem);
      if (field) document.getElementById(`${base}-${field}`)?.focus();
    } finally {
      busy.current = false;
      setSending(false);
    }
  };

  return (
    <form
      class="act"
      ref={form}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        const invalid = form.current?.querySelector<HTMLElement>(":invalid:not(fieldset)");
        if (invalid) {
          invalid.focus();
          setSaid({ status: 400, code: "incomplete", title: "", detail: t("form.incomplete") });
        } else void send();
      }}
    >
      {p.note && <p class="note">{p.note}</p>}
      {p.fields
        .filter((f) => !(p.fixed && f.name in p.fixed))
        .map((f) => (
          <Field
            key={f.name}
            kind={p.kind}
            field={f}
            id={`${base}-${f.name}`}
            value={draft.values[f.name]}
            wrong={wrong === f.name ? (said?.detail ?? "") : undefined}
            onChange={(v) => {
              setDone(undefined);
              put({ id: draft.id, values: { ...draft.values, [f.name]: v } });
            }}
          />
        ))}
      <div class="send" aria-live="polite">
        <Foretold answer={answer} />
        {said?.code === "verify-again" ? (
          <div class="foretold">
            <p>{t("form.verify-again")}</p>
            <Verify done={() => void send()} />
          </div>
        ) : (
          said && !wrong && <Trouble problem={said} />
        )}
        {done && (
          <p>
            <Mark tone="good">{t("form.done")}</Mark> <To href={`/record/${done.seq}`}>{t("form.act", { n: String(done.seq) })}</To>
          </p>
        )}
        <button class="main" disabled={sending}>
          {sending ? t("form.sending") : (p.button ?? named("do", p.kind))}
        </button>{" "}
        {kept && (
          <button type="button" class="quiet" onClick={drop}>
            {t("form.discard")}
          </button>
        )}
      </div>
    </form>
  );
}

/* A form that opens when asked; open at once where a draft waits. */
export function ActPart(p: ActFormProps): JSX.Element {
  const waiting = readDraft(...draftOf(p)) !== undefined;
  const [open, setOpen] = useState(waiting);
  return (
    <details class="act-part" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        {named("do", p.kind)} {waiting && <span class="new">{t("form.draft")}</span>}
      </summary>
      {open && <ActForm {...p} />}
    </details>
  );
}
