/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Styleguide: every component in every state, for whoever builds pages. */
import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { CriteriaTable } from "../ui/criteria.tsx";
import { ActForm } from "../ui/form.tsx";
import { Day, Mark, Nothing, Part, PartyList, Plate, Trouble, Waiting, When, Why, type Tone } from "../ui/parts.tsx";
import { Qr } from "../ui/qr.tsx";
import { Head } from "../ui/shell.tsx";
import { Timeline } from "../ui/timeline.tsx";
import { useParties } from "../wire/names.ts";

const tones: Tone[] = ["good", "wait", "bad", "info", "none"];
const colours = ["ground", "sheet", "sunk", "ink", "soft", "line", "strong", "link", "accent", "good", "wait", "bad"];

function Cells(): JSX.Element {
  const text = { en: "A criterion", ru: "Критерий", fr: "Un critère" };
  const cell = { text, missing: [], rule: "criteria/x", sources: ["assumed"] };
  return (
    <CriteriaTable
      cells={(["pass", "fail", "unknown", "stale", "not-applicable", "judgement"] as const).map((answer) => ({ ...cell, criterion: answer, answer, date: "2026-05-31" }))}
    />
  );
}

export default function Styleguide(): JSX.Element {
  const parties = useParties();
  return (
    <>
      <Head view="styleguide" />
      <Part title={t("styleguide.colours")}>
        <ul class="swatches">
          {colours.map((c) => (
            <li key={c}>
              <i style={{ background: `var(--${c})` }} /> <code>{c}</code>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={t("styleguide.type")}>
        <p class="specimen-1">Аа Gg 0123456789 «» — Éé</p>
        <p>
          Аа Gg 0123456789 <code>0123456789abcdef</code> <small>Аа Gg</small> <a href="#type">Аа Gg</a>
        </p>
      </Part>
      <Part title={t("styleguide.states")}>
        <p class="badges">
          {tones.map((tone) => (
            <Mark key={tone} tone={tone}>
              {tone}
            </Mark>
          ))}
        </p>
      </Part>
      <Part title={t("styleguide.parties")}>
        <PartyList ids={(parties.rows ?? []).map((p) => p.id)} />
        <p>
          <Plate code="XA" /> <Plate code={undefined} />
        </p>
      </Part>
      <Part title={t("styleguide.time")}>
        <p class="badges">
          <Day of="1992" /> <Day of="1992-04" /> <Day of="1992-04-18" /> <Day of={undefined} /> <When at="2026-05-31T10:00:00Z" /> <When at="2026-05-31T10:00:00Z" short />
        </p>
        <Timeline
          today="2026-01-01"
          label={t("styleguide.time")}
          spans={[
            { label: "A", from: "1992-04-18", to: "1999" },
            { label: "A", from: "2006", inner: [{ label: "B", from: "2012", to: "2015", tone: "asleep" }] },
          ]}
        />
      </Part>
      <Part title={t("styleguide.tables")}>
        <Cells />
      </Part>
      <Part title={t("styleguide.answers")}>
        <div class="sample">
          <Waiting rows={2} />
        </div>
        <Nothing>{t("part.not-yours")}</Nothing>
        <Trouble problem={{ status: 0, code: "unreachable", title: "", detail: "" }} again={() => undefined} />
        <Trouble problem={{ status: 409, code: "gate-closed", title: "", detail: t("form.would-refuse"), rule: "statuses/observer/gate", sources: ["assumed"] }} />
        <Why rule="statuses/observer/gate" sources={["assumed"]} />
      </Part>
      <Part title={t("styleguide.buttons")}>
        <p class="links">
          <button type="button" class="main">
            {t("form.add")}
          </button>
          <button type="button">{t("form.add")}</button>
          <button type="button" class="quiet">
            {t("form.add")}
          </button>
          <button type="button" disabled>
            {t("form.sending")}
          </button>
        </p>
        <Qr text="https://example.invalid/" label={t("styleguide.qr")} />
      </Part>
      <Part title={t("styleguide.form")}>
        <ActForm kind="instrument.register" subject="instrument/styleguide" />
      </Part>
    </>
  );
}
