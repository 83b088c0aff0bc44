/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * stage.h: where acts are tried: an empty centre in memory without a ledger, a running
 * demonstration over HTTP, or the folder of one that stands.  For comity simulate and play.
 */
#ifndef APP_STAGE_H
#define APP_STAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

struct stage;

/* In memory, founded under that charter at that time (ms). */
int stage_memory(struct stage **out, const char *charter_text, int64_t at,
		 struct fault *f) MUST_CHECK;

/* A demonstration that runs at `url`. */
int stage_server(struct stage **out, const char *url, struct fault *f) MUST_CHECK;

/* The folder of a demonstration, locked until the stage is closed. */
int stage_folder(struct stage **out, const char *folder, struct fault *f) MUST_CHECK;
void stage_close(struct stage *s);

/* What became of an act. */
struct stage_outcome {
	bool done;
	int64_t seq;
	char code[64]; /* of a refusal, or of a failure */
	char rule[200];
	char sentence[2000];
	char sources[400]; /* separated by commas */
};

/*
 * Told of each act that was due and that the centre therefore tried by itself: {"id", "kind",
 * "subject", "body"}.  In memory and on a folder; a running centre does not tell.
 */
typedef void stage_due_h(const json_t *act, const struct stage_outcome *outcome, void *arg);
void stage_on_due(struct stage *s, stage_due_h *told, void *arg);

/* Move the clock. */
int stage_clock(struct stage *s, int64_t at, struct fault *f) MUST_CHECK;

/*
 * Try {"id","kind","subject","body","expect"?} from a seat ("depositary", "head@ce",
 * "staff/secretariat"; "" for nobody).  A refusal or failure is an outcome, not an error.
 */
int stage_act(struct stage *s, const char *seat, const json_t *act, const char *lang,
	      struct stage_outcome *out, struct fault *f) MUST_CHECK;

/*
 * Read a view; *rows gets its list (a new reference), or NULL when the view answered with a
 * failure, whose slug is then in `code`.
 */
int stage_view(struct stage *s, const char *seat, const char *view, const json_t *params,
	       const char *lang, json_t **rows, char code[64], struct fault *f) MUST_CHECK;

#endif
