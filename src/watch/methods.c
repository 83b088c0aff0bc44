/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* methods.c: the table of methods and running one of them over a file. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "watch/bayes.h"
#include "watch/cusum.h"
#include "watch/ears.h"
#include "watch/farrington.h"
#include "watch/flexible.h"
#include "watch/forecast.h"
#include "watch/glr.h"
#include "watch/growth.h"
#include "watch/method.h"
#include "watch/nowcast.h"
#include "watch/rt.h"
#include "watch/scan.h"

/* clang-format off */
const struct method *const methods[] = {
	&ears_c1, &ears_c2, &ears_c3,
	&estimate_r, &si_distr, &wallinga_teunis,
	&growth_loglinear, &incidence_per, &week_ratio,
	&cusum,
	&farrington, &flexible,
	&bayes, &rki, &glrnb,
	&nowcast, &scan_circular, &hub_baseline,
};
/* clang-format on */

const size_t method_count = ARRAY_LEN(methods);


const struct method *method_find(const char *name)
{
	for (size_t i = 0; i < method_count; i++)
		if (text_eq(methods[i]->name, name))
			return methods[i];

	return NULL;
}


int method_range(size_t *from, size_t *to, const int64_t range[2], size_t first, size_t n,
		 struct fault *f)
{
	*from = range[0] ? (size_t)range[0] : first;
	*to = range[1] ? (size_t)range[1] : n;
	if (*to > n) {
		fault_at(f, "range", 0, 0);
		return fault_set(f, E_RANGE, "The range ends at %zu, the series at %zu.", *to,
				 n);
	}
	if (*from < first) {
		fault_at(f, "range", 0, 0);
		return fault_set(f, E_RANGE,
				 "The history is too short: %zu is the first time that can be "
				 "judged with these parameters.",
				 first);
	}
	if (*from > *to && !range[0])
		return fault_set(f, E_RANGE,
				 "The series is too short: it has %zu values and the first "
				 "that can be judged with these parameters is number %zu.",
				 n, first);

	return 0;
}


/* Room for what a method takes. */
union input {
	struct counts counts;
	struct scan scan;
	struct delays delays;
};


static int read_input(union input *in, const struct method *m, struct arena *a, int freq,
		      const char *csv, size_t len, struct fault *f)
{
	int err;

	if (m->input == METHOD_DELAYS)
		return delays_parse(&in->delays, a, csv, len, f);
	if (m->input == METHOD_REGIONS)
		return scan_parse(&in->scan, a, csv, len, f);
	err = counts_parse(&in->counts, a, csv, len, f);
	if (!err && freq > 0)
		in->counts.freq = freq;

	return err;
}


int method_run_csv(struct result *out, const struct method *m, const char *params, int freq,
		   const char *csv, size_t len, struct fault *f)
{
	_Alignas(max_align_t) char room[METHOD_PARAMS_SIZE] = { 0 };
	struct arena *a = arena_new(65536);
	json_t *object = NULL;
	union input in;
	int err = 0;

	result_init(out, m->columns, m->column_count);
	if (params && *params)
		err = json_read(&object, params, strlen(params), PARAM_JSON_MAX, 4, f);
	if (!err)
		err = params_read(room, m->params, m->param_count, object, f);
	if (!err)
		err = read_input(&in, m, a, freq, csv, len, f);
	if (!err)
		err = m->run(out, &in, room, f);
	json_decref(object);
	arena_free(a);

	return err;
}
