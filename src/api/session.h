/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * session.h: who asks.
 *
 * A demonstration takes seats by token, without a person behind them:
 *
 *	Authorization: Bearer seat:depositary          an office of the organisation
 *	Authorization: Bearer seat:head@ce             an office of a party
 *	Authorization: Bearer seat:staff/secretariat   staff of a body
 */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "base/err.h"

struct request;

/*
 * Fill r->seat (unresolved).  Nobody signed in is no error: the public part stands open.
 *
 * Errors: E_SESSION a token that is not valid; E_RANGE one that is malformed.
 */
int session_seat(struct request *r) MUST_CHECK;

#endif
