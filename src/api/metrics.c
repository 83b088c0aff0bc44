/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * metrics.c: figures for an operator, in the text format of Prometheus (0.0.4).  They are
 * answered to this machine and to those named by --metrics; to others there is no such page.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "api/desk.h"
#include "base/text.h"
#include "base/time.h"
#include "base/version.h"
#include "ledger/log.h"
#include "mail/mail.h"
#include "parties/session.h"
#include "store/store.h"

static const double bounds_s[ANSWER_BUCKETS] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
						 0.1,	0.25,	0.5,   1,    2.5 };
static const char *const kinds[ANSWER_KINDS] = { "act", "view", "api", "page" };
static const char *const classes[ANSWER_CLASSES] = { "2xx", "3xx", "4xx", "5xx" };


static enum answer_kind kind_of(const struct request *r)
{
	if (!text_starts(r->path, "/api/"))
		return ANSWER_PAGE;
	if (text_starts(r->path, "/api/v1/views/"))
		return ANSWER_VIEW;

	return text_eq(r->method, "POST") && text_eq(r->path, "/api/v1/acts") ? ANSWER_ACT
									      : ANSWER_API;
}


void desk_after(const struct request *r, unsigned status, int64_t us)
{
	struct answers *a = &loop_desk(r->loop)->answers[kind_of(r)];
	int i = 0;

	while (i < ANSWER_BUCKETS && (double)us > bounds_s[i] * 1e6)
		i++;
	atomic_fetch_add_explicit(&a->took[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&a->us, us, memory_order_relaxed);
	if (status >= 200 && status < 600)
		atomic_fetch_add_explicit(&a->status[status / 100 - 2], 1,
					  memory_order_relaxed);
}


static void head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}


static void metric(struct buf *out, const char *name, const char *type, const char *help,
		   int64_t v)
{
	head(out, name, type, help);
	buf_printf(out, "%s %lld\n", name, (long long)v);
}


static void answer_metrics(struct buf *out, const struct desk *d)
{
	static const char name[] = "comity_http_answer_seconds";
	static const char total[] = "comity_http_answers_total";

	head(out, name, "histogram", "From the request to its answer.");
	for (int k = 0; k < ANSWER_KINDS; k++) {
		const struct answers *a = &d->answers[k];
		int64_t n = 0;

		for (int i = 0; i < ANSWER_BUCKETS; i++) {
			n += a->took[i];
			buf_printf(out, "%s_bucket{kind=\"%s\",le=\"%g\"} %lld\n", name,
				   kinds[k], bounds_s[i], (long long)n);
		}
		n += a->took[ANSWER_BUCKETS];
		buf_printf(out,
			   "%s_bucket{kind=\"%s\",le=\"+Inf\"} %lld\n"
			   "%s_sum{kind=\"%s\"} %.6f\n%s_count{kind=\"%s\"} %lld\n",
			   name, kinds[k], (long long)n, name, kinds[k], (double)a->us / 1e6,
			   name, kinds[k], (long long)n);
	}
	head(out, total, "counter", "Answers by what was asked and how it went.");
	for (int k = 0; k < ANSWER_KINDS; k++)
		for (int i = 0; i < ANSWER_CLASSES; i++)
			buf_printf(out, "%s{kind=\"%s\",status=\"%s\"} %lld\n", total, kinds[k],
				   classes[i], (long long)d->answers[k].status[i]);
}


/* Not every act is measured, so that measuring costs next to nothing. */
static void stage_metrics(struct buf *out, const struct writer_figures *f)
{
	static const char seconds[] = "comity_act_cpu_seconds_total";
	static const char acts[] = "comity_act_cpu_measured_total";

	head(out, seconds, "counter", "CPU time of measured acts by stage.");
	for (int i = 0; i < WRITER_STAGES; i++)
		buf_printf(out, "%s{stage=\"%s\"} %.9f\n", seconds, writer_stage_names[i],
			   (double)f->stage_ns[i] / 1e9);
	head(out, acts, "counter", "Acts measured by stage.");
	for (int i = 0; i < WRITER_STAGES; i++)
		buf_printf(out, "%s{stage=\"%s\"} %lld\n", acts, writer_stage_names[i],
			   (long long)f->stage_acts[i]);
}


static void writer_metrics(struct buf *out, const struct writer *w)
{
	const struct writer_figures *f = writer_figures(w);

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
	metric(out, "comity_writer_queue", "gauge", "Acts and chores that wait.",
	       (int64_t)writer_queue(w));
	metric(out, "comity_writer_queue_limit", "gauge", "At which others are asked to wait.",
	       WRITER_QUEUE);
	stage_metrics(out, f);
}


static int ledger_metrics(struct buf *out, struct store *st)
{
	struct log_standing l;
	int err = log_standing(&l, st);

	if (err)
		return err;
	metric(out, "comity_ledger_leaves", "gauge", "Leaves of the log.", l.leaves);
	metric(out, "comity_ledger_head", "gauge", "Size of the last signed checkpoint.",
	       l.size);
	metric(out, "comity_ledger_unsigned", "gauge",
	       "Leaves that no checkpoint covers; 0 within a second of the last act.",
	       l.leaves > l.size ? l.leaves - l.size : 0);
	metric(out, "comity_ledger_checkpoint_timestamp_seconds", "gauge",
	       "When the last checkpoint was signed.", l.at / TIME_SECOND);

	return 0;
}


/* Letters by where they stand; the age of the oldest that waits tells of a relay that is away.
 */
static int mail_metrics(struct buf *out, const struct desk *d, struct store *st, int64_t now)
{
	static const char name[] = "comity_mail_letters";
	struct mail_figures f;
	int err = d->mail_from ? mail_figures_read(&f, st) : 0;

	if (err || !d->mail_from)
		return err;
	head(out, name, "gauge", "Letters by e-mail of the last 90 days.");
	buf_printf(out,
		   "%s{state=\"queued\"} %lld\n%s{state=\"sending\"} %lld\n"
		   "%s{state=\"sent\"} %lld\n%s{state=\"failed\"} %lld\n",
		   name, (long long)f.queued, name, (long long)f.sending, name,
		   (long long)f.sent, name, (long long)f.failed);
	metric(out, "comity_mail_gathering", "gauge", "Notices that wait for the next digest.",
	       f.gathering);
	metric(out, "comity_mail_oldest_seconds", "gauge",
	       "Age of the oldest letter that waits.",
	       f.oldest_at ? (now - f.oldest_at) / TIME_SECOND : 0);

	return 0;
}


static int64_t size_of(const char *path, const char *more)
{
	struct stat s;
	char name[4096];

	(void)snprintf(name, sizeof(name), "%s%s", path, more);

	return stat(name, &s) ? 0 : s.st_size;
}


/* A store elsewhere is watched where it is. */
static void store_metrics(struct buf *out, const struct desk *d)
{
	struct statvfs fs;

	if (!d->folder)
		return;
	metric(out, "comity_store_bytes", "gauge", "The embedded store and its journal.",
	       size_of(d->where, "") + size_of(d->where, "-wal"));
	if (statvfs(d->folder, &fs))
		return;
	metric(out, "comity_disk_free_bytes", "gauge", "Left where the store is.",
	       (int64_t)fs.f_bavail * (int64_t)fs.f_frsize);
	metric(out, "comity_disk_bytes", "gauge", "All of the disk where the store is.",
	       (int64_t)fs.f_blocks * (int64_t)fs.f_frsize);
}


static void role_metrics(struct buf *out, const struct desk *d)
{
	static const char name[] = "comity_role_restarts_total";

	head(out, name, "counter", "A role that died was started again.");
	buf_printf(out, "%s{role=\"keeper\"} %lld\n%s{role=\"desk\"} %lld\n", name,
		   (long long)d->keeper_starts - 1, name, (long long)d->desk_starts - 1);
	if (d->courier)
		buf_printf(out, "%s{role=\"reach\"} %lld\n", name, (long long)d->reach_starts);
	if (d->media)
		buf_printf(out, "%s{role=\"media\"} %lld\n", name,
			   (long long)d->media_restarts);
	if (d->certificate_until)
		metric(out, "comity_certificate_expiry_timestamp_seconds", "gauge",
		       "When the certificate of HTTPS ends.",
		       d->certificate_until / TIME_SECOND);
	head(out, "comity_build_info", "gauge", "The program.");
	buf_printf(out, "comity_build_info{version=\"%s\"} 1\n", COMITY_VERSION);
}


int metrics_get(struct request *r)
{
	struct desk *d = loop_desk(r->loop);
	struct store *st = desk_reader(r)->st;
	struct buf *out = &r->out;
	int64_t sessions = 0, now = time_now();
	int err;

	if (!http_is_direct(r, &d->scrapers))
		return fault_set(&r->fault, E_ABSENT, "There is nothing at this address.");
	err = store_get_int(&sessions, st,
			    "SELECT count(*) FROM parties_session"
			    " WHERE seen_at > $1 AND made_at > $2",
			    "ii", now - SESSION_IDLE_MS, now - SESSION_LONGEST_MS);
	if (!err)
		err = ledger_metrics(out, st);
	if (!err)
		err = mail_metrics(out, d, st, now);
	if (err)
		return err;
	writer_metrics(out, d->writer);
	answer_metrics(out, d);
	metric(out, "comity_http_connections", "gauge", "Open connections.",
	       http_connections(d->http));
	metric(out, "comity_http_streams", "gauge", "Open streams of events.",
	       http_streams(d->http));
	metric(out, "comity_sessions", "gauge", "Sessions that are signed in.", sessions);
	store_metrics(out, d);
	role_metrics(out, d);
	metric(out, "comity_uptime_seconds", "gauge", "Since the desk started.",
	       (time_monotonic() - d->started) / 1000);
	r->status = 200;
	r->type = "text/plain; version=0.0.4; charset=utf-8";
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}
