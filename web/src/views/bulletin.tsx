/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The daily bulletin: one page that a minister reads in two minutes, printed or on record. */
import type { BulletinRow } from "gen/schema";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day, instant } from "../format.ts";
import { lang, named, t } from "../i18n.ts";
import { ActLine } from "../ui/acts.tsx";
import { change, Change, count, levelTone } from "../ui/figures.tsx";
import { Mark, Part, Party, Rows, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { hex } from "../wire/digest.ts";
import { useParties, type Parties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

/* The words that are put on record: a line for each figure, in protocol order. */
function words(rows: BulletinRow[], parties: Parties, title: string): string {
  const line = (r: BulletinRow): string => `${r.party ? parties.short(r.party) : t("bulletin.all")}: ${named("value", r.indicator)} ${count(r.value)}; ${t("board.week")} ${count(r.week)}; ${t("board.change")} ${change(r.week, r.before) ?? "–"} %; R ${r.r === undefined ? "–" : r.r.toFixed(2)}${r.flagged.length ? `; ${r.flagged.map((f) => named("value", f)).join(", ")}` : ""}`;
  return `${title}\n${rows.map(line).join("\n")}\n`;
}

/* What stands out, in sentences. */
function Sentences({ rows }: { rows: BulletinRow[] }): JSX.Element {
  const all = rows.find((r) => !r.party && r.indicator === "cases-new");
  const steep = rows.filter((r) => r.party && r.indicator === "cases-new" && (change(r.week, r.before) ?? 0) >= 50);
  return (
    <div class="lead-text">
      {all && (
        <p>
          {t("bulletin.sum", { n: count(all.value), reporting: String(all.reporting), parties: String(all.parties) })} <Change week={all.week} before={all.before} />
        </p>
      )}
      <p>
        {steep.length ? (
          <>
            {t("bulletin.steep")}{" "}
            {steep.map((r, i) => (
              <span key={r.party}>
                {i > 0 && ", "}
                {r.party && <Party id={r.party} plain />}
              </span>
            ))}
            .
          </>
        ) : (
          t("bulletin.calm")
        )}
      </p>
    </div>
  );
}

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
                <td class="number">{r.incidence === undefined ? "–" : r.incidence.toFixed(1)}</td>
                <td class="number">{r.r === undefined ? "–" : `${r.r.toFixed(2)} (${r.r_low?.toFixed(2) ?? "–"} – ${r.r_high?.toFixed(2) ?? "–"})`}</td>
                <td>{r.flagged.length > 0 && <Mark tone="wait">{r.flagged.map((f) => named("value", f)).join(", ")}</Mark>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Part>
  );
}

/* The digest of the words, for the act that puts them on record. */
function OnRecord({ text, on, asOf }: { text: string; on: string; asOf: string }): JSX.Element {
  const [digest, setDigest] = useState("");
  const make = async (): Promise<void> => {
    setDigest(hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `bulletin-${on}-${lang.value}.txt`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div class="no-print">
      <p>
        <button type="button" onClick={() => window.print()}>
          {t("bulletin.print")}
        </button>{" "}
        <button type="button" onClick={() => void make()}>
          {t("bulletin.text")}
        </button>
      </p>
      {digest && (
        <>
          <p>
            SHA-256 <code>{digest}</code>
          </p>
          <ActLine acts={[{ kind: "bulletin.issue", subject: "bulletin", fixed: { day: on, as_of: asOf, texts: [{ language: lang.value, digest }] } }]} />
        </>
      )}
    </div>
  );
}

export default function Bulletin(): JSX.Element {
  const parties = useParties();
  const [on, setOn] = useState<string | undefined>(undefined);
  const view = useView("bulletin", on ? { day: on } : {});
  const issued = useView("bulletins", {});
  const level = useView("level", {});
  const now = level.rows?.[0];
  return (
    <>
      <Head view="bulletin" />
      <Rows of={view} none={t("bulletin.none")} waiting={10}>
        {(rows) => {
          const of = rows[0]?.day ?? "";
          const title = `${named("page", "bulletin")}, ${day(of)}`;
          const indicators = [...new Set(rows.map((r) => r.indicator))];
          const shown = rows.filter((r) => r.value !== undefined || r.week !== undefined);
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
              <Sentences rows={rows} />
              {indicators.map((i) => (
                <Table key={i} indicator={i} rows={rows.filter((r) => r.indicator === i)} />
              ))}
              <OnRecord text={words(shown, parties, title)} on={of} asOf={view.at} />
            </article>
          );
        }}
      </Rows>
      {issued.rows && issued.rows.length > 0 && (
        <Part title={t("bulletin.issued")}>
          <ul class="todo no-print">
            {issued.rows.map((b) => (
              <li key={b.id}>
                <span>
                  <To href={`/record/${b.id}`}>{day(b.day)}</To> <small>{b.texts.map((x) => `${x.language} ${x.digest.slice(0, 12)}…`).join(", ")}</small>
                </span>
                <When at={b.at} short />
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}
