/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Figures: dated changes taken in as reports, read as of any time, and a nightly run over many
 * regions.  Prints the lines of a topic (tools/bench.py).
 *
 *	build/release/bench/figures_bench [REGIONS...]
 */
#include <math.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../lib/vintages.h"
#include "act/viewing.h"

enum {
	VIEWS = 200,
	YEARS_DAYS = 1095,
	PAIRS = 5,
	TODAY = 19000, /* 2022-01-08 */
};

static const char *const pairs[PAIRS] = { "cases", "deaths", "recovered", "admitted", "icu" };


static double cpu_s(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);

	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	       ((double)u.ru_utime.tv_usec + (double)u.ru_stime.tv_usec) / 1e6;
}


static double peak_mb(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);

	return (double)u.ru_maxrss / 1024;
}


static const char *scratch(char path[64])
{
	int fd;

	(void)snprintf(path, 64, "/tmp/comity-figures-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		abort();
	(void)close(fd);

	return path;
}


/* Parameters of a view by name, as an address has them. */
struct asking {
	const char *name[4], *value[4];
};


static const char *parameter(const char *name, void *arg)
{
	const struct asking *q = arg;

	for (size_t i = 0; i < ARRAY_LEN(q->name) && q->name[i]; i++)
		if (strcmp(q->name[i], name) == 0)
			return q->value[i];

	return NULL;
}


static double view_ms(struct vintage_centre *c, const char *name, struct asking *q, int64_t at)
{
	double began = cpu_s();

	for (int i = 0; i < VIEWS; i++) {
		struct viewing v = {
			.name = name,
			.seat = { .person = "reader", .office = "head", .party = "kz" },
			.lang = "en",
			.at = at,
			.get = parameter,
			.arg = q
		};
		struct arena *a = arena_new(1 << 16);
		struct fault f = { 0 };
		struct buf out;

		buf_init(&out, 0);
		vintage_must(viewing_run(&out, &c->reader, &v, a, &f), f.text);
		buf_clear(&out);
		arena_free(a);
	}

	return (cpu_s() - began) * 1000 / VIEWS;
}


/* At each moment of recording, every cell against what the rows alone say. */
static void check_all(struct vintage_centre *c, const struct vintages *v)
{
	struct vintage_model *m = mem_alloc(sizeof(*m));
	size_t taken = 0, moments = 0, differs = 0;

	vintage_model_init(m);
	while (taken < v->count) {
		int64_t at = v->at[taken].at;

		while (taken < v->count && v->at[taken].at == at)
			vintage_model_take(m, &v->at[taken++]);
		differs += vintage_model_differs(m, c, at);
		moments++;
	}
	free(m);
	printf("row\tcells as of each of %zu moments that are not those of the rows\t%zu\t\t%zu"
	       "\t<= 0\n",
	       moments, differs, differs);
}


static void bench_vintages(const struct vintages *v)
{
	char path[64], as_of[TIME_TEXT_SIZE];
	struct vintage_centre c;
	struct asking series = { { "party", "indicator", "as_of" },
				 { "kz", "cases-total", as_of } };
	struct asking all = { { "as_of" }, { as_of } };
	int64_t end = v->at[v->count - 1].at;
	double began, spent, ms;

	time_text(as_of, v->at[v->count / 2].at);
	(void)scratch(path);
	(void)unlink(path);
	vintage_open(&c, path, "charters/collective-security-2020.yaml", v->at[0].at - 1000);
	began = cpu_s();
	vintages_report(&c, v, NULL, NULL);
	spent = cpu_s() - began;
	printf("row\tCPU: %zu dated changes as reports, %ld acts, %ld confirmed by a second "
	       "person\t%.2f s\t\t%.3f\t<= 2 s\n",
	       v->count, c.acts, c.proposals, spent, spent);
	vintage_must(store_commit(c.st), "commit");
	check_all(&c, v);
	ms = view_ms(&c, "series", &series, end);
	printf("row\tCPU: one series as of a moment in the middle, every revision shown\t%.2f ms"
	       "\t\t%.3f\t<= 5 ms\n",
	       ms, ms);
	ms = view_ms(&c, "situation", &all, end);
	printf("row\tCPU: the situation of all regions and indicators as of that moment\t%.2f ms"
	       "\t\t%.3f\t\n",
	       ms, ms);
	vintage_close(&c);
	(void)unlink(path);
}


/* The charter of 2020 with five indicators that are counted by day and in total. */
static void write_charter(const char *path)
{
	static const char wanted[] = "recovered-total, in-hospital,";
	size_t len = 0;
	char *text = vintage_file("charters/collective-security-2020.yaml", &len), *at;
	FILE *f = fopen(path, "w");

	at = text ? strstr(text, wanted) : NULL;
	if (!f || !at)
		abort();
	(void)fprintf(
		f,
		"%.*srecovered-total, recovered-new, admitted-new, admitted-total, icu-new,"
		" icu-total, in-hospital,%s",
		(int)(at - text), text, at + strlen(wanted));
	(void)fclose(f);
	free(text);
}


static uint64_t noise(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);

	return *state >> 33;
}


/* Regions of Kazakhstan with years of counts, as if reported; the last day is new. */
static void fill(struct vintage_centre *c, long regions, long each, long days)
{
	uint64_t state = 42;
	int64_t series = 1;

	vintage_must(
		store_exec(c->st,
			   "INSERT INTO watch_report (id, party, at, state, cells, changed,"
			   " first, last, stands_seq, stands_at) VALUES ($1, 'kz', $2,"
			   " 'recorded', 1, 0, $3, $4, $1, $2)",
			   "iiii", INT64_C(1), TODAY * TIME_DAY, TODAY - days,
			   (int64_t)TODAY - 1),
		"report");
	for (long k = 0; k < regions * each; k++, series++) {
		char area[32], indicator[32];
		double level = 20 + (double)(noise(&state) % 200);

		(void)snprintf(area, sizeof(area), "area-%ld", k / each);
		(void)snprintf(indicator, sizeof(indicator), "%s-new", pairs[k % each]);
		vintage_must(store_exec(c->st,
					"INSERT INTO watch_series (id, party, area, indicator)"
					" VALUES ($1, 'kz', $2, $3)",
					"iss", series, area, indicator),
			     "series");
		for (long d = 0; d < days; d++) {
			double wave = 1 + 0.8 * sin((double)(d + k * 13) / 57);
			int64_t value = (int64_t)(level * wave) + (int64_t)(noise(&state) % 15);

			vintage_must(
				store_exec(c->st,
					   "INSERT INTO watch_cell (series, day, seq, value)"
					   " VALUES ($1, $2, 1, $3)",
					   "iii", series, TODAY - days + d, value),
				"cell");
		}
	}
}


static double nightly(long regions, long each, long days, bool told)
{
	static const struct seat machine = { .machine = true };
	char path[64], charter[64];
	struct vintage_centre c;
	int64_t done = 0, signals = 0, seen = 0;
	double began, spent;
	long acts = 0;

	(void)scratch(charter);
	write_charter(charter);
	(void)scratch(path);
	(void)unlink(path);
	vintage_open(&c, path, charter, (TODAY - 1) * TIME_DAY);
	fill(&c, regions, each, days);
	vintage_must(store_commit(c.st), "commit");
	vintage_must(store_begin(c.st), "begin");
	began = cpu_s();
	while (done >= 0) {
		(void)vintage_act(&c, &machine, "monitoring.run", "monitoring",
				  json_pack("{s:i}", "upto", 1), TODAY * TIME_DAY);
		vintage_must(store_get_int(
				     &done, c.st,
				     "SELECT done FROM watch_run ORDER BY id DESC LIMIT 1", ""),
			     "done");
		acts++;
	}
	vintage_must(store_commit(c.st), "commit");
	spent = cpu_s() - began;
	vintage_must(store_get_int(&signals, c.st, "SELECT count(*) FROM watch_signal", ""),
		     "signals");
	vintage_must(store_get_int(&seen, c.st, "SELECT max(series) FROM watch_run", ""),
		     "seen");
	if (seen != regions * each)
		abort();
	vintage_must(store_begin(c.st), "begin");
	if (told)
		printf("row\tCPU: nightly run, %ld regions x %d indicators x %ld days, from the "
		       "store and back: %ld acts, %lld signals\t%.2f s\t\t%.3f\t<= 10 s\n"
		       "row\tpeak memory of it\t%.0f MB\t\t%.0f\t<= 256 MB\n",
		       regions, (int)each, days, acts, (long long)signals, spent, spent,
		       peak_mb(), peak_mb());
	vintage_close(&c);
	(void)unlink(path);
	(void)unlink(charter);

	return spent;
}


int main(void)
{
	const char *shared = getenv("COMITY_SHARED");
	bool many = getenv("LONG") != NULL;
	struct vintages v = { 0 };
	char path[512];
	double one, four;

	(void)snprintf(path, sizeof(path), "%s/data/watch/vintages.csv",
		       shared ? shared : "../shared");
	printf("table\tfigures: reports in two times, and the nightly run\n");
	if (vintages_read(&v, path))
		bench_vintages(&v);
	else
		printf("note\tno published figures at %s\n", path);
	free(v.at);
	one = nightly(1000, PAIRS, YEARS_DAYS, true);
	four = nightly(4000, PAIRS, 150, false);
	printf("row\tCPU: nightly run, 4,000 regions\t%.2f s\t1,000 regions: %.2f s, times "
	       "four\t%.2f\t<= 1.3\n",
	       four, one, four / one / 4);
	if (many) {
		double all = nightly(20000, 1, 3650, false);

		one = nightly(1000, 1, 3650, false);
		printf("row\tCPU: nightly run, 20,000 regions x 10 years\t%.2f s\t1,000 regions: "
		       "%.2f s, times twenty\t%.2f\t<= 1.3\n",
		       all, one, all / one / 20);
	}

	return 0;
}
