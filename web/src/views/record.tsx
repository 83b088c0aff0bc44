/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Record: every act, newest first, with its outcome, rule and proof. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RecordRow } from "gen/schema";
import { zone } from "../format.ts";
import { named, t } from "../i18n.ts";
import { narrow } from "../ui/media.ts";
import { Actor, Mark, Nothing, Rows, Subject, To, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Virtual } from "../ui/virtual.tsx";
import { readView, useView } from "../wire/view.ts";

const PAGE = 200;
const MORE = 500;
type Outcome = "" | "done" | "refused";

function Outcome({ row }: { row: RecordRow }): JSX.Element {
  if (row.erased) return <Mark tone="none">{t("record.erased")}</Mark>;
  if (row.done) return <Mark tone="good">{t("record.done")}</Mark>;
  return <Mark tone="bad">{t("record.refused")}</Mark>;
}

function Line({ row }: { row: RecordRow }): JSX.Element {
  return (
    <>
      <span role="cell" class="c-seq number">
        <To href={`/record/${row.seq}`}>{row.seq}</To>
      </span>
      <span role="cell" class="c-at number">
        <When at={row.at} short />
      </span>
      <span role="cell" class="c-kind">
        {named("act", row.kind)}
      </span>
      <span role="cell" class="c-subject">
        <Subject of={row.subject} />
      </span>
      <span role="cell" class="c-who">
        <Actor office={row.office} party={row.party} />
      </span>
      <span role="cell" class="c-outcome">
        <Outcome row={row} />
      </span>
    </>
  );
}

function Columns(): JSX.Element {
  return (
    <div role="row" class="grid-row" aria-rowindex={1}>
      <span role="columnheader" class="c-seq number">
        {t("record.seq")}
      </span>
      <span role="columnheader" class="c-at number">
        {t("record.at", { zone: zone() })}
      </span>
      <span role="columnheader" class="c-kind">
        {t("record.kind")}
      </span>
      <span role="columnheader" class="c-subject">
        {t("record.subject")}
      </span>
      <span role="columnheader" class="c-who">
        {t("record.who")}
      </span>
      <span role="columnheader" class="c-outcome">
        {t("record.outcome")}
      </span>
    </div>
  );
}

/* The newest come from the view; older ones are read once, as the reader goes down. */
function useRecord(outcome: Outcome): { rows: RecordRow[] | undefined; of: ReturnType<typeof useView<"record">>; more: () => void } {
  const filter = outcome ? { outcome } : {};
  const newest = useView("record", { limit: PAGE, ...filter });
  const [older, setOlder] = useState<RecordRow[]>([]);
  const busy = useRef(false);
  const ended = useRef(false);
  useEffect(() => {
    setOlder([]);
    ended.current = false;
  }, [outcome, newest.rows === undefined]);
  const first = older[0]?.seq ?? 0;
  const head = (newest.rows ?? []).filter((r) => r.seq > first);
  const rows = newest.rows && [...head, ...older];
  const more = (): void => {
    const last = rows?.at(-1);
    if (!rows || !last || busy.current || ended.current || rows.length < PAGE) return;
    busy.current = true;
    void readView("record", { before: last.seq, limit: MORE, ...filter })
      .then((next) => {
        ended.current = next.length === 0;
        if (next.length) setOlder([...rows, ...next]);
      })
      .finally(() => (busy.current = false));
  };
  return { rows, of: newest, more };
}

export default function Record(): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome>("");
  const { rows, of, more } = useRecord(outcome);
  return (
    <>
      <Head view="record" />
      <div class="tools">
        <fieldset class="choice">
          <legend>{t("record.show")}</legend>
          {(["", "done", "refused"] as const).map((o) => (
            <label key={o}>
              <input type="radio" name="outcome" checked={outcome === o} onChange={() => setOutcome(o)} />
              {o === "" ? t("record.all") : o === "done" ? t("record.done") : t("record.refused")}
            </label>
          ))}
        </fieldset>
      </div>
      <Rows of={{ rows, problem: of.problem }} none={t("record.empty")} waiting={10}>
        {(all) =>
          all.length ? (
            <Virtual
              rows={all}
              height={narrow.value ? 76 : 40}
              label={t("record.table")}
              columns={6}
              head={<Columns />}
              row={(r) => <Line row={r} />}
              onEnd={more}
            />
          ) : (
            <Nothing>{t("record.empty")}</Nothing>
          )
        }
      </Rows>
    </>
  );
}
