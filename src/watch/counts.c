/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/counts.h"
#include "watch/table.h"

enum {
	FREQ_UNDATED = 52,
};

struct reading {
	struct table table;
	int t, date, y, population; /* columns, -1: not there */
	double *ys, *pops;
	int64_t *days;
	size_t n, room;
};


static int find_columns(struct reading *r, struct fault *f)
{
	struct table *t = &r->table;

	r->t = table_find(t, "t");
	r->date = table_find(t, "date");
	r->y = table_find(t, "y");
	r->population = table_find(t, "population");
	for (size_t i = 0; i < t->cols; i++)
		if ((int)i != r->t && (int)i != r->date && (int)i != r->y &&
		    (int)i != r->population)
			return table_fault(t, (int)i, f, E_SYNTAX,
					   "A series has the columns t, date, y and "
					   "population, not \"%.64s\".",
					   t->head[i]);
	if (r->y < 0)
		return table_fault(t, -1, f, E_SYNTAX,
				   "The header names no column y, which holds the counts.");

	return 0;
}


static void make_room(struct reading *r)
{
	if (r->n < r->room)
		return;
	r->room = r->room ? 2 * r->room : 256;
	r->ys = mem_grow(r->ys, r->room, sizeof(*r->ys));
	r->pops = mem_grow(r->pops, r->room, sizeof(*r->pops));
	r->days = mem_grow(r->days, r->room, sizeof(*r->days));
}


static int take_date(struct reading *r, struct fault *f)
{
	double day;
	int err = table_date(&day, &r->table, r->date, f);

	if (err)
		return err;
	r->days[r->n] = (int64_t)day;
	if (r->n && r->days[r->n] <= r->days[r->n - 1])
		return table_fault(&r->table, r->date, f, E_RANGE,
				   "%s does not come after the date of the line before.",
				   r->table.cell[r->date]);

	return 0;
}


static int take_row(struct reading *r, struct fault *f)
{
	struct table *t = &r->table;
	double number;
	int err = 0;

	if (r->n == COUNTS_MAX)
		return table_fault(t, -1, f, E_TOOBIG, "A series has at most %d values.",
				   COUNTS_MAX);
	make_room(r);
	if (r->t >= 0) {
		err = table_real(&number, t, r->t, false, 1, COUNTS_MAX, f);
		if (!err && number != (double)(r->n + 1))
			err = table_fault(t, r->t, f, E_RANGE,
					  "t is %.17g where %zu comes next; a missing value "
					  "has a line of its own with an empty y.",
					  number, r->n + 1);
	}
	if (!err && r->date >= 0)
		err = take_date(r, f);
	if (!err)
		err = table_real(&r->ys[r->n], t, r->y, true, -COUNTS_VALUE_MAX,
				 COUNTS_VALUE_MAX, f);
	if (!err && r->population >= 0)
		err = table_real(&r->pops[r->n], t, r->population, true, 0, COUNTS_VALUE_MAX,
				 f);
	r->n++;

	return err;
}


static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}


/* From the usual step between dates, in days. */
static int freq_of(const int64_t *days, size_t n)
{
	int64_t *steps, usual;

	if (n < 2)
		return 365;
	steps = mem_alloc((n - 1) * sizeof(*steps));
	for (size_t i = 1; i < n; i++)
		steps[i - 1] = days[i] - days[i - 1];
	qsort(steps, n - 1, sizeof(*steps), by_size);
	usual = steps[(n - 1) / 2];
	free(steps);
	if (usual <= 3)
		return 365;
	if (usual <= 13)
		return 52;

	return usual <= 45 ? 12 : 1;
}


/* Without t, the file itself does not say that its lines follow each other without a gap. */
static int check_steps(const struct reading *r, int freq, struct fault *f)
{
	int64_t most = freq == 365 ? 1 : freq == 52 ? 7 : freq == 12 ? 31 : 366;
	char date[TIME_DATE_SIZE];

	if (r->t >= 0 || r->date < 0)
		return 0;
	for (size_t i = 1; i < r->n; i++) {
		if (r->days[i] - r->days[i - 1] <= most)
			continue;
		time_days_date(date, r->days[i - 1]);
		return fault_set(
			f, E_RANGE,
			"After %s something is left out; a missing value has a line of "
			"its own with an empty y.",
			date);
	}

	return 0;
}


static void *keep(struct arena *a, const void *values, size_t size)
{
	void *copy = arena_take(a, size);

	memcpy(copy, values, size);

	return copy;
}


static int finish(struct counts *out, struct arena *a, const struct reading *r, struct fault *f)
{
	if (!r->n)
		return fault_set(f, E_RANGE, "The series has no value.");
	*out = (struct counts){ .n = r->n, .freq = FREQ_UNDATED };
	out->y = keep(a, r->ys, r->n * sizeof(*r->ys));
	if (r->population >= 0)
		out->population = keep(a, r->pops, r->n * sizeof(*r->pops));
	if (r->date >= 0) {
		out->day = keep(a, r->days, r->n * sizeof(*r->days));
		out->freq = freq_of(r->days, r->n);
	}

	return check_steps(r, out->freq, f);
}


int counts_parse(struct counts *out, struct arena *a, const char *csv, size_t len,
		 struct fault *f)
{
	struct reading r = { 0 };
	int err, more;

	if (len > COUNTS_CSV_MAX)
		return fault_set(f, E_TOOBIG, "The file has %zu bytes, at most %d are taken.",
				 len, COUNTS_CSV_MAX);
	err = table_open(&r.table, a, csv, len, f);
	if (!err)
		err = find_columns(&r, f);
	while (!err && (more = table_next(&r.table, f)) != 0)
		err = more < 0 ? more : take_row(&r, f);
	if (!err)
		err = finish(out, a, &r, f);
	free(r.ys);
	free(r.pops);
	free(r.days);

	return err;
}
