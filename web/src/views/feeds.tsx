/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Feeds: where the figures of a member are fetched from, and what became of it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FeedsRow } from "gen/schema";
import { named, t } from "../i18n.ts";
import { Mark, Part, Party, Rows, To, Trouble, When, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Text, useAttempt, Verify } from "../ui/verify.tsx";
import { getJson, postJson, request } from "../wire/api.ts";
import { useMay } from "../wire/may.ts";
import { seat, seatText } from "../wire/session.ts";
import { refreshShown, useView } from "../wire/view.ts";

const TONES: Record<string, Tone> = { taken: "good", unchanged: "good", proposed: "wait", problems: "bad", refused: "bad", failed: "bad" };

function Problems({ feed }: { feed: string }): JSX.Element {
  const rows = useView("feed-problems", { feed });
  return (
    <Rows of={rows} none={t("feeds.no-problems")}>
      {(all) => (
        <ul>
          {all.map((p, i) => (
            <li key={i}>
              {p.line !== undefined && (
                <b>
                  {t("feeds.row", { n: p.line })} {p.column} {p.heading && `(${p.heading})`}:{" "}
                </b>
              )}
              {p.text}
            </li>
          ))}
        </ul>
      )}
    </Rows>
  );
}

function Feed({ f, own, change }: { f: FeedsRow; own: boolean; change: (work: () => Promise<unknown>) => void }): JSX.Element {
  return (
    <li>
      <div class="part-head">
        <b>{f.name}</b>
        <Mark tone={TONES[f.outcome ?? ""] ?? "none"}>{f.outcome ? named("value", f.outcome) : t("feeds.not-yet")}</Mark>
      </div>
      <p>
        <Party id={f.party} /> <code>{f.url ?? f.host}</code>
      </p>
      {f.text && <p>{f.text}</p>}
      <p class="meta">
        {t("feeds.times", { at: f.at, every: f.every })} · {t("feeds.next")} <When at={f.next} />
        {f.last && (
          <>
            {" "}
            · {t("feeds.last")} <When at={f.last} />
          </>
        )}
        {f.report !== undefined && (
          <>
            {" "}
            · <To href={`/record/${f.report}`}>{t("feeds.report", { cells: f.cells ?? 0 })}</To>
          </>
        )}
      </p>
      {f.outcome === "problems" && <Problems key={f.last ?? ""} feed={f.id} />}
      {own && (
        <p>
          <button type="button" onClick={() => change(() => postJson(`/api/v1/feeds/${f.id}/fetch`, {}))}>
            {t("feeds.now")}
          </button>
          <button type="button" class="quiet" onClick={() => change(() => request("DELETE", `/api/v1/feeds/${f.id}`))}>
            {t("feeds.end")}
          </button>
        </p>
      )}
    </li>
  );
}

export default function Feeds(): JSX.Element {
  const rows = useView("feeds", {}, !seat.value);
  const { busy, problem, attempt } = useAttempt();
  const [about, setAbout] = useState<{ fetches: boolean; hosts?: string } | undefined>(undefined);
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [at, setAt] = useState("06:00");
  const [every, setEvery] = useState("24");
  const [bearer, setBearer] = useState("");
  const may = useMay();
  const own = Boolean(seat.value?.party) && may("report.submit");
  const asked = useRef<(() => Promise<unknown>) | undefined>(undefined);
  const sitting = seat.value && seatText(seat.value);
  useEffect(() => {
    setAbout(undefined);
    if (sitting) void attempt(async () => setAbout(await getJson("/api/v1/feeds")));
  }, [sitting]);
  const change = (work: () => Promise<unknown>): void => {
    asked.current = work; /* to be done once one has proved who one is */
    void attempt(async () => {
      await work();
      refreshShown();
    });
  };
  return (
    <>
      <Head view="feeds" />
      {!seat.value && <p class="note">{t("part.not-yours")}</p>}
      {about && !about.fetches && <p class="note">{t("feeds.none-fetched")}</p>}
      {problem && <Trouble problem={problem} />}
      {problem?.code === "verify-again" && <Verify done={() => asked.current && change(asked.current)} />}
      {seat.value && (
        <Rows of={rows} none={t("feeds.none")}>
          {(all) => (
            <ul class="cards">
              {all.map((f) => (
                <Feed key={f.id} f={f} own={own} change={change} />
              ))}
            </ul>
          )}
        </Rows>
      )}
      {about?.fetches && own && (
        <Part title={t("feeds.add")} note={t("feeds.hosts", { hosts: about.hosts ?? "" })}>
          <form
            class="act"
            onSubmit={(e) => {
              e.preventDefault();
              change(async () => {
                await postJson("/api/v1/feeds", { name, url, at, every, ...(bearer ? { bearer } : {}) });
                for (const put of [setName, setUrl, setBearer]) put("");
              });
            }}
          >
            <Text label={t("feeds.name")} value={name} onInput={setName} />
            <Text label={t("feeds.url")} hint={t("feeds.url-hint")} value={url} onInput={setUrl} />
            <Text label={t("feeds.at")} value={at} onInput={setAt} />
            <Text label={t("feeds.every")} hint="1, 2, 3, 4, 6, 8, 12, 24" value={every} onInput={setEvery} />
            <Text label={t("feeds.bearer")} type="password" optional value={bearer} onInput={setBearer} />
            <button class="main" disabled={busy}>
              {t("feeds.add")}
            </button>
          </form>
        </Part>
      )}
    </>
  );
}
