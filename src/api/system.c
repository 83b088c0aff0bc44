/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* system.c: the description of the API, health, figures, the clock of demonstrations. */
#include <string.h>

#include "act/clock.h"
#include "api/clerk.h"
#include "api/desk.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "base/version.h"
#include "gen/openapi.h"
#include "store/store.h"


int system_openapi(struct request *r)
{
	return http_reply(r, 200, "application/json", openapi_json, openapi_json_len);
}


int system_health(struct request *r)
{
	int64_t seq = 0;
	int err = store_get_int(&seq, desk_reader(r)->st,
				"SELECT coalesce(max(seq), 0) FROM act_record", "");
	struct jw w;

	if (err)
		return err;
	r->status = 200;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "status", "ok");
	jw_kstr(&w, "version", COMITY_VERSION);
	jw_kint(&w, "seq", seq);
	jw_object_end(&w);

	return HTTP_ANSWERED;
}


static void metric(struct buf *out, const char *name, const char *type, const char *help,
		   int64_t v)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
		   (long long)v);
}


/* Not every act is measured, so that measuring costs next to nothing. */
static void stage_metrics(struct buf *out, const struct writer_figures *f)
{
	static const char seconds[] = "comity_act_cpu_seconds_total";
	static const char acts[] = "comity_act_cpu_measured_total";

	buf_printf(out, "# HELP %s CPU time of measured acts by stage.\n# TYPE %s counter\n",
		   seconds, seconds);
	for (int i = 0; i < WRITER_STAGES; i++)
		buf_printf(out, "%s{stage=\"%s\"} %.9f\n", seconds, writer_stage_names[i],
			   (double)f->stage_ns[i] / 1e9);
	buf_printf(out, "# HELP %s Acts measured by stage.\n# TYPE %s counter\n", acts, acts);
	for (int i = 0; i < WRITER_STAGES; i++)
		buf_printf(out, "%s{stage=\"%s\"} %lld\n", acts, writer_stage_names[i],
			   (long long)f->stage_acts[i]);
}


int system_metrics(struct request *r)
{
	struct desk *d = loop_desk(r->loop);
	const struct writer_figures *f = writer_figures(d->writer);
	struct buf *out = &r->out;

	metric(out, "comity_acts_done_total", "counter", "Acts done.", f->done);
	metric(out, "comity_acts_refused_total", "counter", "Acts refused by the charter.",
	       f->refused);
	metric(out, "comity_acts_failed_total", "counter", "Acts that could not be taken.",
	       f->failed);
	metric(out, "comity_denied_total", "counter", "Attempts without a right.", f->denied);
	metric(out, "comity_batches_total", "counter", "Transactions of the writer.",
	       f->batches);
	metric(out, "comity_checkpoints_total", "counter", "Checkpoints signed.",
	       f->checkpoints);
	metric(out, "comity_record_seq", "gauge", "Number of the last act.", f->seq);
	metric(out, "comity_last_batch_microseconds", "gauge", "Duration of the last batch.",
	       f->last_commit_us);
	stage_metrics(out, f);
	metric(out, "comity_http_connections", "gauge", "Open connections.",
	       http_connections(d->http));
	metric(out, "comity_uptime_seconds", "gauge", "Since the desk started.",
	       (time_monotonic() - d->started) / 1000);
	r->status = 200;
	r->type = "text/plain; version=0.0.4; charset=utf-8";

	return HTTP_ANSWERED;
}


int system_clock(struct request *r)
{
	struct desk *d = loop_desk(r->loop);
	char at[TIME_TEXT_SIZE];
	struct jw w;

	time_text(at, clock_now(d->clock));
	r->status = 200;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "at", at);
	jw_kbool(&w, "demo", d->demo);
	jw_object_end(&w);

	return HTTP_ANSWERED;
}


int system_clock_set(struct request *r)
{
	struct desk *d = loop_desk(r->loop);
	json_t *root = NULL;
	int64_t at = 0;
	int err;

	if (!d->demo)
		return fault_set(&r->fault, E_ABSENT,
				 "Only a demonstration's clock can be moved.");
	err = json_read(&root, r->body.data, r->body.len, 1000, 4, &r->fault);
	if (err)
		return err;
	err = time_parse(&at, json_text(root, "at", ""));
	if (!err)
		clock_set(d->clock, at, json_is_true(json_object_get(root, "running")));
	json_decref(root);
	if (err) {
		fault_at(&r->fault, "/at", 0, 0);
		return fault_set(&r->fault, E_RANGE,
				 "This must be an instant such as 2020-05-15T10:00:00Z.");
	}
	/* Whoever moves the clock finds done what is due by then. */
	clerk_settle(d->clerk);

	return system_clock(r);
}
