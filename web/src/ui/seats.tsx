/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seats.tsx: in a demonstration, take the seat of anybody; else who is signed in. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pick, t } from "../i18n.ts";
import type { Naming, Parties } from "../wire/names.ts";
import { changeSeat, seat, seatOf, seatText, seatsOf, session, takeSeat, type Seat } from "../wire/session.ts";
import { seatName } from "./seatname.ts";

const open = signal(false);

export function openSeats(): void {
  open.value = true;
}

/* The seats a visitor may try; heads of delegation of every party with a status follow. */
const own: Seat[] = [{ office: "secretary-general" }, { office: "depositary" }, { office: "duty-officer" }, { office: "chief-of-joint-staff" }];

export function seatLabel(names: Naming, parties: Parties, s: Seat | undefined): string {
  if (!s) return t("shell.public");
  const office = seatName(names, s.office);
  return s.party ? `${office}, ${parties.short(s.party)}` : office;
}

function Choice({ s, label, note }: { s: Seat | undefined; label: string; note?: string }): JSX.Element {
  const now = s ? seat.value && seatText(seat.value) === seatText(s) : !seat.value;
  return (
    <li>
      <button
        type="button"
        aria-pressed={Boolean(now)}
        onClick={() => {
          void takeSeat(s).then(() => (open.value = false));
        }}
      >
        {label}
        {note && <small>{note}</small>}
      </button>
    </li>
  );
}

/* A demonstration: any seat. */
export function SeatMenu({ names, parties }: { names: Naming; parties: Parties }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open.value && !dialog.current?.open) dialog.current?.showModal();
    if (!open.value && dialog.current?.open) dialog.current.close();
  }, [open.value]);
  const delegations = (parties.rows ?? []).filter((p) => p.status);
  return (
    <div class="seat">
      <button type="button" class="seat-button" aria-haspopup="dialog" onClick={() => (open.value = true)}>
        <span class="faint">{t("shell.seat")}</span> <b>{seatLabel(names, parties, seat.value)}</b>
      </button>
      <dialog ref={dialog} class="seats" aria-labelledby="seats-title" onClose={() => (open.value = false)}>
        <h2 id="seats-title">{t("shell.take-a-seat")}</h2>
        <p>{t("shell.take-a-seat-note")}</p>
        <h3>{t("shell.seats-own")}</h3>
        <ul class="choices">
          {own.map((s) => (
            <Choice key={s.office} s={s} label={seatName(names, s.office)} />
          ))}
        </ul>
        <h3>{t("shell.seats-parties")}</h3>
        <ul class="choices">
          {delegations.map((p) => (
            <Choice key={p.id} s={{ office: "head", party: p.id }} label={pick(p.short)} note={names.name("statuses", p.status ?? "")} />
          ))}
        </ul>
        <h3>{t("shell.seats-outside")}</h3>
        <ul class="choices">
          {(parties.rows ?? [])
            .filter((p) => !p.status && p.kind !== "organisation")
            .map((p) => (
              <Choice key={p.id} s={{ office: "officer", party: p.id }} label={pick(p.short)} note={t("shell.office-officer")} />
            ))}
          <Choice s={undefined} label={t("shell.public")} />
        </ul>
        <form method="dialog">
          <button>{t("shell.close")}</button>
        </form>
      </dialog>
    </div>
  );
}

/* A real centre: who is signed in, in which office; or the way in. */
export function SignedIn({ names, parties }: { names: Naming; parties: Parties }): JSX.Element {
  const s = session.value;
  if (!seat.value)
    return (
      <a class="button" href="/signin">
        {t("shell.sign-in")}
      </a>
    );
  const others = seatsOf(s);
  const now = seatText(seat.value);
  return (
    <div class="seat signed">
      {others.length > 1 && (
        <label>
          <span class="sr">{t("shell.seat")}</span>
          <select value={now} onChange={(e) => void changeSeat(e.currentTarget.value)}>
            {others.map((o) => (
              <option key={o} value={o}>
                {seatLabel(names, parties, seatOf(o))}
              </option>
            ))}
          </select>
        </label>
      )}
      <a class="button" href="/account">
        {s?.name ?? seatLabel(names, parties, seat.value)}
      </a>
    </div>
  );
}
