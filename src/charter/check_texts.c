/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check_texts.c: which texts have no wording in a working language. */
#include <stdio.h>

#include "charter/check.h"

struct missing {
	const char *lang;
	size_t count;
	const struct charter_origin *first; /* the rule around the first of them */
	char key[128];			    /* below that rule */
};

/* Where a text stands: the rule around it, and the keys below that rule. */
struct spot {
	const struct charter_origin *around;
	char below[128];
};

static void look_record(struct missing *m, const struct shape *shape, const void *record,
			const struct spot *spot);


static void look_text(struct missing *m, const struct charter_text *t, const struct spot *spot)
{
	for (size_t i = 0; i < t->count; i++)
		if (text_eq(t->at[i].lang, m->lang))
			return;
	if (!t->count)
		return;
	if (!m->count++) {
		m->first = spot->around;
		(void)text_copy(m->key, sizeof(m->key), spot->below);
	}
}


static void look_field(struct missing *m, const struct field *f, const void *at,
		       const struct spot *around)
{
	struct sequence list = { 0 };
	struct spot spot = { .around = around->around };
	const void *record = at;

	if (!at)
		return;
	(void)snprintf(spot.below, sizeof(spot.below), "%.60s%s%s", around->below,
		       around->below[0] ? "/" : "", f->key);
	if (f->type == F_TEXT)
		look_text(m, at, &spot);
	if (f->type == F_RECORD_OPT)
		memcpy(&record, at, sizeof(record));
	if ((f->type == F_RECORD || f->type == F_RECORD_OPT) && record)
		look_record(m, f->of, record, &spot);
	if (f->type == F_TEXTS || f->type == F_RECORDS)
		memcpy(&list, at, sizeof(list));
	for (size_t i = 0; i < list.count; i++) {
		const char *entry = (const char *)list.at + i * field_size(f);

		if (f->type == F_TEXTS)
			look_text(m, (const void *)entry, &spot);
		else
			look_record(m, f->of, entry, &spot);
	}
}


static void look_record(struct missing *m, const struct shape *shape, const void *record,
			const struct spot *spot)
{
	const struct charter_origin *own = shape->has_origin ? record : NULL;
	const struct spot at_own = { .around = own };

	if (own && own->path)
		spot = &at_own;
	for (size_t i = 0; i < shape->count; i++)
		look_field(m, &shape->fields[i], (const char *)record + shape->fields[i].offset,
			   spot);
}


void check_texts(struct loader *l)
{
	const struct charter *c = l->c;
	const struct spot nowhere = { .around = NULL };

	for (size_t i = 0; i < c->languages.working.count; i++) {
		struct missing m = { .lang = c->languages.working.at[i] };

		if (text_eq(m.lang, c->languages.otherwise))
			continue;
		look_record(&m, &shape_file, c, &nowhere);
		if (m.count && m.first)
			warn_at(l, m.first, m.key,
				"%zu text%s no wording in the working language \"%s\"; the first is "
				"here",
				m.count, m.count == 1 ? " has" : "s have", m.lang);
	}
}
