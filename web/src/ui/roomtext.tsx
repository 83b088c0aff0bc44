/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roomtext.tsx: the text channel of a room. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { getJson, postJson } from "../wire/api.ts";
import { listen } from "../wire/events.ts";
import { useNames, useParties } from "../wire/names.ts";
import { Trouble, When } from "./parts.tsx";
import { seatLabel } from "./seats.tsx";
import { useAttempt } from "./verify.tsx";

interface Text {
  number: number;
  at: string;
  person: string;
  party?: string;
  office: string;
  text: string;
}

export function RoomText({ room, may }: { room: number; may: boolean }): JSX.Element {
  const [texts, setTexts] = useState<Text[]>([]);
  const [draft, setDraft] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const { busy, problem, attempt } = useAttempt();
  const names = useNames();
  const parties = useParties();

  useEffect(() => {
    const read = (): void => void getJson<{ texts: Text[] }>(`/api/v1/rooms/${room}/text`).then((r) => setTexts(r.texts), () => setTexts([]));
    read();
    return listen((m) => {
      if ((m.type === "room" && m.room === room && m.event === "text") || m.type === "live" || m.type === "resync") read();
    });
  }, [room]);

  /* The newest is in view, but for a reader who has gone back. */
  const atEnd = useRef(true);
  useEffect(() => {
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [texts]);

  const send = (e: Event): void => {
    e.preventDefault();
    const text = draft.trim();
    if (!text) return;
    void attempt(async () => {
      await postJson(`/api/v1/rooms/${room}/text`, { text });
      setDraft("");
    });
  };
  return (
    <section class="room-text" aria-label={t("meeting.text")}>
      <h2>{t("meeting.text")}</h2>
      {!texts.length && <p class="note">{t("meeting.text-none")}</p>}
      <ol ref={list} aria-live="polite" tabIndex={texts.length ? 0 : undefined} aria-label={t("meeting.text")} onScroll={(e) => (atEnd.current = e.currentTarget.scrollTop + e.currentTarget.clientHeight >= e.currentTarget.scrollHeight - 8)}>
        {texts.map((x) => (
          <li key={x.number}>
            <span class="meta">
              {seatLabel(names, parties, { office: x.office, ...(x.party ? { party: x.party } : {}) })} · <When at={x.at} />
            </span>
            <p>{x.text}</p>
          </li>
        ))}
      </ol>
      {may && (
        <form onSubmit={send}>
          <label>
            <span class="sr">{t("meeting.write")}</span>
            <input type="text" value={draft} maxLength={1000} placeholder={t("meeting.write")} onInput={(e) => setDraft(e.currentTarget.value)} />
          </label>
          <button type="submit" disabled={busy || !draft.trim()}>
            {t("meeting.send")}
          </button>
        </form>
      )}
      {problem && <Trouble problem={problem} />}
    </section>
  );
}
