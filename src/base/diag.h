/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * diag.h: the server's own log: one line an event, to standard error.
 *
 *	<6>desk: store: opened at schema 3
 *
 * The number is the priority that journald understands (sd-daemon(3)); then the role, the
 * module and what happened.  No personal data: persons by id, never by name or address.
 * The ledger of acts is elsewhere (ledger/).
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/err.h"

enum diag_level {
	DIAG_ERROR = 3,	  /* somebody should look */
	DIAG_WARNING = 4, /* it works, but not as it should */
	DIAG_INFO = 6,	  /* starts, stops, changes of state */
	DIAG_DEBUG = 7,
};

/* The name of this process in every line; set once, before threads. */
void diag_role(const char *role);

/* Lines above this level are dropped; DIAG_INFO unless COMITY_DEBUG is set. */
void diag_level(enum diag_level level);

void diag_error(const char *module, const char *fmt, ...) PRINTF(2, 3);
void diag_warning(const char *module, const char *fmt, ...) PRINTF(2, 3);
void diag_info(const char *module, const char *fmt, ...) PRINTF(2, 3);
void diag_debug(const char *module, const char *fmt, ...) PRINTF(2, 3);

#endif
