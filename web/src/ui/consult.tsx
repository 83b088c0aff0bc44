/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* consult.tsx: what a consultation starts from, and the room that it is held in. */
import type { ConsultationsRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { newId, postAct } from "../wire/api.ts";
import { useMay } from "../wire/may.ts";
import { useNames } from "../wire/names.ts";
import { readView, useView } from "../wire/view.ts";
import { Spark } from "./figures.tsx";
import { Mark, To, Trouble } from "./parts.tsx";
import { useAttempt } from "./verify.tsx";

/* The figures of an alert as they were known at a moment; later reports do not touch them. */
export function Evidence({ alert, at }: { alert: number; at: string | undefined }): JSX.Element | null {
  const a = useView("alerts", {}).rows?.find((r) => r.id === alert);
  const series = useView("series", { party: a?.party ?? "", indicator: a?.indicator ?? "", ...(a?.area ? { area: a.area } : {}), ...(at ? { as_of: at } : {}) }, !a);
  const signals = useView("alert-signals", { alert }).rows?.filter((s) => !at || s.at <= at);
  if (!a || !series.rows?.length) return null;
  const days = series.rows.slice(-28);
  const last = days.at(-1);
  const words = t("consultations.evidence-words", { n: String(days.length), last: `${day(last?.day)}: ${last?.new ?? last?.value ?? "–"}`, signals: String(signals?.length ?? 0) });
  return (
    <figure class="evidence">
      <figcaption class="note">
        {t(at ? "consultations.evidence" : "consultations.evidence-now")} {at && <Mark tone="info">{t("consultations.as-of", { when: shortInstant(at) })}</Mark>}
      </figcaption>
      <Spark points={days.map((r) => ({ day: r.day, value: r.new ?? r.value }))} label={words} /> <To href={`/figures/${a.party}/${a.indicator}${a.area ? `?area=${a.area}` : ""}`}>{named("value", a.indicator)}</To> <small>{words}</small>
    </figure>
  );
}

/* One click: the consultation is opened, and its room for those who take part. */
export function OpenRoom({ c }: { c: ConsultationsRow }): JSX.Element | null {
  const may = useMay();
  const names = useNames();
  const charter = useView("names", {}).rows ?? [];
  const rooms = useView("rooms", { all: true });
  const { busy, problem, attempt } = useAttempt();
  const bodies = charter.filter((r) => r.section === "bodies").map((r) => r.id);
  const channels = charter.filter((r) => r.section === "channels" && r.id !== "telephone").map((r) => r.id);
  const [body, setBody] = useState(c.body ?? "");
  const [channel, setChannel] = useState(c.channel ?? "");
  const held = rooms.rows?.filter((r) => r.consultation === c.id) ?? [];
  const open = held.find((r) => r.state !== "closed");
  if (open)
    return (
      <p>
        <a class="button main" href={`/rooms/${open.id}`}>
          {t("consultations.enter-room")}
        </a>
      </p>
    );
  if (!may("room.open") || (c.state !== "called" && c.state !== "open")) return null;
  const start = async (): Promise<void> => {
    const asked = await readView("consultation-parties", { id: c.id });
    if (c.state === "called") await postAct(newId(), "consultation.open", `consultation/${c.id}`, {});
    const o = await postAct(newId(), "room.open", `body/${body || bodies[0]}`, { kind: "consultation", title: c.title, channel: channel || (channels[0] ?? ""), mode: "free", parties: asked.map((p) => p.party), items: [], consultation: c.id });
    location.assign(`/rooms/${o.seq}`);
  };
  return (
    <div class="tools">
      {!c.body && (
        <label>
          {t("consultations.room-body")}{" "}
          <select value={body} onChange={(e) => setBody(e.currentTarget.value)}>
            {bodies.map((b) => (
              <option key={b} value={b}>
                {names.name("bodies", b)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {t("consultations.room-channel")}{" "}
        <select value={channel} onChange={(e) => setChannel(e.currentTarget.value)}>
          {channels.map((b) => (
            <option key={b} value={b}>
              {names.name("channels", b)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="main" disabled={busy} onClick={() => void attempt(start)}>
        {t("consultations.open-room")}
      </button>
      {problem && <Trouble problem={problem} />}
    </div>
  );
}
