/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * device.ts: the key of this browser.  Its private half cannot be taken out of it; rooms of
 * channels without guests know the device by the SHA-256 of the public half, which an officer
 * of the party admits.
 */
import { digestOf } from "./digest.ts";

const STORE = "keys";

function opened(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const r = indexedDB.open("comity-device", 1);
    r.onupgradeneeded = () => r.result.createObjectStore(STORE);
    r.onsuccess = () => done(r.result);
    r.onerror = () => fail(r.error ?? new Error("indexedDB"));
  });
}

function asked<T>(db: IDBDatabase, mode: IDBTransactionMode, what: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    const r = what(db.transaction(STORE, mode).objectStore(STORE));
    r.onsuccess = () => done(r.result);
    r.onerror = () => fail(r.error ?? new Error("indexedDB"));
  });
}

async function key(): Promise<CryptoKeyPair> {
  const db = await opened();
  try {
    const kept = await asked<CryptoKeyPair | undefined>(db, "readonly", (s) => s.get("own") as IDBRequest<CryptoKeyPair | undefined>);
    if (kept) return kept;
    const made = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"])) as CryptoKeyPair;
    /* Another tab may have been quicker: the first that is kept counts. */
    await asked(db, "readwrite", (s) => s.add(made, "own")).catch(() => undefined);
    return await asked<CryptoKeyPair>(db, "readonly", (s) => s.get("own") as IDBRequest<CryptoKeyPair>);
  } finally {
    db.close();
  }
}

/* SHA-256 of the public half, in hexadecimal; throws where the page has no secure address. */
export async function thisDevice(): Promise<string> {
  return digestOf(new Blob([await crypto.subtle.exportKey("raw", (await key()).publicKey)]));
}
