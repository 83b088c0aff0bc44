/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is shown at an address where there is nothing. */
import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { Head } from "../ui/shell.tsx";

export default function Absent(): JSX.Element {
  return (
    <>
      <Head view="absent" />
      <p>
        <a href="/">{t("absent.home")}</a>
      </p>
    </>
  );
}
