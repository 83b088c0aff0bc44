/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Notices: what was sent to this person by e-mail and what became of it, and where it goes. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MailedRow } from "gen/schema";
import { lang, languages, named, t } from "../i18n.ts";
import { Mark, Part, Rows, To, Trouble, When, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Text, useAttempt, Verify } from "../ui/verify.tsx";
import { getJson, postJson, Refused, request, type Problem } from "../wire/api.ts";
import { demo, seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

interface Where {
  sends: boolean;
  from?: string;
  address?: string;
  language?: string;
  proved?: boolean;
}

const TONES: Record<string, Tone> = { sent: "good", failed: "bad", queued: "wait", sending: "wait", gathering: "none" };

function Language({ value, onChange }: { value: string; onChange: (v: string) => void }): JSX.Element {
  return (
    <label class="field">
      <span class="label">{t("notices.language")}</span>
      <select value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        {languages.map((l) => (
          <option key={l.id} value={l.id} lang={l.id}>
            {l.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Code({ attempt, busy, again }: { attempt: (w: () => Promise<void>) => Promise<void>; busy: boolean; again: () => void }): JSX.Element {
  const [code, setCode] = useState("");
  return (
    <form
      class="act"
      onSubmit={(e) => {
        e.preventDefault();
        void attempt(async () => {
          await postJson("/api/v1/notices/code", { code });
          again();
        });
      }}
    >
      <p>{t("notices.code-note")}</p>
      <Text label={t("notices.code")} value={code} onInput={setCode} />
      <button class="main" disabled={busy}>
        {t("notices.prove")}
      </button>
    </form>
  );
}

function Give({ where, attempt, busy, again }: { where: Where; attempt: (w: () => Promise<void>) => Promise<void>; busy: boolean; again: () => void }): JSX.Element {
  const [address, setAddress] = useState(where.address ?? "");
  const [language, setLanguage] = useState(where.language ?? lang.value);
  return (
    <details class="act-part" open={!where.address}>
      <summary>{where.address ? t("notices.other") : t("notices.give")}</summary>
      <form
        class="act"
        onSubmit={(e) => {
          e.preventDefault();
          void attempt(async () => {
            await postJson("/api/v1/notices/address", { address, language });
            again();
          });
        }}
      >
        <Text label={t("notices.address")} value={address} onInput={setAddress} />
        <Language value={language} onChange={setLanguage} />
        <button class="main" disabled={busy}>
          {t("notices.send-code")}
        </button>
      </form>
    </details>
  );
}

function Address(): JSX.Element {
  const { busy, problem, attempt } = useAttempt();
  const [where, setWhere] = useState<Where | undefined>(undefined);
  const [trouble, setTrouble] = useState<Problem | undefined>(undefined);
  const again = (): void => {
    getJson<Where>("/api/v1/notices").then(setWhere, (e: unknown) => {
      if (e instanceof Refused) setTrouble(e.problem);
      else throw e;
    });
  };
  useEffect(again, []);
  const change = (work: () => Promise<unknown>): void =>
    void attempt(async () => {
      await work();
      again();
    });
  return (
    <Part title={t("notices.where")} note={t("notices.where-note")}>
      {trouble && <Trouble problem={trouble} />}
      {where && !where.sends && <p class="note">{t("notices.none-sent")}</p>}
      {where?.address && (
        <>
          <p>
            <code>{where.address}</code> <Mark tone={where.proved ? "good" : "wait"}>{t(where.proved ? "notices.proved" : "notices.unproved")}</Mark>
          </p>
          <Language value={where.language ?? lang.value} onChange={(language) => change(() => postJson("/api/v1/notices/language", { language }))} />
          {!where.proved && <Code attempt={attempt} busy={busy} again={again} />}
          <p>
            <button type="button" class="quiet" disabled={busy} onClick={() => change(() => request("DELETE", "/api/v1/notices/address"))}>
              {t("notices.forget")}
            </button>
          </p>
        </>
      )}
      {where?.sends && <Give key={where.address ?? ""} where={where} attempt={attempt} busy={busy} again={again} />}
      {problem && <Trouble problem={problem} />}
      {problem?.code === "verify-again" && <Verify done={again} />}
    </Part>
  );
}

function Told({ m }: { m: MailedRow }): JSX.Element {
  return (
    <li>
      <div class="part-head">
        <b>{m.path ? <To href={m.path}>{m.title}</To> : m.title}</b>
        <Mark tone={TONES[m.state] ?? "none"}>{named("value", m.state)}</Mark>
      </div>
      <p class="told">{m.text}</p>
      <p class="meta">
        <When at={m.at} />
        {m.sent && (
          <>
            {" "}
            · {t("notices.sent")} <When at={m.sent} />
          </>
        )}
        {m.next && m.attempts > 0 && (
          <>
            {" "}
            · {t("notices.next")} <When at={m.next} />
          </>
        )}
        {m.urgent && ` · ${t("notices.urgent")}`}
        {m.unsure && ` · ${t("notices.unsure")}`}
      </p>
      {m.reply && m.state !== "sent" && (
        <p class="meta">
          {t("notices.reply")} <code>{m.reply}</code>
        </p>
      )}
    </li>
  );
}

export default function Notices(): JSX.Element {
  const signedIn = Boolean(seat.value);
  const rows = useView("mailed", {}, !signedIn);
  return (
    <>
      <Head view="notices" />
      {!signedIn || demo.value ? <p class="note">{t(demo.value ? "notices.demo" : "part.not-yours")}</p> : <Address />}
      {signedIn && !demo.value && (
        <Part title={t("notices.told")} note={t("notices.told-note")}>
          <Rows of={rows} none={t("notices.nothing")}>
            {(all) => (
              <ul class="cards">
                {all.map((m) => (
                  <Told key={`${m.at} ${m.title}`} m={m} />
                ))}
              </ul>
            )}
          </Rows>
        </Part>
      )}
    </>
  );
}
