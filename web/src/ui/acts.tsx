/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* acts.tsx: what this seat can do here, each act a form that opens. */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { named, t } from "../i18n.ts";
import { useMay } from "../wire/may.ts";
import { ActForm, ActPart, type ActFormProps } from "./form.tsx";
import { Part } from "./parts.tsx";

export function ActParts({ title, acts }: { title?: string; acts: ActFormProps[] }): JSX.Element | null {
  const may = useMay();
  const shown = acts.filter((a) => may(a.kind));
  if (!shown.length) return null;
  return (
    <Part title={title ?? t("part.acts")}>
      {shown.map((a) => (
        <ActPart key={a.kind + a.subject + JSON.stringify(a.fixed ?? "")} {...a} />
      ))}
    </Part>
  );
}

/* The same in a line of a list, without a heading of its own. */
export function ActLine({ acts }: { acts: ActFormProps[] }): JSX.Element | null {
  const may = useMay();
  const shown = acts.filter((a) => may(a.kind));
  if (!shown.length) return null;
  return (
    <div class="act-line">
      {shown.map((a) => (
        <ActPart key={a.kind + a.subject + JSON.stringify(a.fixed ?? "")} {...a} />
      ))}
    </div>
  );
}

/* An act that enters something new: its identifier first. */
export function ActNew({ kind, prefix }: { kind: ActFormProps["kind"]; prefix: string }): JSX.Element | null {
  const may = useMay();
  const [id, setId] = useState("");
  const base = useId();
  if (!may(kind)) return null;
  return (
    <details class="act-part">
      <summary>{named("do", kind)}</summary>
      <div class="field">
        <label class="label" for={base}>
          {t("form.identifier")}
        </label>
        <p class="hint" id={`${base}-hint`}>
          {t("form.identifier-hint")}
        </p>
        <input id={base} type="text" pattern="[a-z][a-z0-9-]{0,47}" aria-describedby={`${base}-hint`} value={id} onInput={(e) => setId(e.currentTarget.value.toLowerCase())} autocomplete="off" />
      </div>
      {/^[a-z][a-z0-9-]{0,47}$/.test(id) && <ActForm kind={kind} subject={`${prefix}/${id}`} />}
    </details>
  );
}
