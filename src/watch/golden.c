/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/golden.h"
#include "watch/table.h"

#define BEYOND 1e100 /* any count; such numbers are compared by their logarithm */


bool golden_equal(const struct golden *g)
{
	return !g->alarms && !g->trends && !g->missing && !g->texts &&
	       g->largest <= GOLDEN_TOLERANCE;
}


static void compare_number(struct golden *g, const struct column *c, double ours, double theirs)
{
	double far;

	if (isnan(ours) || isnan(theirs)) {
		bool differ = isnan(ours) != isnan(theirs);

		g->missing += differ;
		g->alarms += differ && c->type == COLUMN_ALARM;
		g->trends += differ && c->type == COLUMN_TREND;
		return;
	}
	g->alarms += c->type == COLUMN_ALARM && ours != theirs;
	g->trends += c->type == COLUMN_TREND && ours != theirs;
	if (theirs > BEYOND && ours > 0) { /* e to the power of something */
		ours = log(ours);
		theirs = log(theirs);
	}
	far = ours == theirs ? 0 : fabs(ours - theirs) / fmax(1, fabs(theirs));
	if (!(far <= g->largest)) {
		g->largest = far;
		g->where = c->name;
		g->row = g->rows;
	}
}


static int compare_cell(struct golden *g, const struct result *r, size_t col,
			const struct table *t, int at, struct fault *f)
{
	double ours = r->v[(g->rows - 1) * r->cols + col], theirs;
	const struct column *c = &r->columns[col];
	char date[TIME_DATE_SIZE];
	const char *text = t->cell[at];
	int err;

	if (c->type == COLUMN_TEXT) {
		g->texts += !text_eq(isnan(ours) ? "NA" : r->texts[(size_t)ours], text);
		return 0;
	}
	if (c->type == COLUMN_DATE) {
		time_days_date(date, isnan(ours) ? 0 : (int64_t)ours);
		g->texts += !text_eq(isnan(ours) ? "NA" : date, text);
		return 0;
	}
	if (text_eq(text, "Inf") || text_eq(text, "-Inf")) {
		g->missing += !isinf(ours) || (ours < 0) != (text[0] == '-');
		return 0;
	}
	err = table_real(&theirs, t, at, true, -HUGE_VAL, HUGE_VAL, f);
	if (!err)
		compare_number(g, c, ours, theirs);

	return err;
}


static int find_columns(int *at, const struct result *r, const struct table *t, struct fault *f)
{
	for (size_t i = 0; i < r->cols; i++) {
		at[i] = table_find(t, r->columns[i].name);
		if (at[i] < 0)
			return table_fault(t, -1, f, E_RANGE, "There is no column \"%s\".",
					   r->columns[i].name);
	}
	if (t->cols != r->cols)
		return table_fault(t, -1, f, E_RANGE, "There are %zu columns, not %zu.",
				   t->cols, r->cols);

	return 0;
}


int golden_compare(struct golden *out, const struct result *r, const char *csv, size_t len,
		   struct fault *f)
{
	struct arena *a = arena_new(4096);
	int at[TABLE_COLS_MAX] = { 0 }, err, more;
	struct table t;

	*out = (struct golden){ 0 };
	err = table_open(&t, a, csv, len, f);
	if (!err)
		err = find_columns(at, r, &t, f);
	while (!err && (more = table_next(&t, f)) != 0) {
		if (more < 0) {
			err = more;
		} else if (++out->rows > r->rows) {
			err = table_fault(&t, -1, f, E_RANGE,
					  "There are only %zu rows of ours.", r->rows);
		} else {
			for (size_t i = 0; !err && i < r->cols; i++)
				err = compare_cell(out, r, i, &t, at[i], f);
		}
	}
	if (!err && out->rows != r->rows)
		err = table_fault(&t, -1, f, E_RANGE, "There are %zu rows of ours.", r->rows);
	arena_free(a);

	return err;
}
