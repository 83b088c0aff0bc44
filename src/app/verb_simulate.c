/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb_simulate.c: what would become of these acts under this charter: no data folder, no
 * ledger.  Each line of the file is {"as","id","kind","subject","body","at"?}; each line
 * printed is {"id","outcome","code","rule","text"}.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/stage.h"
#include "app/verb.h"
#include "base/text.h"
#include "base/time.h"


static void print_outcome(const char *id, const struct stage_outcome *o)
{
	struct buf b;
	struct jw w;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_object(&w);
	jw_kstr(&w, "id", id);
	jw_kstr(&w, "outcome", o->done ? "done" : o->seq ? "refused" : "failed");
	if (o->seq)
		jw_kint(&w, "seq", o->seq);
	if (!o->done) {
		jw_kstr(&w, "code", o->code);
		jw_kstr(&w, "rule", o->rule[0] ? o->rule : NULL);
		jw_kstr(&w, "text", o->sentence);
	}
	jw_object_end(&w);
	(void)puts(b.data);
	buf_clear(&b);
}


static int simulate_line(struct stage *s, const char *line, const char *lang, struct fault *f)
{
	struct stage_outcome o;
	json_t *act = NULL;
	int64_t at = 0;
	int err = json_read(&act, line, strlen(line), 1 << 21, JSON_DEPTH, f);

	if (err)
		return err;
	if (json_object_get(act, "at")) {
		err = time_parse(&at, json_text(act, "at", ""));
		if (err)
			(void)fault_set(f, err, "\"at\" must be an instant.");
		else
			err = stage_clock(s, at, f);
	}
	if (!err)
		err = stage_act(s, json_text(act, "as", ""), act, lang, &o, f);
	if (!err)
		print_outcome(json_text(act, "id", ""), &o);
	json_decref(act);

	return err;
}


static int simulate(const char *charter, const char *acts, int64_t at, const char *lang)
{
	struct stage *s = NULL;
	struct fault f = { 0 };
	char *text = NULL, *lines = NULL, *next;
	size_t len = 0;
	int number = 0;
	int err = verb_read(&text, &len, charter, 1 << 20, &f);

	if (!err)
		err = verb_read(&lines, &len, acts, (size_t)1 << 30, &f);
	if (err) {
		free(text);
		return verb_fail(NULL, &f, EXIT_FAILED);
	}
	err = stage_memory(&s, text, at, &f);
	if (err)
		(void)verb_fail(charter, &f, EXIT_NO);
	for (char *line = lines; !err && line && *line; line = next) {
		number++;
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!line[strspn(line, " \t")])
			continue;
		err = simulate_line(s, line, lang, &f);
		if (err) {
			f.line = number;
			(void)verb_fail(acts, &f, EXIT_NO);
		}
	}
	stage_close(s);
	free(text);
	free(lines);

	return err ? EXIT_NO : EXIT_DONE;
}


int verb_simulate(int argc, char **argv)
{
	const char *charter = NULL, *acts = NULL, *clock = NULL, *lang = "en";
	const struct option options[] = { { "charter", &charter, NULL },
					  { "acts", &acts, NULL },
					  { "clock", &clock, NULL },
					  { "lang", &lang, NULL },
					  { NULL, NULL, NULL } };
	int64_t at = 0;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (!charter || !acts || !clock || time_parse(&at, clock))
		return verb_usage("simulate", "--charter FILE, --acts FILE and --clock "
					      "2020-05-15T00:00Z are needed");

	return simulate(charter, acts, at, lang);
}
