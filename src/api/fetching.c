/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/acts.h"
#include "act/sentence.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/fetching.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "mail/mail.h"
#include "parties/session.h"
#include "store/store.h"


static void ran(struct fetching *f, const char *outcome, const char *text)
{
	f->run.outcome = outcome;
	f->run.text = text ? arena_str(f->arena, text) : NULL;
}


int fetching_may(struct fetching *f)
{
	const char *office = arena_printf(f->arena, "%s@%s", f->feed->office, f->feed->party);
	struct person_seats p;
	bool holds = false;
	int err = person_read(&p, f->arena, f->reader->st, f->feed->person);

	f->run = (struct feed_run){ .seq = FIELD_NONE };
	if (err && err != E_ABSENT)
		return err;
	for (size_t i = 0; i < p.seats; i++)
		holds = holds || text_eq(p.seat[i], office);
	if (err || !holds || !text_eq(p.state, "active"))
		ran(f, "refused", "Who set this feed does not hold the office any more.");
	else if (f->feed->made_at < p.fresh_at)
		ran(f, "refused", "Access was reset since this feed was set; set it again.");
	else
		seat_read(&f->seat, f->arena, p.id, office);

	return 0;
}


/* The same file of the same time is the same act, whoever dies in between. */
static const char *act_id(struct fetching *f, const char *bytes, size_t len)
{
	char hex[DIGEST_HEX_SIZE];
	const char *about =
		arena_printf(f->arena, "%s %lld ", f->feed->id, (long long)f->feed->next_at);
	uint8_t digest[DIGEST_SIZE];

	digest_of_two(digest, about, strlen(about), bytes, len);
	text_hex(hex, digest, DIGEST_SIZE);

	return arena_printf(f->arena, "feed-%.40s", hex);
}


int fetching_read(struct fetching *f, const char *bytes, size_t len)
{
	const struct charter *c = NULL;
	struct feed_place at;
	int err = world_refresh(f->reader->world, NULL);

	if (!err)
		err = world_charter(&c, f->reader->world, f->now);
	if (!err)
		err = fetching_may(f); /* still, after all that time */
	if (err || f->run.outcome)
		return err;
	at = (struct feed_place){ f->reader->st, f->reader->world, c,
				  arena_str(f->arena,
					    world_today(f->reader->world, c, f->now)) };
	err = feed_read(&f->body, &f->in, f->arena, &at, f->feed, bytes, len, &f->fault);
	if (err == E_SYNTAX || err == E_TOOBIG) {
		ran(f, "problems",
		    f->fault.line ? arena_printf(f->arena, "Line %d, column %d: %s",
						 f->fault.line, f->fault.col, f->fault.text)
				  : f->fault.text);
		return 0;
	}
	f->run.in = &f->in;
	f->run.cells = (int64_t)f->in.count;
	f->id = act_id(f, bytes, len);
	if (!err && !f->body)
		ran(f, "problems",
		    f->in.problem_count ? f->in.problems[0].text
					: "There are no figures in it.");

	return err;
}


int fetching_acted(struct fetching *f, const struct act_job *job)
{
	const struct act_outcome *o = &job->outcome;
	struct naming naming = { NULL, f->reader->world };
	int64_t proposed = 0;
	struct buf b;
	int err;

	if (job->err || o->why.code == REFUSE_CLOCK_SKEW) {
		/* What is wrong with this house is tried again soon, as a lost connection is.
		 */
		ran(f, !job->err || err_status(job->err) >= 500 ? "failed" : "refused",
		    !job->err ? "The clock of this centre was set back."
		    : job->fault.text[0]
			    ? arena_printf(f->arena, "%s: %s", job->fault.path, job->fault.text)
			    : err_text(job->err));
		return 0;
	}
	err = world_refresh(f->reader->world, NULL);
	f->run.seq = o->seq;
	if (o->done) {
		err = err ? err
			  : store_get_int(&proposed, f->reader->st,
					  "SELECT count(*) FROM watch_pub_restatement WHERE id"
					  " = $1",
					  "i", o->seq);
		ran(f, proposed ? "proposed" : "taken", NULL);
		return err;
	}
	if (o->why.code == REFUSE_EXISTS_ALREADY) {
		f->run.seq = FIELD_NONE;
		ran(f, "unchanged", NULL);
		return err;
	}
	buf_init(&b, 4000);
	refusal_sentence(&b, &o->why, "en", naming_name, &naming);
	ran(f, "refused", arena_strn(f->arena, b.data ? b.data : "", b.len));
	buf_clear(&b);

	return err;
}


int fetching_end(struct store *st, void *fetching)
{
	struct fetching *f = fetching;
	struct mail_address to;
	char day[TIME_TEXT_SIZE];
	int err = feed_ran(st, f->feed, &f->run, f->now);

	if (err || text_among("taken proposed unchanged", f->run.outcome))
		return err;
	err = mail_address_read(&to, f->arena, st, f->feed->person);
	if (!err && to.proved) {
		const struct refusal_arg args[] = { { "title", f->feed->name },
						    { "why", f->run.text } };
		struct mail_news n = { .person = f->feed->person,
				       .lang = to.lang,
				       .path = "/feeds",
				       .event = FIELD_NONE };

		time_text(day, f->now); /* once a day */
		n.topic = arena_printf(f->arena, "feed/%s/%.10s", f->feed->id, day);
		n.title = mail_text(f->arena, "mail.feed", to.lang, args, 2);
		n.text = mail_text(f->arena, "mail.feed.text", to.lang, args, 2);
		err = mail_tell(st, &n, f->now);
	}

	return err == E_ABSENT ? 0 : err;
}
