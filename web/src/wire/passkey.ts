/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey.ts: WebAuthn between the browser and the routes of sign-in. */
import { getJson, postJson } from "./api.ts";
import type { Session } from "./session.ts";

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

export function toBase64(bytes: ArrayBuffer): string {
  let text = "";
  for (const b of new Uint8Array(bytes)) text += String.fromCharCode(b);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

interface Question {
  challenge: string;
  rpId: string;
  timeout: number;
  userVerification: UserVerificationRequirement;
}

interface Creation {
  challenge: string;
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: { type: "public-key"; alg: number }[];
  excludeCredentials: { type: "public-key"; id: string }[];
  authenticatorSelection: AuthenticatorSelectionCriteria;
  timeout: number;
}

/* Sign in, or prove presence again. */
export async function answerPasskey(): Promise<Session> {
  const q = await postJson<Question>("/api/v1/session/passkey/options", {});
  const got = (await navigator.credentials.get({
    publicKey: { challenge: fromBase64(q.challenge), rpId: q.rpId, timeout: q.timeout, userVerification: q.userVerification },
  })) as PublicKeyCredential;
  const r = got.response as AuthenticatorAssertionResponse;
  return postJson<Session>("/api/v1/session/passkey", {
    id: toBase64(got.rawId),
    clientDataJSON: toBase64(r.clientDataJSON),
    authenticatorData: toBase64(r.authenticatorData),
    signature: toBase64(r.signature),
  });
}

/* What a new passkey sends; `at` is where its question and its answer go. */
export async function makePasskey<T>(at: string, extra: Record<string, unknown>): Promise<T> {
  const c = await postJson<Creation>(`${at}/options`, extra.token === undefined ? {} : { token: extra.token });
  const made = (await navigator.credentials.create({
    publicKey: {
      challenge: fromBase64(c.challenge),
      rp: c.rp,
      user: { ...c.user, id: fromBase64(c.user.id) },
      pubKeyCredParams: c.pubKeyCredParams,
      excludeCredentials: c.excludeCredentials.map((x) => ({ type: x.type, id: fromBase64(x.id) })),
      authenticatorSelection: c.authenticatorSelection,
      attestation: "none",
      timeout: c.timeout,
    },
  })) as PublicKeyCredential;
  const r = made.response as AuthenticatorAttestationResponse;
  return postJson<T>(at, { ...extra, clientDataJSON: toBase64(r.clientDataJSON), attestationObject: toBase64(r.attestationObject) });
}

export interface Passkey {
  id: string;
  name: string;
  made: string;
  used?: string;
  synced?: boolean;
}

export async function listPasskeys(): Promise<Passkey[]> {
  return (await getJson<{ passkeys: Passkey[] }>("/api/v1/passkeys")).passkeys;
}
