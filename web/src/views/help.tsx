/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Assistance: the gap board over everything that is asked of me or by me, and the requests. */
import type { AssistanceBoardRow, GapRow } from "gen/schema";
import type { JSX } from "preact";
import { day, shortInstant } from "../format.ts";
import { named, t } from "../i18n.ts";
import { ActParts } from "../ui/acts.tsx";
import { ActForm } from "../ui/form.tsx";
import { count } from "../ui/figures.tsx";
import { Mark, Part, Party, Rows, To, type Tone } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useView } from "../wire/view.ts";

export const helpTone: Record<string, Tone> = { sent: "wait", acknowledged: "wait", answered: "info", agreed: "info", "under-way": "info", completed: "good", closed: "none", withdrawn: "none" };

/* How far a line has come: arrived, committed and accepted on one bar. */
function Bar({ row }: { row: GapRow }): JSX.Element {
  const of = (n: number): string => `${Math.min(100, (100 * n) / Math.max(1, row.needed))}%`;
  return (
    <span class="bar" role="img" aria-label={`${count(row.arrived)} / ${count(row.committed)} / ${count(row.accepted)} / ${count(row.needed)}`}>
      <i class="accepted" style={{ inlineSize: of(row.accepted) }} />
      <i class="committed" style={{ inlineSize: of(row.committed) }} />
      <i class="arrived" style={{ inlineSize: of(row.arrived) }} />
    </span>
  );
}

/* How far it has come, and what is lacking: the cells of both boards. */
function Reached({ of }: { of: { accepted: number; committed: number; arrived: number; unmet: number } }): JSX.Element {
  return (
    <>
      <td class="number">{count(of.accepted)}</td>
      <td class="number">{count(of.committed)}</td>
      <td class="number">{count(of.arrived)}</td>
      <td class="number">{of.unmet ? <Mark tone="wait">{count(of.unmet)}</Mark> : <Mark tone="good">0</Mark>}</td>
    </>
  );
}

export function Gap({ rows, link }: { rows: GapRow[]; link: boolean }): JSX.Element {
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("help.gap")}>
        <thead>
          <tr>
            <th scope="col">{t("help.item")}</th>
            <th scope="col">{t("help.progress")}</th>
            <th scope="col">{t("help.needed")}</th>
            <th scope="col">{t("help.offered")}</th>
            <th scope="col">{t("help.accepted")}</th>
            <th scope="col">{t("help.committed")}</th>
            <th scope="col">{t("help.arrived")}</th>
            <th scope="col">{t("help.unmet")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={`${r.request} ${r.line}`}>
              <th scope="row">
                {link ? <To href={`/help/${r.request}`}>{r.item}</To> : r.item}
                <small>
                  {named("value", r.category)} · {r.place} · {t("help.by", { day: day(r.needed_by) })}
                </small>
              </th>
              <td>
                <Bar row={r} />
              </td>
              <td class="number">
                {count(r.needed)} {r.unit}
              </td>
              <td class="number">{r.offered ? count(r.offered) : r.answer === "offered" ? "–" : <Mark tone={r.answer === "cannot" ? "bad" : "none"}>{named("value", r.answer)}</Mark>}</td>
              <Reached of={r} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/* Everything open that one knows of, by item. */
function Board({ rows }: { rows: AssistanceBoardRow[] }): JSX.Element {
  return (
    <div class="table" tabIndex={0}>
      <table aria-label={t("help.board")}>
        <thead>
          <tr>
            <th scope="col">{t("help.item")}</th>
            {(["needed", "offered", "accepted", "committed", "arrived", "unmet"] as const).map((k) => (
              <th key={k} scope="col">
                {t(`help.${k}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={`${r.category} ${r.item} ${r.unit}`}>
              <th scope="row">
                {r.item}
                <small>
                  {named("value", r.category)} · {t("help.board-lines", { n: r.lines })}
                </small>
              </th>
              <td class="number">
                {count(r.needed)} {r.unit}
              </td>
              <td class="number">{count(r.offered)}</td>
              <Reached of={r} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function Help(): JSX.Element {
  const gap = useView("gap", {});
  const board = useView("assistance-board", {});
  const requests = useView("assistance-requests", {});
  const follows = Number(new URLSearchParams(location.search).get("consultation")) || undefined;
  const c = useView("consultations", {}, !follows).rows?.find((x) => x.id === follows);
  return (
    <>
      <Head view="help" />
      <Part title={t("help.gap")}>
        <Rows of={gap} none={t("help.gap-none")}>
          {(rows) => <Gap rows={rows} link />}
        </Rows>
      </Part>
      {board.rows && board.rows.length > 0 && (
        <Part title={t("help.board")} note={t("help.board-note")}>
          <Board rows={board.rows} />
        </Part>
      )}
      <Part title={t("help.requests")}>
        <Rows of={requests} none={t("help.requests-none")}>
          {(rows) => (
            <div class="table" tabIndex={0}>
              <table aria-label={t("help.requests")}>
                <thead>
                  <tr>
                    <th scope="col">{t("help.request")}</th>
                    <th scope="col">{t("help.from")}</th>
                    <th scope="col">{t("help.to")}</th>
                    <th scope="col">{t("help.state")}</th>
                    <th scope="col">{t("help.met")}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((r) => (
                    <tr key={r.id}>
                      <th scope="row">
                        {r.own ? <To href={`/help/${r.id}`}>{r.title}</To> : r.title} {!r.own && <Mark tone="none">{t("help.summary")}</Mark>} {r.kind !== "actual" && <Mark tone="info">{named("value", r.kind)}</Mark>}
                        <small>{shortInstant(r.sent)}</small>
                      </th>
                      <td>
                        <Party id={r.party} />
                      </td>
                      <td>
                        <Party id={r.to} />
                      </td>
                      <td>
                        <Mark tone={r.overdue ? "bad" : (helpTone[r.state] ?? "none")}>{named("value", r.state)}</Mark>
                        {(r.state === "sent" || r.state === "acknowledged") && <small>{t("help.answer-by", { when: shortInstant(r.due) })}</small>}
                      </td>
                      <td class="number">{t("help.of", { n: String(r.met), all: String(r.lines) })}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Rows>
      </Part>
      {c && (
        <Part title={t("help.new")}>
          <p>
            {t("help.follows")}: <To href={`/consultations#c${c.id}`}>{c.title}</To>
          </p>
          <ActForm kind="assistance.request" subject="assistance" about={`consultation/${c.id}`} fixed={{ consultation: c.id }} start={{ mode: "bilateral", kind: c.mode, title: c.title, event: c.note }} />
        </Part>
      )}
      <ActParts
        {...(c ? {} : { title: t("help.new") })}
        acts={[
          ...(c ? [] : [{ kind: "assistance.request" as const, subject: "assistance", start: { mode: "bilateral", kind: "actual" } }]),
          { kind: "assistance.forewarn", subject: "assistance", start: { kind: "actual" } },
        ]}
      />
    </>
  );
}
