/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* save.ts: a text that is here, as a file of the reader. */

export function saveFile(name: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
