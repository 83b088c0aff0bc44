/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * refusal.h: the charter says no.
 *
 * A refusal is not a failure.  It has a code of a closed list, the charter rule that founds
 * it ("statuses/observer/gate"), and a sentence: a key of i18n/refusals with arguments, so
 * that each reader sees it in a language of their own.  The names of arguments say what
 * their values are (refusal_arg_kind()), so that ids can be shown as names.
 */
#ifndef ACT_REFUSAL_H
#define ACT_REFUSAL_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum refusal_code {
	REFUSAL_NONE,
#define X(name, slug) REFUSE_##name,
#include "act/refusal.def"
#undef X
	REFUSAL_COUNT
};

enum {
	REFUSAL_ARGS_MAX = 8,
};

struct refusal_arg {
	const char *name;
	const char *value;
};

struct refusal {
	enum refusal_code code;
	const char *rule; /* path in the charter, or NULL */
	const char *text; /* key of the catalogue: "gate-closed.instrument" */
	size_t count;
	struct refusal_arg args[REFUSAL_ARGS_MAX];
};

const char *refusal_slug(enum refusal_code code);
enum refusal_code refusal_of(const char *slug); /* REFUSAL_NONE when there is none such */

/* {"code": ..., "rule": ..., "text": key, "args": {...}} */
void refusal_json(struct jw *w, const struct refusal *r);

/* The inverse; texts stay in `object`.  Errors: E_RANGE. */
int refusal_parse(struct refusal *out, const json_t *object) MUST_CHECK;

/*
 * How an id of an argument is shown: `name` is the argument's ("party", "parties",
 * "instrument", ...), `id` one id.  Returns the name in the reader's language or NULL.
 */
typedef const char *refusal_name_h(const char *name, const char *id, const char *lang,
				   void *arg);

/* The sentence in `lang` (English where a language lacks it). */
void refusal_sentence(struct buf *out, const struct refusal *r, const char *lang,
		      refusal_name_h *name, void *arg);

#endif
