/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One act: what was asked, what became of it, what it changed, and its proof. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PageProps } from "virtual:pages";
import type { RecordRow } from "gen/schema";
import { fieldText, lang, named, pick, t, valueOf } from "../i18n.ts";
import { Actor, Day, Mark, Part, Party, Rows, Subject, When, Why } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { getJson } from "../wire/api.ts";
import { useView } from "../wire/view.ts";

interface Recorded {
  body?: Record<string, unknown>;
  inputs?: unknown;
}

/* The words of the act are not in the view: only whoever may see it gets its record. */
function useRecorded(id: string): { record: Recorded | undefined; text: string } {
  const [text, setText] = useState("");
  useEffect(() => {
    let here = true;
    setText("");
    getJson<Recorded>(`/api/v1/acts/${id}/record`).then(
      (r) => here && setText(JSON.stringify(r, null, 1)),
      () => undefined,
    );
    return () => void (here = false);
  }, [id]);
  return { record: text ? (JSON.parse(text) as Recorded) : undefined, text };
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function Value({ name, value }: { name: string; value: unknown }): JSX.Element {
  if (value === null || value === undefined) return <span class="faint">–</span>;
  if (typeof value === "boolean") return <Mark tone={value ? "good" : "none"}>{value ? t("recorded.yes") : t("recorded.no")}</Mark>;
  if (Array.isArray(value))
    return (
      <ul class="plain">
        {value.map((v, i) => (
          <li key={i}>
            <Value name={name} value={v} />
          </li>
        ))}
      </ul>
    );
  if (typeof value === "object") {
    const o = value as Record<string, unknown>;
    if ("en" in o || "ru" in o || "fr" in o) return <>{pick(o as Record<string, string>)}</>;
    return <>{Object.entries(o).map(([k, v]) => <span key={k} class="pair"><Value name={k} value={v} /> </span>)}</>;
  }
  const text = String(value);
  if (["party", "with", "signatories", "supporters"].includes(name)) return <Party id={text} />;
  if (DAY.test(text)) return <Day of={text} />;
  if (/^[0-9a-f]{64}$/.test(text)) return <code>{text}</code>;
  return <>{/^[a-z][a-z0-9-]*$/.test(text) ? valueOf(name, text) : text}</>;
}

function Body({ row, body }: { row: RecordRow; body: Record<string, unknown> }): JSX.Element {
  return (
    <dl class="facts">
      {Object.entries(body).map(([name, value]) => (
        <>
          <dt key={name}>{fieldText(row.kind, name).label}</dt>
          <dd>
            <Value name={name} value={value} />
          </dd>
        </>
      ))}
    </dl>
  );
}

function Proof({ row, text }: { row: RecordRow; text: string }): JSX.Element {
  const base = `/api/v1/acts/${row.id}`;
  return (
    <Part title={t("recorded.proof")} note={t("recorded.proof-note")}>
      <p class="links">
        <a href={`${base}/record`} download={`act-${row.seq}.json`}>
          {t("recorded.record")}
        </a>
        <a href={`${base}/proof.tlog-proof`} download={`act-${row.seq}.tlog-proof`}>
          {t("recorded.tlog")}
        </a>
        <a href={`${base}/proof.sigsum-proof`} download={`act-${row.seq}.sigsum-proof`}>
          {t("recorded.sigsum")}
        </a>
        <a href="/checkpoint">{t("recorded.checkpoint")}</a>
      </p>
      {text && (
        <details class="why">
          <summary>{t("recorded.raw")}</summary>
          <pre>{text}</pre>
        </details>
      )}
    </Part>
  );
}

function Found({ row }: { row: RecordRow }): JSX.Element {
  const { record, text } = useRecorded(row.id);
  void lang.value;
  return (
    <>
      <Head view="recorded" title={`${row.seq}. ${named("act", row.kind)}`} lead={t("recorded.lead")} />
      <dl class="facts">
        <dt>{t("recorded.outcome")}</dt>
        <dd>
          <Mark tone={row.done ? "good" : "bad"}>{row.done ? t("recorded.done") : t("recorded.refused")}</Mark>
          {row.sentence && <p>{row.sentence}</p>}
          {row.rule && <Why rule={row.rule} />}
        </dd>
        <dt>{t("recorded.subject")}</dt>
        <dd>
          <Subject of={row.subject} />
        </dd>
        <dt>{t("recorded.at")}</dt>
        <dd>
          <When at={row.at} />
        </dd>
        <dt>{t("recorded.who")}</dt>
        <dd>
          <Actor office={row.office} party={row.party} />
        </dd>
      </dl>
      {row.erased && <p class="note">{t("recorded.erased")}</p>}
      {record?.body && Object.keys(record.body).length > 0 && (
        <Part title={t("recorded.body")}>
          <Body row={row} body={record.body} />
        </Part>
      )}
      <Proof row={row} text={text} />
    </>
  );
}

export default function Act({ id = "" }: PageProps): JSX.Element {
  const seq = Number(id);
  const valid = Number.isSafeInteger(seq) && seq > 0;
  const read = useView("record", { before: seq + 1, limit: 1 }, !valid);
  const rows = valid ? read.rows?.filter((r) => r.seq === seq) : [];
  const found = rows?.[0];
  if (found) return <Found row={found} />;
  return (
    <>
      <Head view="recorded" />
      <Rows of={{ rows, problem: read.problem }} none={t("recorded.none")}>
        {() => null}
      </Rows>
    </>
  );
}
