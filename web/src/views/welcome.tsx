/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Welcome: an invited person makes the key by which they will be known.  The token stands
 * behind the # of the link, which no server ever sees in an address.
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { t } from "../i18n.ts";
import { Part, Trouble, Waiting, When } from "../ui/parts.tsx";
import { Qr } from "../ui/qr.tsx";
import { Head } from "../ui/shell.tsx";
import { Text, useAttempt } from "../ui/verify.tsx";
import { postJson, Refused, type Problem } from "../wire/api.ts";
import { makePasskey } from "../wire/passkey.ts";
import { accept, seatOf, type Session } from "../wire/session.ts";
import { useNames, useParties } from "../wire/names.ts";
import { seatLabel } from "../ui/seats.tsx";

interface Invitation {
  person: string;
  name: string;
  party?: string;
  offices: string[];
  passwords: boolean;
  until: string;
}

function useInvitation(token: string): { invitation: Invitation | undefined; problem: Problem | undefined } {
  const [invitation, setInvitation] = useState<Invitation | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  useEffect(() => {
    if (!token) return;
    postJson<Invitation>("/api/v1/invitation", { token }).then(setInvitation, (e: unknown) => {
      if (e instanceof Refused) setProblem(e.problem);
      else throw e;
    });
  }, [token]);
  return { invitation, problem };
}

function ByPassword({ token, done }: { token: string; done: (s: Session) => void }): JSX.Element {
  const { busy, problem, attempt } = useAttempt();
  const [secret, setSecret] = useState<{ challenge: string; secret: string; uri: string } | undefined>(undefined);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  return (
    <details class="act-part" onToggle={(e) => e.currentTarget.open && !secret && void attempt(async () => setSecret(await postJson("/api/v1/invitation/code", { token })))}>
      <summary>{t("welcome.by-password")}</summary>
      {secret && (
        <form
          class="act"
          onSubmit={(e) => {
            e.preventDefault();
            void attempt(async () => done(await postJson<Session>("/api/v1/invitation/password", { token, challenge: secret.challenge, password, code })));
          }}
        >
          <p>{t("welcome.scan")}</p>
          <Qr text={secret.uri} label={t("welcome.qr")} />
          <p>
            <code>{secret.secret}</code>
          </p>
          <Text label={t("part.password")} hint={t("welcome.password-hint")} type="password" auto="new-password" value={password} onInput={setPassword} />
          <Text label={t("part.code")} hint={t("part.code-hint")} auto="one-time-code" value={code} onInput={setCode} />
          <button class="main" disabled={busy}>
            {t("welcome.begin")}
          </button>
        </form>
      )}
      {problem && <Trouble problem={problem} />}
    </details>
  );
}

function Found({ token, i }: { token: string; i: Invitation }): JSX.Element {
  const { route } = useLocation();
  const { busy, problem, attempt } = useAttempt();
  const names = useNames();
  const parties = useParties();
  const [name, setName] = useState("");
  const done = (s: Session): void => {
    accept(s);
    history.replaceState(null, "", "/welcome"); /* the token is spent */
    route("/");
  };
  return (
    <>
      <dl class="facts">
        <dt>{t("welcome.for")}</dt>
        <dd>{i.name}</dd>
        <dt>{t("welcome.offices")}</dt>
        <dd>{i.offices.map((o) => seatLabel(names, parties, seatOf(i.party && !o.includes("@") ? `${o}@${i.party}` : o))).join("; ")}</dd>
        <dt>{t("welcome.until")}</dt>
        <dd>
          <When at={i.until} />
        </dd>
      </dl>
      <Part title={t("welcome.passkey")} note={t("welcome.passkey-note")}>
        <form
          class="act"
          onSubmit={(e) => {
            e.preventDefault();
            void attempt(async () => done(await makePasskey<Session>("/api/v1/invitation/passkey", { token, name })));
          }}
        >
          <Text label={t("welcome.device")} hint={t("welcome.device-hint")} value={name} onInput={setName} />
          <button class="main" disabled={busy}>
            {t("welcome.make")}
          </button>
        </form>
        {problem && <Trouble problem={problem} />}
        {i.passwords && <ByPassword token={token} done={done} />}
      </Part>
    </>
  );
}

export default function Welcome(): JSX.Element {
  const [token] = useState(location.hash.slice(1));
  const { invitation, problem } = useInvitation(token);
  return (
    <>
      <Head view="welcome" />
      {!token ? <p class="note">{t("welcome.no-token")}</p> : problem ? <Trouble problem={problem} /> : invitation ? <Found token={token} i={invitation} /> : <Waiting />}
    </>
  );
}
