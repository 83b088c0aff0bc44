/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* People: an administrator's own: invited, given offices, reset, ended. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PeopleRow } from "gen/schema";
import { lang, languages, named, t } from "../i18n.ts";
import { ActPart } from "../ui/form.tsx";
import { Day, Mark, Part, Party, Rows, Trouble, When } from "../ui/parts.tsx";
import { Qr } from "../ui/qr.tsx";
import { seatLabel } from "../ui/seats.tsx";
import { Head } from "../ui/shell.tsx";
import { Text, useAttempt } from "../ui/verify.tsx";
import { postJson } from "../wire/api.ts";
import { useNames, useParties } from "../wire/names.ts";
import { seat, seatOf, session } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

function Link({ id }: { id: string }): JSX.Element {
  const { busy, problem, attempt } = useAttempt();
  const [link, setLink] = useState<{ url: string; until: string } | undefined>(undefined);
  return (
    <div>
      <button type="button" disabled={busy} onClick={() => void attempt(async () => setLink(await postJson(`/api/v1/people/${id}/link`, {})))}>
        {t("people.link")}
      </button>
      {problem && <Trouble problem={problem} />}
      {link && (
        <div class="verdict identical">
          <p>{t("people.link-note")}</p>
          <p>
            <code>{link.url}</code>
          </p>
          <Qr text={link.url} label={t("people.qr")} />
          <p class="meta">
            {t("people.until")} <When at={link.until} />
          </p>
        </div>
      )}
    </div>
  );
}

/* The link by e-mail: it is made when the letter goes out, and nobody here sees it. */
function ByMail({ id }: { id: string }): JSX.Element {
  const { busy, problem, attempt } = useAttempt();
  const [address, setAddress] = useState("");
  const [language, setLanguage] = useState<string>(lang.value);
  const [sent, setSent] = useState("");
  return (
    <details class="act-part">
      <summary>{t("people.by-mail")}</summary>
      <form
        class="act"
        onSubmit={(e) => {
          e.preventDefault();
          void attempt(async () => {
            await postJson(`/api/v1/people/${id}/mail`, { address, language });
            setSent(address);
          });
        }}
      >
        <Text label={t("people.address")} value={address} onInput={setAddress} />
        <label class="field">
          <span class="label">{t("people.language")}</span>
          <select value={language} onChange={(e) => setLanguage(e.currentTarget.value)}>
            {languages.map((l) => (
              <option key={l.id} value={l.id} lang={l.id}>
                {l.name}
              </option>
            ))}
          </select>
        </label>
        <button class="main" disabled={busy}>
          {t("people.send")}
        </button>
      </form>
      {sent && <p role="status">{t("people.on-its-way", { address: sent })}</p>}
      {problem && <Trouble problem={problem} />}
    </details>
  );
}

function Person({ p }: { p: PeopleRow }): JSX.Element {
  const names = useNames();
  const parties = useParties();
  const subject = `person/${p.id}`;
  const alive = p.state === "invited" || p.state === "active";
  return (
    <li class="person">
      <div class="part-head">
        <b>{p.name ?? p.id}</b>
        <Mark tone={p.state === "active" ? "good" : p.state === "invited" ? "wait" : "none"}>{named("value", p.state)}</Mark>
      </div>
      <p>
        {p.party && <Party id={p.party} />} {p.offices.map((o) => seatLabel(names, parties, seatOf(o))).join("; ")}
        {p.administrator && ` · ${t("people.administrator")}`}
      </p>
      <p class="meta">
        {t("people.passkeys", { n: p.passkeys })} · {t("people.made")} <When at={p.made} />
        {p.hold && (
          <>
            {" "}
            · {t("people.hold")} <When at={p.hold} />
          </>
        )}
      </p>
      {session.value?.administrator && alive && (
        <>
          <Link id={p.id} />
          {p.state === "invited" && <ByMail id={p.id} />}
          <ActPart kind="person.assign" subject={subject} start={{ offices: p.offices }} />
          {p.party && <ActPart kind="person.accredit" subject={subject} />}
          {p.party && <ActPart kind="person.recall" subject={subject} />}
          <ActPart kind="person.reset" subject={subject} />
          <ActPart kind="person.end" subject={subject} />
        </>
      )}
      {session.value?.administrator && p.state === "ended" && <ActPart kind="person.erase" subject={subject} />}
    </li>
  );
}

/* Who speaks for a party in a body. */
function Delegations(): JSX.Element {
  const names = useNames();
  const parties = useParties();
  const rows = useView("delegations", {}, !seat.value);
  return (
    <Part title={t("people.delegations")} note={t("people.delegations-note")}>
      <Rows of={rows} none={t("people.delegations-none")}>
        {(all) => (
          <ul class="cards">
            {all.map((d) => (
              <li key={`${d.person} ${d.body}`}>
                <b>{d.name ?? d.person}</b> · {names.name("bodies", d.body)}
                <p>
                  <Party id={d.party} /> {d.offices.map((o) => seatLabel(names, parties, seatOf(o))).join("; ")}
                </p>
                <p class="meta">
                  <Day of={d.from} />
                  {d.until && (
                    <>
                      {" – "}
                      <Day of={d.until} />
                    </>
                  )}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Rows>
    </Part>
  );
}

export default function People(): JSX.Element {
  const people = useView("people", {}, !seat.value);
  return (
    <>
      <Head view="people" />
      {session.value?.administrator && (
        <Part title={t("people.invite")} note={t("people.invite-note")}>
          <ActPart kind="person.invite" subject={`people/${seat.value?.party ?? "organisation"}`} />
        </Part>
      )}
      {!seat.value ? (
        <p class="note">{t("part.not-yours")}</p>
      ) : (
        <Rows of={people} none={t("people.none")}>
          {(rows) => (
            <ul class="cards">
              {rows.map((p) => (
                <Person key={p.id} p={p} />
              ))}
            </ul>
          )}
        </Rows>
      )}
      {seat.value && <Delegations />}
    </>
  );
}
