/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A file: an application on its way, its criteria as they stand, and the next steps. */
import type { JSX } from "preact";
import type { PageProps } from "virtual:pages";
import type { Acts, StatusFileRow } from "gen/schema";
import { named, t } from "../i18n.ts";
import { ActParts } from "../ui/acts.tsx";
import { CriteriaTable } from "../ui/criteria.tsx";
import type { ActFormProps } from "../ui/form.tsx";
import { Mark, Nothing, Part, Party, Rows, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { useNames } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

const path = ["enquiry", "applied", "examined", "proposed", "granted"];
const ended = ["refused", "withdrawn", "returned"];

function Way({ f }: { f: StatusFileRow }): JSX.Element {
  const steps = ended.includes(f.state) ? [...path.slice(1, 3), f.state] : f.state === "enquiry" ? path : path.slice(1);
  const at = steps.indexOf(f.state);
  return (
    <ol class="way" aria-label={t("status-file.way")}>
      {steps.map((s, i) => (
        <li key={s} class={i <= at ? "step done" : "step"} aria-current={i === at ? "step" : undefined}>
          <span class="step-head">{named("value", s)}</span>
          {i < at ? <Mark tone="good">{t("status-file.past")}</Mark> : i === at ? <Mark tone="info">{t("status-file.now")}</Mark> : <Mark tone="none">{t("status-file.ahead")}</Mark>}
        </li>
      ))}
    </ol>
  );
}

function steps(f: StatusFileRow, at: string): ActFormProps[] {
  const today = at.slice(0, 10);
  return f.next.map((kind) => {
    const file = !["status.apply", "status.enquire"].includes(kind);
    return {
      kind: kind as keyof Acts & string,
      subject: file ? `file/${f.id}` : `party/${f.party}`,
      start: kind === "status.propose" || kind === "status.grant" ? { date: today, ...(kind === "status.grant" ? { from: today } : {}) } : file ? {} : { status: f.status },
    };
  });
}

function Found({ f, at }: { f: StatusFileRow; at: string }): JSX.Element {
  const names = useNames();
  return (
    <>
      <Head view="status-file" title={`${t("part.file", { n: String(f.id) })}: ${names.name("statuses", f.status)}`} lead={t("status-file.lead")}>
        <p class="badges">
          <Party id={f.party} />
          <span>
            {t("status-file.opened")} <When at={f.opened} />
          </span>
        </p>
      </Head>
      <Part title={t("status-file.way")}>
        <Way f={f} />
      </Part>
      <Part title={t("part.criteria")} note={f.examined ? undefined : t("status-file.not-examined")}>
        {f.cells.length ? <CriteriaTable cells={f.cells} /> : <Nothing>{t("status-file.no-criteria")}</Nothing>}
        {f.suggestions.length > 0 && (
          <p>
            <Mark tone="info">{t("status-file.suggestion")}</Mark> {f.suggestions.map((s) => names.name("statuses", s)).join(", ")}
          </p>
        )}
      </Part>
      <ActParts title={t("status-file.next")} acts={steps(f, at)} />
      <Part title={t("status-file.contents")}>
        <dl class="facts">
          <dt>{t("status-file.declarations")}</dt>
          <dd>{f.declarations.map((d) => named("value", d)).join(", ") || "–"}</dd>
          <dt>{t("status-file.areas")}</dt>
          <dd>{f.areas.join("; ") || "–"}</dd>
          <dt>{t("status-file.proposed-by")}</dt>
          <dd>{f.proposed.map((b) => names.name("bodies", b)).join(", ") || "–"}</dd>
          <dt>{t("status-file.examined")}</dt>
          <dd>{f.examined ? <When at={f.examined} /> : "–"}</dd>
        </dl>
      </Part>
    </>
  );
}

export default function StatusFile({ id = "" }: PageProps): JSX.Element {
  const n = Number(id);
  const valid = Number.isSafeInteger(n) && n > 0;
  const read = useView("status-file", { id: n }, !valid);
  const found = read.rows?.[0];
  if (found) return <Found f={found} at={read.at} />;
  return (
    <>
      <Head view="status-file" />
      <Rows of={{ rows: valid ? read.rows : [], problem: read.problem }} none={t("status-file.none")}>
        {() => null}
      </Rows>
    </>
  );
}
