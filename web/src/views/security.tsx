/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Security log: what was tried without a right; for administrators, of their own people. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { zone } from "../format.ts";
import { t, named, type Key } from "../i18n.ts";
import { Party, Rows, When } from "../ui/parts.tsx";
import { seatName } from "../ui/seatname.ts";
import { Head } from "../ui/shell.tsx";
import { useNames } from "../wire/names.ts";
import { session } from "../wire/session.ts";
import { useView } from "../wire/view.ts";

/* What is no kind of act. */
const others = ["another-site", "figures", "intake", "link-false", "over-quota", "passkey-false", "passkey-unknown", "password-false", "password-unknown", "person-link", "rate", "view"];

function what(word: string): string {
  return others.includes(word) ? t(`security.what-${word}` as Key) : named("act", word);
}

const PAGE = 100;

export default function Security(): JSX.Element {
  const names = useNames();
  const [limit, setLimit] = useState(PAGE);
  const rows = useView("attempts", { limit }, !session.value?.administrator);
  return (
    <>
      <Head view="security" />
      {!session.value?.administrator ? (
        <p class="note">{t("security.administrators")}</p>
      ) : (
        <Rows of={rows} none={t("security.none")}>
          {(all) => (
            <>
              <div class="table" tabIndex={0}>
                <table aria-label={named("page", "security")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("security.at")} ({zone()})</th>
                      <th scope="col">{t("security.who")}</th>
                      <th scope="col">{t("security.what")}</th>
                      <th scope="col">{t("security.subject")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.map((a) => (
                      <tr key={a.n}>
                        <td class="number">
                          <When at={a.at} short />
                        </td>
                        <td>
                          {a.party && <Party id={a.party} />} {a.name ?? a.person ?? t("security.nobody")}
                          {a.office && <span class="meta"> {seatName(names, a.office)}</span>}
                        </td>
                        <td>{what(a.what)}</td>
                        <td>{a.subject && <code>{a.subject}</code>}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {all.length === limit && limit < 500 && (
                <button type="button" onClick={() => setLimit(Math.min(500, limit + PAGE))}>
                  {t("security.more")}
                </button>
              )}
            </>
          )}
        </Rows>
      )}
    </>
  );
}
