/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { t, type Key } from "../i18n.ts";
import type { Naming } from "../wire/names.ts";

/* Offices that every party has; the others are named by the charter. */
const common = ["head", "alternate", "delegate", "officer", "staff", "operator"];

export function seatName(names: Naming, office: string): string {
  return common.includes(office) ? t(`shell.office-${office}` as Key) : names.name("offices", office);
}
