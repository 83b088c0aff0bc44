/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* charters.h: loading charters in tests. */
#ifndef TESTS_CHARTERS_H
#define TESTS_CHARTERS_H

#include "base/mem.h"
#include "charter/load.h"
#include "charter/rules.h"
#include "charter/silence.h"
#include "t.h"

/* A charter that must load; the test fails with the first errors when it does not. */
static inline struct charter *t_charter_text(const char *text, size_t len, const char *name)
{
	struct charter_report r;
	struct charter *c = NULL;
	int err;

	charter_report_init(&r);
	err = charter_load(&c, &r, text, len);
	for (size_t i = 0; i < r.errors.count && i < 5; i++)
		(void)fprintf(stderr, "%s:%d:%d: %s: %s\n", name, r.errors.at[i].line,
			      r.errors.at[i].col, r.errors.at[i].path, r.errors.at[i].text);
	ck_assert_msg(!err, "%s does not load", name);
	charter_report_clear(&r);

	return c;
}


static inline struct charter *t_charter(const char *path)
{
	size_t len = 0;
	char *text = t_slurp(path, &len);
	struct charter *c = t_charter_text(text, len, path);

	free(text);

	return c;
}

#endif
