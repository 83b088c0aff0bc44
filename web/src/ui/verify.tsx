/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify.tsx: prove who one is: by passkey, or by password with a code where that is allowed. */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { postJson, Refused, type Problem } from "../wire/api.ts";
import { answerPasskey } from "../wire/passkey.ts";
import { accept, session, type Session } from "../wire/session.ts";
import { Mark, Trouble } from "./parts.tsx";

/* What went wrong, in words; a closed dialogue of the browser is no error. */
export function useAttempt(): { busy: boolean; problem: Problem | undefined; attempt: (work: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (e) {
      if (e instanceof Refused) setProblem(e.problem);
      else if (e instanceof DOMException) setProblem({ status: 400, code: e.name, title: "", detail: t("part.passkey-closed") });
      else throw e;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, attempt };
}

export function Text(p: { label: string; hint?: string; type?: "text" | "password"; optional?: boolean; value: string; auto?: string; onInput: (v: string) => void }): JSX.Element {
  const id = useId();
  const common = {
    id,
    required: !p.optional,
    value: p.value,
    ...(p.hint ? { "aria-describedby": `${id}-hint` } : {}),
    autocomplete: (p.auto ?? "off") as "off",
    onInput: (e: { currentTarget: HTMLInputElement }) => p.onInput(e.currentTarget.value),
  };
  return (
    <div class="field">
      <label class="label" for={id}>
        {p.label}
      </label>
      {p.hint && (
        <p class="hint" id={`${id}-hint`}>
          {p.hint}
        </p>
      )}
      {p.type === "password" ? <input type="password" {...common} /> : <input type="text" {...common} />}
    </div>
  );
}

export function Verify({ done }: { done: (s: Session) => void }): JSX.Element {
  const { busy, problem, attempt } = useAttempt();
  const [person, setPerson] = useState(session.value?.person ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const site = session.value?.site;
  const finish = (s: Session): void => {
    accept(s);
    done(s);
  };
  return (
    <div class="verify">
      {site ? (
        <button type="button" class="main" disabled={busy} onClick={() => void attempt(async () => finish(await answerPasskey()))}>
          {t("part.by-passkey")}
        </button>
      ) : (
        <p>
          <Mark tone="wait">{t("part.no-passkeys-here")}</Mark>
        </p>
      )}
      {problem && <Trouble problem={problem} />}
      <details class="act-part">
        <summary>{t("part.by-password")}</summary>
        <form
          class="act"
          onSubmit={(e) => {
            e.preventDefault();
            void attempt(async () => finish(await postJson<Session>("/api/v1/session/password", { person, password, code })));
          }}
        >
          <Text label={t("part.person")} hint={t("part.person-hint")} value={person} auto="username" onInput={setPerson} />
          <Text label={t("part.password")} type="password" value={password} auto="current-password" onInput={setPassword} />
          <Text label={t("part.code")} hint={t("part.code-hint")} value={code} auto="one-time-code" onInput={setCode} />
          <button class="main" disabled={busy}>
            {t("part.sign-in")}
          </button>
        </form>
      </details>
    </div>
  );
}
