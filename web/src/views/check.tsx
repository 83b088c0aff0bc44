/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Check: is this file one that this organisation has on record?  Its SHA-256 is computed
 * here and compared here with what the registers publish; the file goes nowhere.
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { day } from "../format.ts";
import { named, pick, t } from "../i18n.ts";
import { Mark, Part, To, Trouble, When } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Refused, request, type Problem } from "../wire/api.ts";
import { digestOf } from "../wire/digest.ts";
import { readView } from "../wire/view.ts";

interface Known {
  digest: string;
  what: string;
  href: string;
  since: string | undefined;
  current: boolean;
}

type Verdict = { file: string; digest: string } & (
  | { answer: "identical" | "earlier"; known: Known }
  | { answer: "not-ours" }
  | { answer: "trouble"; problem: Problem }
);

/* Every text that was ever registered; the last of a language is the one of today. */
async function registeredTexts(): Promise<Known[]> {
  const instruments = await readView("instruments", {});
  const each = await Promise.all(instruments.map((i) => readView("instrument", { id: i.id })));
  return each.flatMap((rows) =>
    rows.flatMap((i) =>
      i.texts.map((x, at) => ({
        digest: x.digest,
        what: `${pick(i.title)} (${named("value", x.language)})`,
        href: `/instruments/${i.id}`,
        since: x.since,
        current: !i.texts.some((y, k) => y.language === x.language && (y.since > x.since || (y.since === x.since && k > at))),
      })),
    ),
  );
}

async function charters(): Promise<Known[]> {
  return (await readView("charters", {})).map((c) => ({
    digest: c.hash,
    what: t("check.charter"),
    href: "/charter",
    since: c.effective,
    current: c.current,
  }));
}

/* Bulletins in words and on paper, for those who may read figures; to others they are not there. */
async function bulletins(): Promise<Known[]> {
  const rows = await readView("bulletins", {}).catch((e: unknown) => {
    if (e instanceof Refused && [401, 403].includes(e.problem.status)) return [];
    throw e;
  });
  return rows.flatMap((b) =>
    b.texts.flatMap((x) =>
      [x.digest, x.paper].flatMap((digest) =>
        digest
          ? [
              {
                digest,
                what: `${t("check.bulletin", { day: day(b.day) })} (${named("value", x.language)}${digest === x.paper ? ", PDF" : ""})`,
                href: `/record/${b.id}`,
                since: b.at,
                current: !rows.some((o) => o.corrects === b.id),
              },
            ]
          : [],
      ),
    ),
  );
}

/* A file that says it is an act: the record itself must have these bytes. */
async function recordedAct(file: Blob, digest: string): Promise<Known | undefined> {
  if (file.size > 4 << 20) return undefined;
  const seq = /^\{"comity_act":1,"seq":(\d+),/.exec(await file.slice(0, 64).text())?.[1];
  if (!seq) return undefined;
  try {
    const reply = await request("GET", `/api/v1/acts/${seq}/record`);
    const ours = await digestOf(await reply.blob());
    return { digest: ours, what: t("check.act", { n: seq }), href: `/record/${seq}`, since: undefined, current: ours === digest };
  } catch (e) {
    if (e instanceof Refused && e.problem.status !== 0) return undefined;
    throw e;
  }
}

/* The same file may have been registered twice: what stands today says more. */
function newest(known: Known[]): Known | undefined {
  return known.find((k) => k.current) ?? known[0];
}

async function judge(file: File): Promise<Verdict> {
  const digest = await digestOf(file);
  const base = { file: file.name, digest };
  try {
    const known = newest([...(await registeredTexts()), ...(await charters()), ...(await bulletins())].filter((k) => k.digest === digest));
    if (known) return { ...base, answer: known.current ? "identical" : "earlier", known };
    const act = await recordedAct(file, digest);
    return act?.current ? { ...base, answer: "identical", known: act } : { ...base, answer: "not-ours" };
  } catch (e) {
    if (e instanceof Refused) return { ...base, answer: "trouble", problem: e.problem };
    throw e;
  }
}

function Answer({ v }: { v: Verdict }): JSX.Element {
  if (v.answer === "trouble") return <Trouble problem={v.problem} />;
  return (
    <div class={`verdict ${v.answer}`}>
      <h2>
        {v.answer === "identical" && <Mark tone="good">{t("check.identical")}</Mark>}
        {v.answer === "earlier" && <Mark tone="wait">{t("check.earlier")}</Mark>}
        {v.answer === "not-ours" && <Mark tone="bad">{t("check.not-ours")}</Mark>}
      </h2>
      <p>{t(`check.${v.answer}-note`)}</p>
      <dl class="facts">
        <dt>{t("check.file")}</dt>
        <dd>{v.file}</dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{v.digest}</code>
        </dd>
        {"known" in v && (
          <>
            <dt>{t("check.what")}</dt>
            <dd>
              <To href={v.known.href}>{v.known.what}</To>
            </dd>
            {v.known.since && (
              <>
                <dt>{t("check.since")}</dt>
                <dd>
                  <When at={v.known.since} />
                </dd>
              </>
            )}
          </>
        )}
      </dl>
    </div>
  );
}

export default function Check(): JSX.Element {
  const [verdict, setVerdict] = useState<Verdict | undefined>(undefined);
  const [over, setOver] = useState(false);
  const take = (file: File | undefined | null): void => {
    if (file) void judge(file).then(setVerdict);
  };
  return (
    <>
      <Head view="check" />
      <div
        class={over ? "drop big over" : "drop big"}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(e) => {
          e.preventDefault();
          setOver(false);
          take(e.dataTransfer?.files[0]);
        }}
      >
        <label class="file">
          <input type="file" class="sr" onChange={(e) => take(e.currentTarget.files?.[0])} />
          <span class="button main">{t("check.choose")}</span>
          <span>{t("check.drop")}</span>
        </label>
      </div>
      <div aria-live="polite">{verdict && <Answer v={verdict} />}</div>
      <Part title={t("check.means")}>
        <p class="note">{t("check.means-note")}</p>
        <p class="note">
          {t("check.own-means")} <code>sha256sum FILE</code>
        </p>
      </Part>
    </>
  );
}
