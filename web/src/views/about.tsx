/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* About: what this is, what it leaves out by design, versions, licences. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { named, t, type Key } from "../i18n.ts";
import { Part } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { getJson } from "../wire/api.ts";
import { useNames } from "../wire/names.ts";
import { demo } from "../wire/session.ts";

const leftOut: Key[] = ["about.not-forces", "about.not-weapons", "about.not-persons", "about.not-biometrics", "about.not-cases", "about.not-automatic", "about.not-secrets", "about.not-emergency"];

interface Licence {
  name: string;
  what: Key;
  licence: string;
}
const licences: Licence[] = [
  { name: "Preact, preact-iso, @preact/signals, uqr", what: "about.front", licence: "MIT" },
  { name: "SQLite", what: "about.store", licence: "public domain" },
  { name: "libpq", what: "about.store", licence: "PostgreSQL" },
  { name: "libmicrohttpd", what: "about.http", licence: "LGPL-2.1-or-later" },
  { name: "OpenSSL", what: "about.crypto", licence: "Apache-2.0" },
  { name: "libsodium", what: "about.crypto", licence: "ISC" },
  { name: "libfido2", what: "about.keeping", licence: "BSD-2-Clause" },
  { name: "libcbor", what: "about.keeping", licence: "MIT" },
  { name: "libseccomp", what: "about.keeping", licence: "LGPL-2.1-only" },
  { name: "jansson, libyaml, Expat", what: "about.formats", licence: "MIT" },
  { name: "GNU Scientific Library", what: "about.figures", licence: "GPL-3.0-or-later" },
  { name: "libzip", what: "about.figures", licence: "BSD-3-Clause" },
  { name: "curl", what: "about.network", licence: "curl" },
  { name: "cairo", what: "about.papers", licence: "LGPL-2.1-only or MPL-1.1" },
  { name: "FreeType", what: "about.papers", licence: "FTL or GPL-2.0-or-later" },
  { name: "libqrencode", what: "about.papers", licence: "LGPL-2.1-or-later" },
  { name: "PT Sans, PT Serif", what: "about.papers", licence: "ParaType Free Font License" },
  { name: "ICU", what: "about.languages", licence: "Unicode-3.0" },
];

function useVersion(): string {
  const [version, setVersion] = useState("");
  useEffect(() => {
    getJson<{ version: string }>("/healthz").then(
      (h) => setVersion(h.version),
      () => undefined,
    );
  }, []);
  return version;
}

export default function About(): JSX.Element {
  const version = useVersion();
  const label = useNames().name("organisation", "label");
  return (
    <>
      <Head view="about" />
      {demo.value && (
        <Part title={t("about.specimen")}>
          <p class="note">
            {label !== "label" && `${label}.`} {t("about.specimen-note")}
          </p>
        </Part>
      )}
      <Part title={t("about.left-out")} note={t("about.left-out-note")}>
        <ul class="bullets">
          {leftOut.map((k) => (
            <li key={k}>{t(k)}</li>
          ))}
        </ul>
      </Part>
      <Part title={t("about.proofs")} note={t("about.proofs-note")}>
        <p class="links">
          <a href="/checkpoint">{t("about.checkpoint")}</a>
          <a href="/keys">{t("about.keys")}</a>
          <a href="/policy">{t("about.policy")}</a>
          <a href="/check">{named("page", "check")}</a>
        </p>
      </Part>
      <Part title={t("about.programs")} note={t("about.programs-note")}>
        <p class="links">
          <a href="/api/v1/openapi.json">OpenAPI</a>
        </p>
      </Part>
      <Part title={t("about.versions")}>
        <dl class="facts">
          <dt>Comity</dt>
          <dd>{version}</dd>
          <dt>{t("about.licence")}</dt>
          <dd>AGPL-3.0-or-later. {t("about.licence-note")}</dd>
        </dl>
        <div class="table" tabIndex={0}>
          <table aria-label={t("about.licences")}>
            <thead>
              <tr>
                <th scope="col">{t("about.part")}</th>
                <th scope="col">{t("about.for")}</th>
                <th scope="col">{t("about.licence")}</th>
              </tr>
            </thead>
            <tbody>
              {licences.map((l) => (
                <tr key={l.name}>
                  <th scope="row">{l.name}</th>
                  <td>{t(l.what)}</td>
                  <td>{l.licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Part>
    </>
  );
}
