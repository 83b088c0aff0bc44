/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb_play.c: a scenario played against the rules and told as a story.
 *
 * A scenario is a file of JSON lines:
 *
 *	{"title": "...", "charter": "charters/union-of-six.yaml",
 *	 "clock": "2020-05-15T08:00:00Z"}
 *	{"say": "What happens, for the reader."}
 *	{"clock": "2021-01-19T08:00:00Z"}
 *	{"as": "depositary", "act": "instrument.deposit",
 *	 "subject": "instrument/third-protocol", "body": {...}, "expect": "done",
 *	 "save": "sixth"}
 *	{"as": "head@ol", "act": ..., "expect": {"refused": "gate-closed", "rule": "..."}}
 *	{"as": "", "view": "gates", "params": {...}, "expect": [{"status": "observer", ...}],
 *	 "count": 4}
 *	{"as": "", "view": "status-file", "params": {...}, "expect": "absent"}
 *	{"as": "", "view": "notices", "save": {"year": "y", "number": "n"}}
 *
 * "$sixth" in later texts stands for the number of the act saved under that name, or of the
 * column of a view's first row; a text
 * that is nothing else becomes a number.  "@-30" is the day thirty days before today (or
 * --today), "@-30 09:15" an instant of that day, for a story that ends today.  "charter" as
 * a list of pairs beside an act proposes the charter with these texts replaced.  An expected
 *row must agree with some row of the view in every member that it names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/kind.h"
#include "app/modules.h"
#include "app/stage.h"
#include "app/telling.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/load.h"

enum {
	SAVED_MAX = 200,
	LINE_MAX_BYTES = 1 << 20,
};

struct saved {
	char name[40];
	int64_t seq;
};

struct play {
	struct stage *stage;
	const char *file;
	const char *lang;
	int line;
	int64_t at;
	int64_t today; /* the day that "@0" stands for, since 1970-01-01 */
	const char *url;
	const char *data;
	bool quiet;
	int steps;
	struct saved saved[SAVED_MAX];
	size_t saved_count;
	char folder[2048]; /* of the scenario, for its charter */
	char *text;	   /* of the charter */
	struct charter *charter;
	struct registry registry;
	char teller[96]; /* the seat and kind told last: the same again needs fewer words */
};


static void tell(const struct play *p, const char *fmt, ...) PRINTF(2, 3);

static void tell(const struct play *p, const char *fmt, ...)
{
	va_list ap;

	if (p->quiet)
		return;
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
}


static int differs(const struct play *p, const char *what, const char *wanted, const char *got)
{
	(void)fflush(stdout);
	(void)printf("\n%s:%d: %s differs\n  expected: %s\n  got:      %s\n", p->file, p->line,
		     what, wanted, got);

	return EXIT_NO;
}


static const struct saved *find_saved(const struct play *p, const char *name, size_t len)
{
	for (size_t i = p->saved_count; i-- > 0;)
		if (strlen(p->saved[i].name) == len &&
		    strncmp(p->saved[i].name, name, len) == 0)
			return &p->saved[i];

	return NULL;
}


/* A text with $names replaced; a number when it was nothing but one name. */
static json_t *replace_text(const struct play *p, const char *text)
{
	struct buf b;
	json_t *out;

	if (text[0] == '$' && find_saved(p, text + 1, strlen(text + 1)))
		return json_integer(find_saved(p, text + 1, strlen(text + 1))->seq);
	buf_init(&b, 0);
	while (*text) {
		size_t len = *text == '$'
				     ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789-")
				     : 0;
		const struct saved *s = len ? find_saved(p, text + 1, len) : NULL;

		if (s) {
			buf_int(&b, s->seq);
			text += len + 1;
		} else {
			buf_char(&b, *text++);
		}
	}
	out = json_stringn(b.data, b.len);
	buf_clear(&b);

	return out;
}


/* "@-30" or "@-30 09:15" as a date or an instant; false for any other text. */
static bool relative(char out[TIME_TEXT_SIZE], const struct play *p, const char *text)
{
	int64_t into = 0, days;
	char number[16], clock[40];
	size_t len = strcspn(text, " ");
	bool time = text[len] == ' ';

	if (text[0] != '@' || len < 2 || len > sizeof(number))
		return false;
	(void)snprintf(number, sizeof(number), "%.*s", (int)len - 1, text + 1);
	if (text_int(&days, number, -100000, 100000))
		return false;
	if (time) {
		(void)snprintf(clock, sizeof(clock), "1970-01-01T%sZ", text + len + 1);
		if (time_parse(&into, clock))
			return false;
	}
	time_text(out, (p->today + days) * TIME_DAY + into);
	if (!time)
		out[TIME_DATE_SIZE - 1] = '\0';

	return true;
}


static json_t *replace(const struct play *p, const json_t *v)
{
	char day[TIME_TEXT_SIZE];
	json_t *out, *item;
	const char *key;
	size_t i;

	if (json_is_string(v) && relative(day, p, json_string_value(v)))
		return json_string(day);
	if (json_is_string(v))
		return replace_text(p, json_string_value(v));
	if (json_is_object(v)) {
		out = json_object();
		json_object_foreach((json_t *)(uintptr_t)v, key, item)(void)
			json_object_set_new(out, key, replace(p, item));
		return out;
	}
	if (json_is_array(v)) {
		out = json_array();
		json_array_foreach(v, i, item)(void)
			json_array_append_new(out, replace(p, item));
		return out;
	}

	return json_incref((json_t *)(uintptr_t)v);
}


/* Does the row agree with what is expected of it? */
static bool agrees(const json_t *wanted, const json_t *got)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_object(wanted)) {
		json_object_foreach((json_t *)(uintptr_t)wanted, key, v)
		{
			const json_t *other = json_object_get(got, key);

			if (json_is_null(v) ? other && !json_is_null(other) : !agrees(v, other))
				return false;
		}
		return json_is_object(got);
	}
	if (json_is_array(wanted)) {
		if (json_array_size(wanted) != json_array_size(got))
			return false;
		json_array_foreach(wanted, i,
				   v) if (!agrees(v, json_array_get(got, i))) return false;
		return json_is_array(got);
	}

	return json_equal(wanted, got);
}


static void tell_seat(const struct play *p, const char *seat)
{
	struct buf b;

	buf_init(&b, 0);
	telling_seat(&b, p->charter, seat, p->lang);
	tell(p, "\n  %s%s%s%s\n", b.data, *seat ? " (" : "", seat, *seat ? ")" : "");
	buf_clear(&b);
}


/* "party/ol" as "Olvania (party/ol)". */
static void subject_words(struct buf *out, const struct play *p, const char *subject,
			  const char *kind)
{
	const char *slash = strchr(subject, '/');
	struct buf name;

	buf_init(&name, 0);
	if (slash && telling_name(&name, p->charter, kind, slash + 1, p->lang))
		buf_printf(out, "%s (%s)", name.data, subject);
	else
		buf_str(out, subject);
	buf_clear(&name);
}


/* Who does what about whom, in the words of the act's description. */
static void tell_act(struct play *p, const char *seat, const json_t *act)
{
	const char *kind = json_text(act, "kind", "");
	const struct act_kind *k = registry_kind(&p->registry, kind);
	char teller[sizeof(p->teller)];
	struct buf b;

	if (p->quiet)
		return;
	buf_init(&b, 0);
	(void)snprintf(teller, sizeof(teller), "%s %s", seat, kind);
	if (!text_eq(teller, p->teller)) {
		tell_seat(p, seat);
		tell(p, "  %s [%s]\n", k ? k->desc->doc : "", kind);
	} else {
		tell(p, "\n");
	}
	(void)text_copy(p->teller, sizeof(p->teller), teller);
	subject_words(&b, p, json_text(act, "subject", "?"), k ? k->desc->subject : "");
	tell(p, "    %s\n", b.data);
	buf_reset(&b);
	if (k)
		telling_body(&b, p->charter, k->desc->body, json_object_get(act, "body"),
			     "      ", p->lang);
	tell(p, "%s", b.data);
	buf_clear(&b);
}


static void save(struct play *p, const char *name, int64_t seq)
{
	if (!name || p->saved_count == SAVED_MAX)
		return;
	(void)text_copy(p->saved[p->saved_count].name, sizeof(p->saved[0].name), name);
	p->saved[p->saved_count++].seq = seq;
}


static int check_outcome(struct play *p, const json_t *expect, const struct stage_outcome *o)
{
	const char *code, *rule;

	if (!expect || (json_is_string(expect) && text_eq(json_string_value(expect), "done"))) {
		tell(p, "    => done, act %lld\n", (long long)o->seq);
		return o->done ? EXIT_DONE : differs(p, "the outcome", "done", o->sentence);
	}
	code = json_text(expect, "refused", json_text(expect, "failed", ""));
	rule = json_text(expect, "rule", NULL);
	if (!o->done)
		tell(p, "    => refused: %s\n       %s%s%s%s%s\n", o->sentence, o->code,
		     o->rule[0] ? ", rule " : "", o->rule, o->sources[0] ? ", founded on " : "",
		     o->sources);
	if (o->done)
		return differs(p, "the outcome", code, "done");
	if (!text_eq(o->code, code))
		return differs(p, "the code", code, o->code);
	if (rule && !text_eq(rule, o->rule))
		return differs(p, "the rule", rule, o->rule);

	return EXIT_DONE;
}


/* The body of charter.propose: the scenario's charter with some texts replaced. */
static json_t *proposal(const struct play *p, const json_t *pairs)
{
	struct charter_report report;
	struct charter *c = NULL;
	struct buf a, b;
	json_t *pair, *body;
	size_t i;

	buf_init(&a, 0);
	buf_init(&b, 0);
	buf_str(&a, p->text);
	json_array_foreach(pairs, i, pair)
	{
		const char *old = json_string_value(json_array_get(pair, 0));
		const char *new = json_string_value(json_array_get(pair, 1));
		const char *at = old ? strstr(a.data, old) : NULL;

		if (!at || !new)
			continue;
		buf_reset(&b);
		buf_add(&b, a.data, (size_t)(at - a.data));
		buf_str(&b, new);
		buf_str(&b, at + strlen(old));
		buf_reset(&a);
		buf_add(&a, b.data, b.len);
	}
	charter_report_init(&report);
	/* A charter that cannot be read is for the judge to refuse. */
	(void)!charter_load(&c, &report, a.data, a.len);
	body = json_pack("{s:s, s:s}", "hash", c ? c->hash : "", "text", a.data);
	charter_free(c);
	charter_report_clear(&report);
	buf_clear(&a);
	buf_clear(&b);

	return body;
}


static int play_act(struct play *p, const json_t *line, struct fault *f)
{
	const char *seat = json_text(line, "as", "");
	json_t *subject = replace(p, json_object_get(line, "subject"));
	json_t *body = json_object_get(line, "charter")
			       ? proposal(p, json_object_get(line, "charter"))
			       : replace(p, json_object_get(line, "body"));
	struct stage_outcome o = { 0 };
	char id[64];
	json_t *act;
	int err;

	(void)snprintf(id, sizeof(id), "scenario-%lld-%d", (long long)p->at, p->line);
	act = json_pack("{s:s, s:s, s:o, s:o}", "id", json_text(line, "id", id), "kind",
			json_text(line, "act", ""), "subject", subject, "body",
			body ? body : json_object());
	if (json_object_get(line, "expectVersion"))
		(void)json_object_set_new(act, "expect",
					  replace(p, json_object_get(line, "expectVersion")));
	tell_act(p, seat, act);
	err = stage_act(p->stage, seat, act, p->lang, &o, f);
	json_decref(act);
	if (err)
		return verb_fail(p->file, f, EXIT_FAILED);
	save(p, json_text(line, "save", NULL), o.seq);
	p->steps++;

	return check_outcome(p, json_object_get(line, "expect"), &o);
}


static int check_row(const struct play *p, const json_t *wanted, const json_t *rows)
{
	const json_t *row;
	char *w, *g;
	size_t i;

	json_array_foreach(rows, i, row) if (agrees(wanted, row)) return EXIT_DONE;
	w = json_dumps(wanted, JSON_COMPACT);
	g = json_dumps(rows, JSON_COMPACT);
	(void)differs(p, "a row", w, g);
	free(w);
	free(g);

	return EXIT_NO;
}


static int check_rows(const struct play *p, const json_t *line, const json_t *rows)
{
	const json_t *count = json_object_get(line, "count"), *wanted;
	json_t *expect = replace(p, json_object_get(line, "expect"));
	char a[24], b[24];
	int status = EXIT_DONE;
	size_t i;

	if (json_is_integer(count) &&
	    (size_t)json_integer_value(count) != json_array_size(rows)) {
		(void)snprintf(a, sizeof(a), "%lld", (long long)json_integer_value(count));
		(void)snprintf(b, sizeof(b), "%zu", json_array_size(rows));
		status = differs(p, "the number of rows", a, b);
	}
	json_array_foreach(expect, i, wanted) if (status == EXIT_DONE) status =
		check_row(p, wanted, rows);
	json_decref(expect);

	return status;
}


static void tell_view(struct play *p, const char *seat, const char *name, const json_t *params)
{
	const struct view *v = registry_view(&p->registry, name);
	struct buf b;

	if (p->quiet)
		return;
	buf_init(&b, 0);
	p->teller[0] = '\0';
	tell_seat(p, seat);
	tell(p, "  looks at: %s [%s]\n", v ? v->desc->doc : "", name);
	if (v)
		telling_body(&b, p->charter, v->desc->params, params, "      ", p->lang);
	tell(p, "%s", b.data);
	buf_clear(&b);
}


/* What was expected of the rows, and so what they show. */
static void tell_rows(const struct play *p, const json_t *line, const char *code)
{
	const char *view = json_text(line, "view", "");
	const struct view *v = registry_view(&p->registry, view);
	json_t *expect = replace(p, json_object_get(line, "expect")), *wanted;
	const json_t *count = json_object_get(line, "count");
	struct buf b;
	size_t i;

	if (!p->quiet && code)
		tell(p, "    => %s\n", code);
	buf_init(&b, 0);
	if (json_is_array(expect) && v && !code) {
		json_array_foreach(expect, i, wanted)
		{
			buf_str(&b, i ? "       and\n" : "    => sees\n");
			telling_body(&b, p->charter, v->desc->row, wanted, "      ", p->lang);
		}
	}
	tell(p, "%s", b.data);
	if (!code && json_is_integer(count))
		tell(p, "    => %lld in all\n", (long long)json_integer_value(count));
	buf_clear(&b);
	json_decref(expect);
}


/* {"number": "n"}: the number in that column of the first row, under that name. */
static void save_columns(struct play *p, const json_t *columns, const json_t *rows)
{
	const char *column;
	json_t *name;

	json_object_foreach((json_t *)(uintptr_t)columns, column, name)
		save(p, json_string_value(name), json_int(json_array_get(rows, 0), column, 0));
}


static int play_view(struct play *p, const json_t *line, struct fault *f)
{
	const char *seat = json_text(line, "as", ""), *view = json_text(line, "view", "");
	const char *failing = json_string_value(json_object_get(line, "expect"));
	json_t *params = replace(p, json_object_get(line, "params")), *rows = NULL;
	char code[64];
	int status, err;

	tell_view(p, seat, view, params);
	err = stage_view(p->stage, seat, view, params, p->lang, &rows, code, f);
	json_decref(params);
	if (err)
		return verb_fail(p->file, f, EXIT_FAILED);
	p->steps++;
	if (failing)
		status = text_eq(failing, code)
				 ? EXIT_DONE
				 : differs(p, "the answer", failing, rows ? "rows" : code);
	else if (!rows)
		status = differs(p, "the answer", "rows", code);
	else
		status = check_rows(p, line, rows);
	if (status == EXIT_DONE)
		tell_rows(p, line, failing ? code : NULL);
	save_columns(p, json_object_get(line, "save"), rows);
	json_decref(rows);

	return status;
}


/* The clock of a line, absolute or relative to today. */
static int read_clock(struct play *p, const json_t *line, struct fault *f)
{
	const char *text = json_text(line, "clock", "");
	char at[TIME_TEXT_SIZE];

	if (relative(at, p, text))
		text = at;
	if (time_parse(&p->at, text) == 0)
		return 0;

	return fault_set(f, E_SYNTAX,
			 "A clock is an instant, 2020-05-15T10:00:00Z or @-30 09:15: \"%s\".",
			 text);
}


static void tell_clock(const struct play *p)
{
	char at[TIME_TEXT_SIZE];

	time_text(at, p->at);
	tell(p, "\n%s\n", at);
}


static int play_clock(struct play *p, const json_t *line, struct fault *f)
{
	int err = read_clock(p, line, f);

	if (err)
		return verb_fail(p->file, f, EXIT_USAGE);
	err = stage_clock(p->stage, p->at, f);
	if (err)
		return verb_fail(p->file, f, EXIT_FAILED);
	tell_clock(p);

	return EXIT_DONE;
}


static int read_charter(struct play *p, const char *path, const char *text, size_t len,
			struct fault *f)
{
	struct charter_report report;
	int err;

	charter_report_init(&report);
	err = charter_load(&p->charter, &report, text, len);
	charter_report_clear(&report);

	return err ? fault_set(f, err, "%s is no charter; comity charter check says why.", path)
		   : 0;
}


/* What the centre tried by itself, because it was due. */
static void tell_due(const json_t *act, const struct stage_outcome *o, void *arg)
{
	struct play *p = arg;

	tell_act(p, "machine", act);
	if (o->done)
		tell(p, "    => done, act %lld\n", (long long)o->seq);
	else
		tell(p, "    => refused: %s\n", o->sentence);
}


static int choose_stage(struct play *p, struct fault *f)
{
	if (p->url)
		return stage_server(&p->stage, p->url, f);
	if (p->data)
		return stage_folder(&p->stage, p->data, f);

	return stage_memory(&p->stage, p->text, p->at, f);
}


static int open_stage(struct play *p, const json_t *line, struct fault *f)
{
	char path[4096];
	size_t len = 0;
	int err;

	(void)snprintf(path, sizeof(path), "%s/%s", p->folder, json_text(line, "charter", ""));
	err = read_clock(p, line, f);
	if (err)
		return err;
	tell(p, "%s", json_text(line, "title", "A scenario"));
	tell_clock(p);
	err = verb_read(&p->text, &len, path, CHARTER_SIZE_MAX, f);
	if (!err)
		err = read_charter(p, path, p->text, len, f);
	if (!err)
		err = choose_stage(p, f);
	if (!err)
		stage_on_due(p->stage, tell_due, p);
	if (!err)
		err = stage_clock(p->stage, p->at, f);

	return err;
}


static int play_line(struct play *p, const json_t *line, struct fault *f)
{
	if (!p->stage)
		return open_stage(p, line, f) ? verb_fail(p->file, f, EXIT_FAILED) : EXIT_DONE;
	if (json_object_get(line, "say")) {
		tell(p, "\n%s\n", json_text(line, "say", ""));
		p->teller[0] = '\0';
		return EXIT_DONE;
	}
	if (json_object_get(line, "act"))
		return play_act(p, line, f);
	if (json_object_get(line, "view"))
		return play_view(p, line, f);
	if (json_object_get(line, "clock"))
		return play_clock(p, line, f);
	(void)fault_set(f, E_SYNTAX, "A line has say, clock, act or view.");

	return verb_fail(p->file, f, EXIT_USAGE);
}


/* The scenario's charter is named from the folder above scenarios/. */
static void set_folder(struct play *p)
{
	char *slash;

	(void)text_copy(p->folder, sizeof(p->folder), p->file);
	slash = strrchr(p->folder, '/');
	if (slash)
		(void)snprintf(slash, sizeof(p->folder) - (size_t)(slash - p->folder), "/..");
	else
		(void)text_copy(p->folder, sizeof(p->folder), "..");
}


static int play_file(struct play *p)
{
	struct fault f = { 0 };
	char *text = NULL, *next;
	size_t len = 0;
	int status = EXIT_DONE;

	set_folder(p);
	if (verb_read(&text, &len, p->file, 64 << 20, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	for (char *line = text; line && *line && status == EXIT_DONE; line = next) {
		json_t *v = NULL;

		p->line++;
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!line[strspn(line, " \t")])
			continue;
		if (json_read(&v, line, strlen(line), LINE_MAX_BYTES, JSON_DEPTH, &f)) {
			f.line = p->line;
			status = verb_fail(p->file, &f, EXIT_USAGE);
		} else {
			status = play_line(p, v, &f);
		}
		json_decref(v);
	}
	free(text);

	return status;
}


int verb_play(int argc, char **argv)
{
	const char *url = NULL, *data = NULL, *lang = "en", *day = NULL;
	bool quiet = false;
	const struct option options[] = { { "url", &url, NULL },     { "data", &data, NULL },
					  { "today", &day, NULL },   { "lang", &lang, NULL },
					  { "quiet", NULL, &quiet }, { NULL, NULL, NULL } };
	int64_t today;
	int status = EXIT_DONE;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	today = time_now() / TIME_DAY;
	if (day && time_date_days(&today, day))
		return verb_usage("play", "--today takes a date, 2020-05-15");
	if (url && data)
		return verb_usage("play", "give either --url or --data");
	if (argc < 2)
		return verb_usage("play", "which scenario?  comity play scenarios/S1.jsonl");
	for (int i = 1; i < argc; i++) {
		struct play *p = mem_zero(1, sizeof(*p));
		int one;

		p->file = argv[i];
		p->lang = lang;
		p->quiet = quiet;
		p->url = url;
		p->data = data;
		p->today = today;
		registry_init(&p->registry, modules);
		one = play_file(p);
		if (one == EXIT_DONE)
			(void)printf("%s%s: as expected (%d steps)\n", quiet ? "" : "\n",
				     argv[i], p->steps);
		if (one > status)
			status = one;
		stage_close(p->stage);
		charter_free(p->charter);
		free(p->text);
		registry_clear(&p->registry);
		free(p);
	}

	return status;
}
