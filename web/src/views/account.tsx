/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Account: one's own passkeys, tokens for programs, and the way out. */
import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { acts } from "gen/forms";
import { useLocation } from "preact-iso";
import { lang, named, t } from "../i18n.ts";
import { Mark, Nothing, Part, Trouble, Waiting, When } from "../ui/parts.tsx";
import { seatLabel } from "../ui/seats.tsx";
import { Head } from "../ui/shell.tsx";
import { Text, useAttempt, Verify } from "../ui/verify.tsx";
import { getJson, postJson, Refused, request, type Problem } from "../wire/api.ts";
import { useMay } from "../wire/may.ts";
import { useNames, useParties } from "../wire/names.ts";
import { listPasskeys, makePasskey, type Passkey } from "../wire/passkey.ts";
import { demo, seat, seatOf, session, signOut } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function useList<T>(read: () => Promise<T[]>): { rows: T[] | undefined; problem: Problem | undefined; again: () => void } {
  const [rows, setRows] = useState<T[] | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const again = (): void => {
    read().then(setRows, (e: unknown) => {
      if (e instanceof Refused) setProblem(e.problem);
      else throw e;
    });
  };
  useEffect(again, []);
  return { rows, problem, again };
}

function Passkeys(): JSX.Element {
  const list = useList(listPasskeys);
  const { busy, problem, attempt } = useAttempt();
  const [name, setName] = useState("");
  const change = (work: () => Promise<unknown>): void =>
    void attempt(async () => {
      await work();
      list.again();
    });
  const rename = (k: Passkey): void => {
    const to = prompt(t("account.rename"), k.name);
    if (to) change(() => postJson(`/api/v1/passkeys/${k.id}`, { name: to }));
  };
  return (
    <Part title={t("account.passkeys")} note={t("account.passkeys-note")}>
      {list.problem ? (
        <Trouble problem={list.problem} />
      ) : !list.rows ? (
        <Waiting rows={2} />
      ) : (
        <ul class="todo">
          {list.rows.map((k) => (
            <li key={k.id}>
              <span>
                <b>{k.name}</b> <span class="meta">{t("account.made")} <When at={k.made} />{k.used && <> · {t("account.used")} <When at={k.used} /></>}</span>
              </span>
              <span>
                <button type="button" class="quiet" onClick={() => rename(k)}>
                  {t("account.rename")}
                </button>
                {(list.rows?.length ?? 0) > 1 && (
                  <button type="button" class="quiet" onClick={() => change(() => request("DELETE", `/api/v1/passkeys/${k.id}`))}>
                    {t("account.remove")}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {problem && <Trouble problem={problem} />}
      <details class="act-part">
        <summary>{t("account.add")}</summary>
        <form
          class="act"
          onSubmit={(e) => {
            e.preventDefault();
            change(() => makePasskey("/api/v1/passkeys", { name }));
          }}
        >
          <Text label={t("account.device")} value={name} onInput={setName} />
          <button class="main" disabled={busy}>
            {t("account.add")}
          </button>
        </form>
      </details>
    </Part>
  );
}

interface Token {
  id: string;
  name: string;
  kinds: string[];
  made: string;
  until: string;
  used?: string;
}

function Tokens(): JSX.Element {
  const base = useId();
  const list = useList(async () => (await getJson<{ tokens: Token[] }>("/api/v1/tokens")).tokens);
  const { busy, problem, attempt } = useAttempt();
  const [name, setName] = useState("");
  const may = useMay();
  const [kinds, setKinds] = useState<string[]>([]);
  const offered = Object.keys(acts)
    .filter(may)
    .sort((a, b) => named("act", a).localeCompare(named("act", b), lang.value));
  const [made, setMade] = useState("");
  return (
    <Part title={t("account.tokens")} note={t("account.tokens-note")}>
      {list.rows?.length === 0 && <Nothing>{t("account.tokens-none")}</Nothing>}
      <ul class="todo">
        {list.rows?.map((k) => (
          <li key={k.id}>
            <span>
              <b>{k.name}</b>{" "}
              <span class="meta">
                {k.kinds.map((x) => named("act", x)).join(", ")} · {t("account.ends")} <When at={k.until} />
              </span>
            </span>
            <button
              type="button"
              class="quiet"
              onClick={() =>
                void attempt(async () => {
                  await request("DELETE", `/api/v1/tokens/${k.id}`);
                  list.again();
                })
              }
            >
              {t("account.revoke")}
            </button>
          </li>
        ))}
      </ul>
      {made && (
        <div class="verdict identical">
          <p>{t("account.token-once")}</p>
          <code>{made}</code>
        </div>
      )}
      {problem && <Trouble problem={problem} />}
      <details class="act-part">
        <summary>{t("account.new-token")}</summary>
        <form
          class="act"
          onSubmit={(e) => {
            e.preventDefault();
            void attempt(async () => {
              const r = await postJson<{ token: string }>("/api/v1/tokens", { name, kinds, days: 90 });
              setMade(r.token);
              list.again();
            });
          }}
        >
          <Text label={t("account.token-name")} value={name} onInput={setName} />
          <div class="field" role="group" aria-labelledby={`${base}-kinds`} aria-describedby={`${base}-hint`}>
            <span class="label" id={`${base}-kinds`}>
              {t("account.kinds")}
            </span>
            <p class="hint" id={`${base}-hint`}>
              {t("account.kinds-hint")}
            </p>
            <div class="several">
              {offered.map((k) => (
                <label key={k}>
                  <input type="checkbox" checked={kinds.includes(k)} onChange={(e) => setKinds(e.currentTarget.checked ? [...kinds, k] : kinds.filter((x) => x !== k))} />
                  {named("act", k)}
                </label>
              ))}
            </div>
          </div>
          <button class="main" disabled={busy || !kinds.length}>
            {t("account.new-token")}
          </button>
        </form>
      </details>
    </Part>
  );
}

interface Session {
  id: string;
  device?: string;
  seat: string;
  made: string;
  seen: string;
  current: boolean;
}

/* Where one is signed in: each ended alone, or all of them. */
function Sessions({ left }: { left: () => void }): JSX.Element {
  const names = useNames();
  const parties = useParties();
  const list = useList(async () => (await getJson<{ sessions: Session[] }>("/api/v1/sessions")).sessions);
  const { busy, problem, attempt } = useAttempt();
  const end = (s: Session): void =>
    void attempt(async () => {
      await request("DELETE", `/api/v1/sessions/${s.id}`);
      list.again();
    });
  const endAll = (): void =>
    void attempt(async () => {
      await request("DELETE", "/api/v1/sessions");
      await signOut();
      left();
    });
  return (
    <Part title={t("account.sessions")} note={t("account.sessions-note")}>
      {list.problem && <Trouble problem={list.problem} />}
      {!list.rows && !list.problem && <Waiting rows={2} />}
      <ul class="todo sessions">
        {list.rows?.map((s) => (
          <li key={s.id}>
            <span>
              <b>{s.device ?? t("account.device-unknown")}</b> {s.current && <Mark tone="good">{t("account.this-one")}</Mark>}{" "}
              <span class="meta">
                {seatLabel(names, parties, seatOf(s.seat))} · {t("account.since")} <When at={s.made} /> · {t("account.used")} <When at={s.seen} />
              </span>
            </span>
            {!s.current && (
              <button type="button" class="quiet" disabled={busy} onClick={() => end(s)}>
                {t("account.end-session")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem && <Trouble problem={problem} />}
      <button type="button" disabled={busy} onClick={endAll}>
        {t("account.end-all")}
      </button>
    </Part>
  );
}

export default function Account(): JSX.Element {
  const { route } = useLocation();
  const names = useNames();
  const parties = useParties();
  const s = session.value;
  const [verifying, setVerifying] = useState(false);
  useView("parties", { all: true });
  return (
    <>
      <Head view="account" />
      {!seat.value ? (
        <p>
          <a href="/signin">{named("page", "signin")}</a>
        </p>
      ) : (
        <>
          <dl class="facts">
            {s?.name && (
              <>
                <dt>{t("account.name")}</dt>
                <dd>{s.name}</dd>
              </>
            )}
            <dt>{t("account.seat")}</dt>
            <dd>{seatLabel(names, parties, seat.value)}</dd>
            {s?.hold && (
              <>
                <dt>{t("account.hold")}</dt>
                <dd>
                  <Mark tone="wait">
                    <When at={s.hold} />
                  </Mark>
                </dd>
              </>
            )}
          </dl>
          {!demo.value && (
            <>
              <Passkeys />
              <Sessions left={() => route("/")} />
              <Tokens />
              {verifying ? (
                <Verify done={() => setVerifying(false)} />
              ) : (
                <button type="button" onClick={() => setVerifying(true)}>
                  {t("account.verify")}
                </button>
              )}{" "}
            </>
          )}
          <button type="button" onClick={() => void signOut().then(() => route("/"))}>
            {t("account.sign-out")}
          </button>
        </>
      )}
    </>
  );
}
