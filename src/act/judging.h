/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judging.h: what judges and views of every module need again and again. */
#ifndef ACT_JUDGING_H
#define ACT_JUDGING_H

#include "act/kind.h"
#include "charter/answer.h"
#include "charter/snapshot.h"

/* A text of the charter as JSON by language, as registers keep it: {"en":"..."}. */
const char *ltext_json(struct arena *a, struct charter_text text);

/* ["a","b"] of texts, and back (struct field_list of const char *). */
const char *list_json(struct arena *a, const struct field_list *list);
struct field_list list_parse(struct arena *a, const char *json);
struct field_list list_of_ids(struct arena *a, const char *const *ids, size_t count);
struct field_list list_of_sources(struct arena *a, struct charter_strings src);

/* Add an id, which lives in the arena, to a list there that grows as it must. */
void ids_append(struct charter_ids *ids, struct arena *a, const char *id);

/* The party with this id, or a refusal (not-found). */
int need_party(const struct snapshot_party **out, struct act_cx *cx, const char *id) MUST_CHECK;

/* The number after the slash of the subject: of a file, a review. */
int need_number(int64_t *out, struct act_cx *cx) MUST_CHECK;

/* A party acts for itself; the secretariat may record for it. */
int need_own(struct act_cx *cx, const char *party) MUST_CHECK;

/* "12" in the arena. */
const char *number_text(struct arena *a, int64_t n);

/* A whole number of a row; FIELD_NONE for NULL. */
struct store_rows;
int64_t row_int(const struct store_rows *rows, int col);

/* A copy in the arena of a text of a row; NULL stays NULL. */
const char *row_text(struct arena *a, const struct store_rows *rows, int col);

/* Where a status has its gate: what the deposits of the gate instrument say. */
struct gate {
	bool open;
	const char *instrument; /* NULL: there is no gate */
	const char *in_force;	/* NULL: it is not */
	size_t need;		/* parties whose deposit is needed */
	size_t deposits;
	size_t ratified;
	struct charter_ids waiting;    /* need to deposit */
	struct charter_ids unratified; /* need to agree at home */
	const char *rule;
	struct charter_strings src;
};

int gate_read(struct gate *out, struct arena *a, struct store *st, const struct charter *c,
	      const struct charter_status *status, const char *today) MUST_CHECK;

/* Refuse when the gate of the status is closed. */
int gate_check(struct act_cx *cx, const struct charter *c,
	       const struct charter_status *status) MUST_CHECK;

#endif
