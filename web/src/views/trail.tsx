/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The trail that a thing belongs to, from the report to the arrival, as a picture with its proof. */
import type { Views } from "gen/schema";
import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { Missing, Nothing } from "../ui/parts.tsx";
import { saveFile } from "../ui/save.ts";
import { Head } from "../ui/shell.tsx";
import { minutesText, stepText, TrailPicture, trailSvg } from "../ui/trail.tsx";
import { useParties } from "../wire/names.ts";
import { useView } from "../wire/view.ts";

export default function Trail({ from, id }: { from: string; id: string }): JSX.Element {
  const parties = useParties();
  const trail = useView("trail", { from: from as Views["trail"]["params"]["from"], id: Number(id) });
  const { rows, problem } = trail;
  if (!rows)
    return (
      <>
        <Head view="trail" />
        <Missing problem={problem} none={t("trail.absent")} waiting={8} />
      </>
    );
  const first = rows[0];
  const last = rows.at(-1);
  const whole = first && last ? Math.round((Date.parse(last.at) - Date.parse(first.at)) / 60000) : 0;
  const words = first && last ? t("trail.words", { first: stepText(first.step), last: stepText(last.step), d: minutesText(whole), n: String(rows.length) }) : "";
  return (
    <>
      <Head view="trail" lead={words || t("trail.lead")} />
      <p class="tools no-print">
        <button type="button" onClick={() => saveFile(`trail-${from}-${id}.svg`, trailSvg(rows, words, parties.short), "image/svg+xml")}>
          {t("trail.picture")}
        </button>
        <a class="button" href={`/api/v1/trails/${from}/${id}`} download={`trail-${from}-${id}.tar`}>
          {t("trail.bundle")}
        </a>
        <a href="/trails">{t("trail.all")}</a>
      </p>
      <p class="note">
        {t("trail.bundle-note")} <code>comity verify --bundle trail-{from}-{id}.tar --key keys --policy policy</code>
      </p>
      {rows.length ? <TrailPicture rows={rows} focus={`${from}/${id}`} label={words} /> : <Nothing>{t("trail.absent")}</Nothing>}
    </>
  );
}
