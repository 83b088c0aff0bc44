/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * telling.h: seats and acts in words, for people who read a story or look up a form.
 */
#ifndef APP_TELLING_H
#define APP_TELLING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fields.h"

struct charter;

/* "Depositary", "Head of delegation of Cedria", "Staff of the Secretariat", "The public",
 * and "What is due" for what the centre proposes by itself ("machine"). */
void telling_seat(struct buf *out, const struct charter *c, const char *seat, const char *lang);

/* An id as its name where the charter knows one (true); otherwise as it is. */
bool telling_name(struct buf *out, const struct charter *c, const char *kind, const char *id,
		  const char *lang);

/* The body of an act, a line for each member: "  party: Cedria". */
void telling_body(struct buf *out, const struct charter *c, const struct fields *fields,
		  const json_t *body, const char *indent, const char *lang);

/* What may be filled in: each member with its type, its limits and what it is. */
void telling_form(struct buf *out, const struct fields *fields, const char *indent);

#endif
