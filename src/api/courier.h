/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * courier.h: the thread that looks for what is to leave the house, gives it to the reach
 * process (net/errand.h) and puts down what became of it.
 *
 * A letter is marked as being sent before it is given away, and its outcome is put down when
 * the answer is there.  A desk that starts and finds a letter marked so asks the reach process,
 * which remembers what it carried: only when both were ended at once, or the connection to the
 * relay was lost after the whole message, may a letter go out twice, and then with the same
 * Message-ID, by which mail systems know it again (RFC 5321, 4.5.3.2.6 and 6.1).
 */
#ifndef API_COURIER_H
#define API_COURIER_H

#include "base/err.h"

struct courier;
struct desk;

/* `link` is a stream to the reach process, and becomes the courier's. */
int courier_start(struct courier **out, struct desk *desk, int link,
		  struct fault *f) MUST_CHECK;
void courier_stop(struct courier *c); /* NULL is allowed */

/* From any thread; neither waits.  A new link closes the one before. */
void courier_poke(struct courier *c); /* something changed; NULL is allowed */
void courier_relink(struct courier *c, int link);

#endif
