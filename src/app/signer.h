/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * signer.h: the keeper as the writer sees it (act/writer.h), over a socket.
 *
 * Requests are answered in order.  When the keeper dies the parent starts another and hands
 * over a new link; what was asked is asked again there.
 */
#ifndef APP_SIGNER_H
#define APP_SIGNER_H

#include "act/writer.h"
#include "ledger/keeper.h"

struct keeper_door;

/* `link` belongs to the door from then on. */
int keeper_door_open(struct keeper_door **out, int link) MUST_CHECK;
void keeper_door_close(struct keeper_door *d);

/* From any thread: the keeper was started anew behind this link. */
void keeper_door_relink(struct keeper_door *d, int link);

/* For the writer. */
struct signer *keeper_door_signer(struct keeper_door *d);

/* The public keys.  Errors: E_BUSY the keeper does not answer. */
int keeper_door_keys(struct keeper_reply *out, struct keeper_door *d) MUST_CHECK;

/* Note every key in the store, so that leaves can be told apart (ledger/log.h). */
int keeper_door_note_keys(struct keeper_door *d, struct store *st, int64_t now) MUST_CHECK;

#endif
