/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * captions.tsx: what is being said, in writing.  A person writes it (who serves the room); it is
 * shown to those inside and kept nowhere.
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { request } from "../wire/api.ts";
import { listen } from "../wire/events.ts";
import { Trouble } from "./parts.tsx";
import { useAttempt } from "./verify.tsx";

const LINES = 3;

export function Captions({ room, may, shown }: { room: number; may: boolean; shown: boolean }): JSX.Element | null {
  const [lines, setLines] = useState<{ n: number; text: string }[]>([]);
  const [draft, setDraft] = useState("");
  const { busy, problem, attempt } = useAttempt();
  useEffect(
    () =>
      listen((m) => {
        if (m.type === "room" && m.room === room && m.event === "caption") setLines((l) => [...l, { n: (l.at(-1)?.n ?? 0) + 1, text: m.text ?? "" }].slice(-LINES));
      }),
    [room],
  );
  if (!shown) return null; /* what is said meanwhile is there when it is shown again */
  const send = (e: Event): void => {
    e.preventDefault();
    const text = draft.trim();
    if (!text) return;
    void attempt(async () => {
      await request("POST", `/api/v1/rooms/${room}/caption`, { text });
      setDraft("");
    });
  };
  return (
    <section class="captions" aria-label={t("meeting.captions")}>
      {lines.map((l) => (
        <p key={l.n}>{l.text}</p>
      ))}
      {!lines.length && <p class="none">{t("meeting.captions-none")}</p>}
      {may && (
        <form onSubmit={send}>
          <label>
            <span class="sr">{t("meeting.caption-write")}</span>
            <input type="text" value={draft} maxLength={140} placeholder={t("meeting.caption-write")} onInput={(e) => setDraft(e.currentTarget.value)} />
          </label>
          <button type="submit" disabled={busy || !draft.trim()}>
            {t("meeting.caption-send")}
          </button>
        </form>
      )}
      {problem && <Trouble problem={problem} />}
    </section>
  );
}
