/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sign in: by passkey; by password with a code where a party's administrator allows it. */
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { t } from "../i18n.ts";
import { Part } from "../ui/parts.tsx";
import { Head } from "../ui/shell.tsx";
import { Verify } from "../ui/verify.tsx";
import { demo, seat } from "../wire/session.ts";

export default function SignIn(): JSX.Element {
  const { route } = useLocation();
  return (
    <>
      <Head view="signin" />
      {demo.value ? (
        <p class="note">{t("signin.demo")}</p>
      ) : seat.value ? (
        <p>
          {t("signin.already")} <a href="/account">{t("signin.account")}</a>
        </p>
      ) : (
        <Verify done={() => route("/")} />
      )}
      <Part title={t("signin.no-access")} note={t("signin.no-access-note")}>
        {null}
      </Part>
    </>
  );
}
