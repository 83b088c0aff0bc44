/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The daily bulletin: one page that a minister reads in two minutes, printed or on record. */
import type { BulletinRow, BulletinsRow, BulletinWordsRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, instant } from "../format.ts";
import { lang, languages, named, t } from "../i18n.ts";
import { ActLine } from "../ui/acts.tsx";
import { Change, count, decimal, levelTone } from "../ui/figures.tsx";
import { Mark, Part, Party, Rows, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useView } from "../wire/view.ts";

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

function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/* The words in each language, and the act that puts their digests on record together. */
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
        <ul class="todo">
          {words.map((w) => (
            <li key={w.language}>
              <button type="button" onClick={() => save(w.text, `bulletin-${w.day}-${w.language}.txt`)}>
                {t("bulletin.text", { language: languages.find((l) => l.id === w.language)?.name ?? w.language })}
              </button>
              <a href={`/api/v1/bulletins/${w.day}/paper?language=${w.language}&as_of=${encodeURIComponent(w.as_of)}`} aria-label={`PDF, ${languages.find((l) => l.id === w.language)?.name ?? w.language}`}>
                PDF
              </a>
              <small>
                SHA-256 <code>{w.digest}</code>
              </small>
            </li>
          ))}
        </ul>
        <ActLine acts={[{ kind: "bulletin.issue", subject: "bulletin", fixed: { day: first.day, as_of: first.as_of, texts: words.map((w) => ({ language: w.language, digest: w.digest })) } }]} />
      </Part>
    </div>
  );
}

/* A bulletin on record, made again from the figures of that time. */
function Issued({ of }: { of: BulletinsRow }): JSX.Element {
  const [asked, setAsked] = useState(false);
  const again = useView("bulletin-words", { day: of.day, as_of: of.as_of }, !asked);
  const same = again.rows?.length && of.texts.every((x) => again.rows?.some((w) => w.language === x.language && w.digest === x.digest));
  return (
    <li>
      <span>
        <To href={`/record/${of.id}`}>{day(of.day)}</To> <small>{of.texts.map((x) => `${x.language} ${x.digest.slice(0, 12)}…`).join(", ")}</small>{" "}
        {again.rows ? (
          <Mark tone={same ? "good" : "wait"}>{t(same ? "bulletin.same" : "bulletin.unlike")}</Mark>
        ) : (
          <button type="button" onClick={() => setAsked(true)}>
            {t("bulletin.check")}
          </button>
        )}
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
