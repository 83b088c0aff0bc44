/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The daily bulletin: one page that a minister reads in two minutes, printed or on record. */
import type { BulletinRow, BulletinsRow, BulletinWordsRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, instant } from "../format.ts";
import { lang, languages, named, t } from "../i18n.ts";
import { ActLine } from "../ui/acts.tsx";
import { Change, count, decimal, levelTone } from "../ui/figures.tsx";
import { Mark, Part, Party, Rows, To, Trouble, When } from "../ui/parts.tsx";
import { saveFile } from "../ui/save.ts";
import { Head } from "../ui/shell.tsx";
import { useAttempt } from "../ui/verify.tsx";
import { getJson, type Problem } from "../wire/api.ts";
import { useMay } from "../wire/may.ts";
import { readView, useView } from "../wire/view.ts";

function Table({ rows, indicator }: { rows: BulletinRow[]; indicator: string }): JSX.Element {
  return (
    <Part title={named("value", indicator)}>
      <div class="table" tabIndex={0}>
        <table aria-label={named("value", indicator)}>
          <thead>
            <tr>
              <th scope="col">{t("desk.member")}</th>
              <th scope="col">{t("bulletin.day")}</th>
              <th scope="col">{t("bulletin.total")}</th>
              <th scope="col">{t("board.week")}</th>
              <th scope="col">{t("board.change")}</th>
              <th scope="col">{t("board.incidence")}</th>
              <th scope="col">{t("bulletin.r")}</th>
              <th scope="col">{t("figures.flag")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.party ?? ""} class={r.party ? "" : "sum"}>
                <th scope="row">{r.party ? <Party id={r.party} plain /> : t("bulletin.all")}</th>
                <td class="number">{count(r.value)}</td>
                <td class="number">{count(r.total)}</td>
                <td class="number">{count(r.week)}</td>
                <td class="number">
                  <Change week={r.week} before={r.before} />
                </td>
                <td class="number">{decimal(r.incidence, 1)}</td>
                <td class="number">{r.r === undefined ? "–" : `${decimal(r.r, 2)} (${decimal(r.r_low, 2)} – ${decimal(r.r_high, 2)})`}</td>
                <td>{r.flagged.length > 0 && <Mark tone="wait">{r.flagged.map((f) => named("value", f)).join(", ")}</Mark>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Part>
  );
}

/* What the server says of the papers that it serves; day and time are those that it took. */
interface Digests {
  day: string;
  as_of: string;
  papers: { language: string; digest: string }[];
}

interface Made {
  words: BulletinWordsRow[];
  papers: Digests;
}

function paperAddress(of: string, as_of: string, language: string): string {
  return `/api/v1/bulletins/${of}/paper?language=${language}&as_of=${encodeURIComponent(as_of)}`;
}

/* What was or will be put on record, to save: these are the bytes that have the digests. */
function Copies({ words, papers }: { words: BulletinWordsRow[]; papers?: Digests | undefined }): JSX.Element {
  return (
    <ul class="todo">
      {words.map((w) => {
        const paper = papers?.papers.find((p) => p.language === w.language)?.digest;
        const language = languages.find((l) => l.id === w.language)?.name ?? w.language;
        return (
          <li key={w.language}>
            <button type="button" onClick={() => saveFile(`bulletin-${w.day}-${w.language}.txt`, w.text, "text/plain")}>
              {t("bulletin.text", { language })}
            </button>
            <a href={paperAddress(w.day, w.as_of, w.language)} aria-label={`PDF, ${language}`}>
              PDF
            </a>
            <small>
              SHA-256 <code>{w.digest}</code>
              {paper && (
                <>
                  , PDF <code>{paper}</code>
                </>
              )}
            </small>
          </li>
        );
      })}
    </ul>
  );
}

function useDigests(): { made: Made | undefined; problem: Problem | undefined; busy: boolean; make: (day: string, as_of: string) => void } {
  const [made, setMade] = useState<Made | undefined>(undefined);
  const { busy, problem, attempt } = useAttempt();
  const make = (of: string, as_of: string): void =>
    void attempt(async () => {
      const [words, papers] = await Promise.all([readView("bulletin-words", { day: of, as_of }), getJson<Digests>(`/api/v1/bulletins/${of}/papers?as_of=${encodeURIComponent(as_of)}`)]);
      setMade({ words, papers });
    });
  return { made, problem, busy, make };
}

/*
 * The act that puts the digests of words and papers on record together.  What is to be on
 * record is made once, when it is asked for: figures that come in meanwhile do not change it.
 */
function Issue({ of, as_of }: { of: string; as_of: string }): JSX.Element | null {
  const may = useMay();
  const { made, problem, busy, make } = useDigests();
  if (!may("bulletin.issue")) return null;
  const texts = made?.words.map((w) => ({ language: w.language, digest: w.digest, paper: made.papers.papers.find((p) => p.language === w.language)?.digest }));
  return (
    <Part title={t("bulletin.issue")}>
      {problem && <Trouble problem={problem} />}
      <p>
        <button type="button" disabled={busy} onClick={() => make(of, as_of)}>
          {t("bulletin.prepare")}
        </button>
      </p>
      {made && (
        <>
          <p class="note">{t("board.as-of", { when: instant(made.papers.as_of) })}</p>
          <Copies words={made.words} papers={made.papers} />
          <ActLine acts={[{ kind: "bulletin.issue", subject: "bulletin", fixed: { day: made.papers.day, as_of: made.papers.as_of, texts } }]} />
        </>
      )}
    </Part>
  );
}

function OnRecord({ words }: { words: BulletinWordsRow[] }): JSX.Element | null {
  const first = words[0];
  if (!first) return null;
  return (
    <div class="no-print">
      <p>
        <button type="button" onClick={() => window.print()}>
          {t("bulletin.print")}
        </button>
      </p>
      <Part title={t("bulletin.words")}>
        <Copies words={words} />
      </Part>
      <Issue key={first.day} of={first.day} as_of={first.as_of} />
    </div>
  );
}

/* Is each text, and each paper that is on record, what is made today from the figures of then? */
function isSame(of: BulletinsRow, made: Made): boolean {
  return of.texts.every(
    (x) =>
      made.words.some((w) => w.language === x.language && w.digest === x.digest) &&
      (!x.paper || made.papers.papers.some((p) => p.language === x.language && p.digest === x.paper)),
  );
}

/* A bulletin on record, made again from the figures of that time. */
function Issued({ of }: { of: BulletinsRow }): JSX.Element {
  const { made, problem, busy, make } = useDigests();
  const same = made && isSame(of, made);
  return (
    <li>
      <span>
        <To href={`/record/${of.id}`}>{day(of.day)}</To>{" "}
        <small>
          {of.texts.map((x) => (
            <span key={x.language}>
              {x.language} {x.digest.slice(0, 12)}…{" "}
              {x.paper && (
                <>
                  <a href={paperAddress(of.day, of.as_of, x.language)} aria-label={`PDF, ${x.language}, ${day(of.day)}`}>
                    PDF
                  </a>{" "}
                  {x.paper.slice(0, 12)}…{" "}
                </>
              )}
            </span>
          ))}
        </small>
        {made ? (
          <Mark tone={same ? "good" : "wait"}>{t(same ? "bulletin.same" : "bulletin.unlike")}</Mark>
        ) : (
          <button type="button" disabled={busy} onClick={() => make(of.day, of.as_of)}>
            {t("bulletin.check")}
          </button>
        )}
        {problem && <Trouble problem={problem} />}
        {made && <Copies words={made.words} papers={made.papers} />}
      </span>
      <When at={of.at} short />
    </li>
  );
}

export default function Bulletin(): JSX.Element {
  const [on, setOn] = useState<string | undefined>(undefined);
  const view = useView("bulletin", on ? { day: on } : {});
  const words = useView("bulletin-words", on ? { day: on } : {});
  const issued = useView("bulletins", {});
  const level = useView("level", {});
  const now = level.rows?.[0];
  return (
    <>
      <Head view="bulletin" />
      <Rows of={view} none={t("bulletin.none")} waiting={10}>
        {(rows) => {
          const of = rows[0]?.day ?? "";
          const indicators = [...new Set(rows.map((r) => r.indicator))];
          const mine = words.rows?.find((w) => w.language === lang.value);
          return (
            <article class="bulletin">
              <div class="tools no-print">
                <label>
                  {t("bulletin.of")} <input type="date" value={of} onInput={(e) => setOn(e.currentTarget.value || undefined)} />
                </label>
              </div>
              <p class="bulletin-head">
                <b>{day(of)}</b> {now && <Mark tone={levelTone[now.level] ?? "info"}>{named("value", now.level)}</Mark>} <span class="meta">{t("board.as-of", { when: instant(view.at) })}</span>
              </p>
              <div class="lead-text">
                {mine?.sentences.map((x) => (
                  <p key={x}>{x}</p>
                ))}
              </div>
              {indicators.map((i) => (
                <Table key={i} indicator={i} rows={rows.filter((r) => r.indicator === i)} />
              ))}
              <OnRecord words={words.rows ?? []} />
            </article>
          );
        }}
      </Rows>
      {issued.rows && issued.rows.length > 0 && (
        <Part title={t("bulletin.issued")}>
          <ul class="todo no-print">
            {issued.rows.map((b) => (
              <Issued key={b.id} of={b} />
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}
