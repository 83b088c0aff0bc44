/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* device.tsx: this device, and the devices that a party admitted. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { thisDevice } from "../wire/device.ts";
import { seat } from "../wire/session.ts";
import { useView } from "../wire/view.ts";
import { ActPart } from "./form.tsx";
import { Mark, Part, Party, Rows, When } from "./parts.tsx";

/* Its digest, where it is asked for; undefined while it is made, null where there can be none. */
export function useDevice(wanted = true): string | undefined | null {
  const [device, setDevice] = useState<string | undefined | null>(undefined);
  useEffect(() => {
    if (wanted) void thisDevice().then(setDevice, () => setDevice(null));
  }, [wanted]);
  return device;
}

/* What an officer needs to admit it. */
export function ThisDevice({ device }: { device: string | undefined | null }): JSX.Element {
  return (
    <p class="note">
      {t("device.this")} {device === null ? <Mark tone="bad">{t("device.none")}</Mark> : device ? <code>{device}</code> : <span class="faint">…</span>}
    </p>
  );
}

/* Those admitted, with the forms of the officer. */
export function Devices(): JSX.Element | null {
  const party = seat.value?.party;
  const own = useDevice();
  const list = useView("devices", {}, !seat.value);
  if (!party) return null;
  return (
    <Part title={t("device.title")} note={t("device.note")}>
      <ThisDevice device={own} />
      <Rows of={list} none={t("device.nobody")}>
        {(rows) => (
          <ul class="todo">
            {rows.map((d) => (
              <li key={d.device}>
                <div>
                  <Party id={d.party} plain /> · {d.person}
                  <div class="meta">
                    <code>{d.device}</code> <When at={d.admitted} />
                  </div>
                </div>
                {d.device === own && <Mark tone="good">{t("device.mine")}</Mark>}
              </li>
            ))}
          </ul>
        )}
      </Rows>
      <ActPart kind="device.admit" subject={`party/${party}`} />
      {(list.rows?.length ?? 0) > 0 && <ActPart kind="device.withdraw" subject={`party/${party}`} />}
    </Part>
  );
}
