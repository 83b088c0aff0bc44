/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * draft.ts: what somebody typed, kept in this browser until the act is done.  The draft holds
 * the id of the act too: sent twice, it is done once.
 */
import { newId } from "./api.ts";

export interface Draft {
  id: string;
  values: Record<string, unknown>;
}

const key = (kind: string, subject: string, seat: string): string => `draft:${seat}:${kind}:${subject}`;

export function readDraft(kind: string, subject: string, seat: string): Draft | undefined {
  try {
    const text = localStorage.getItem(key(kind, subject, seat));
    return text ? (JSON.parse(text) as Draft) : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(kind: string, subject: string, seat: string, draft: Draft): void {
  try {
    localStorage.setItem(key(kind, subject, seat), JSON.stringify(draft));
  } catch {
    /* a full or forbidden store: what is typed lives as long as the page */
  }
}

export function dropDraft(kind: string, subject: string, seat: string): void {
  localStorage.removeItem(key(kind, subject, seat));
}

export function newDraft(values: Record<string, unknown>): Draft {
  return { id: newId(), values };
}
