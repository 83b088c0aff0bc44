/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/courier.h"
#include "api/desk.h"
#include "api/fetching.h"
#include "api/posting.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "mail/mail.h"

enum {
	BOX = 64,
	REST_MS = 30000,
	GAP_MS = 100,	 /* between looks at the record */
	AGAIN_MS = 1000, /* after an error; doubled each time, up to REST_MS */
	OUT_MAX = 4 * ERRAND_MAX,
};

struct courier {
	struct desk *desk;
	struct mailbox *box; /* the courier itself is a poke; NULL: stop */
	struct mailbox *answers;
	struct reader reader;
	_Atomic int link_new; /* -1: none */
	int link;
	struct buf in, out;
	char sending[ERRAND_TEXT_MAX]; /* the letter that is under way, or "" */
	char person[80];	       /* whose it is; "": of a desk before this one */
	bool asking;		       /* the reach process is asked about a letter of before */
	char fetching[80];	       /* the feed's errand that is under way, or "" */
	struct feed feed;	       /* that feed; texts in its arena */
	struct arena *feed_arena;
	int64_t feed_next; /* when one is due */
	int64_t looked;
	int64_t again_ms, again; /* after an error: how long, and until when; 0: none */
	int64_t next;		 /* when a letter is due */
	bool waiting;		 /* for a digest */
	bool stopping;
	pthread_t thread;
};


/* --- writing, in the writer's thread, waited for --- */

struct written {
	struct chore chore;
	courier_write_h *run;
	void *arg;
	struct courier *c;
	int err;
};


static int run_written(struct chore *chore, struct store *st)
{
	struct written *w = (struct written *)(void *)chore;

	return w->run(st, w->arg);
}


static void done_written(struct chore *chore, int err)
{
	struct written *w = (struct written *)(void *)chore;

	w->err = err;
	(void)!mailbox_post(w->c->answers, w);
}


static int write_now(struct courier *c, courier_write_h *run, void *arg)
{
	struct written w = { .chore = { .run = run_written, .done = done_written },
			     .run = run,
			     .arg = arg,
			     .c = c };
	void *item;
	int err = writer_chore(c->desk->writer, &w.chore);

	if (err)
		return err;
	while (!mailbox_take(c->answers, &item, 1, -1))
		;

	return w.err;
}


/* --- the link --- */

static void drop_link(struct courier *c)
{
	if (c->link >= 0)
		(void)close(c->link);
	c->link = -1;
	/* What was under way is asked about over the next link. */
	c->sending[0] = '\0';
	c->asking = false;
	c->fetching[0] = '\0'; /* it is fetched again, see feed_begin() */
	buf_reset(&c->in);
	buf_reset(&c->out);
}


static void write_out(struct courier *c)
{
	ssize_t n;

	if (c->link < 0 || !c->out.len)
		return;
	n = send(c->link, c->out.data, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_link(c);
		return;
	}
	memmove(c->out.data, c->out.data + n, c->out.len - (size_t)n);
	c->out.len -= (size_t)n;
}


/* --- letters --- */

struct ending {
	const char *id, *reply;
	enum letter_outcome outcome;
	int64_t now, retry_ms;
};


static int run_end(struct store *st, void *arg)
{
	const struct ending *e = arg;

	return letter_end(st, e->id, e->outcome, e->reply, e->now, e->retry_ms);
}


static int end_letter(struct courier *c, const char *id, enum letter_outcome outcome,
		      const char *reply)
{
	struct ending e = { id, reply, outcome, clock_now(c->desk->clock),
			    c->desk->mail_retry_ms };

	return write_now(c, run_end, &e);
}


static void mail_answer(struct courier *c, const struct errand *e)
{
	static const enum letter_outcome outcomes[] = { [ERRAND_DONE] = LETTER_SENT,
							[ERRAND_LATER] = LETTER_LATER,
							[ERRAND_NEVER] = LETTER_NEVER,
							[ERRAND_UNSURE] = LETTER_UNSURE };
	int err = end_letter(c, c->sending, outcomes[e->outcome], e->text[1]);

	if (err)
		diag_warning("courier", "what became of a letter could not be put down: %s",
			     err_text(err));
	events_look(c->desk, c->person, false);
	c->sending[0] = '\0';
	c->asking = false;
}


/* --- feeds --- */

static void acted(struct act_job *job)
{
	(void)!mailbox_post(((struct courier *)job->arg)->answers, job);
}


/* The report, in the seat of who set the feed. */
static int report(struct courier *c, struct fetching *f)
{
	struct act_job job = { .request = { .id = f->id,
					    .kind = "report.submit",
					    .subject = arena_printf(f->arena, "party/%s",
								    f->feed->party),
					    .body = f->body,
					    .expect = FIELD_NONE },
			       .seat = f->seat,
			       .arena = f->arena,
			       .done = acted,
			       .arg = c };
	void *item;
	int err = writer_post(c->desk->writer, &job);

	while (!err && !mailbox_take(c->answers, &item, 1, -1))
		;

	return err ? err : fetching_acted(f, &job);
}


static struct fetching fetching_new(struct courier *c)
{
	return (struct fetching){ .desk = c->desk,
				  .reader = &c->reader,
				  .arena = c->feed_arena,
				  .feed = &c->feed,
				  .now = clock_now(c->desk->clock),
				  .run = { .seq = FIELD_NONE } };
}


static void feed_answer(struct courier *c, const struct errand *e)
{
	struct fetching f = fetching_new(c);
	int err = 0;

	if (e->outcome == ERRAND_DONE) {
		err = fetching_read(&f, e->bytes, e->len);
	} else {
		f.run.outcome = "failed";
		f.run.text = arena_str(c->feed_arena, e->text[1]);
	}
	if (!err && f.body)
		err = report(c, &f);
	json_decref(f.body);
	if (!err)
		err = write_now(c, fetching_end, &f);
	if (err)
		diag_warning("courier", "what became of a feed could not be put down: %s",
			     err_text(err));
	events_look(c->desk, c->feed.party, true);
	c->fetching[0] = '\0';
}


static int run_feed_begin(struct store *st, void *arg)
{
	struct courier *c = arg;

	return feed_begin(st, &c->feed, clock_now(c->desk->clock));
}


static int fetch_next(struct courier *c)
{
	struct fetching f;
	int err;

	arena_reset(c->feed_arena);
	err = feed_due(&c->feed, &c->feed_next, c->feed_arena, c->reader.st,
		       clock_now(c->desk->clock));
	if (err)
		return err == E_ABSENT ? 0 : err;
	f = fetching_new(c);
	err = write_now(c, run_feed_begin, c);
	if (!err)
		err = fetching_may(&f);
	if (!err && f.run.outcome) {
		err = write_now(c, fetching_end, &f);
		events_look(c->desk, c->feed.party, true);
	}
	if (err || f.run.outcome)
		return err;
	(void)snprintf(c->fetching, sizeof(c->fetching), "feed-%.60s", c->feed.id);
	errand_write(&c->out,
		     &(struct errand){ .word = ERRAND_FETCH,
				       .text = { c->fetching, c->feed.url, c->feed.bearer } });

	return 0;
}


static void answered(struct courier *c, const struct errand *e)
{
	if (c->fetching[0] && strcmp(e->text[0], c->fetching) == 0)
		feed_answer(c, e);

	if (c->sending[0] && strcmp(e->text[0], c->sending) == 0)
		mail_answer(c, e);
}


static void read_in(struct courier *c)
{
	char bytes[65536];
	ssize_t n = recv(c->link, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t at = 0, used = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_link(c);
		return;
	}
	buf_add(&c->in, bytes, (size_t)n);
	do {
		struct errand e;

		if (errand_read(&e, &used, c->in.data + at, c->in.len - at) ||
		    (used && e.word != ERRAND_ANSWER)) {
			diag_error("courier", "a message that is none; the link is dropped");
			drop_link(c);
			return;
		}
		if (used)
			answered(c, &e);
		at += used;
	} while (used);
	memmove(c->in.data, c->in.data + at, c->in.len - at);
	c->in.len -= at;
}


/* A letter that was given away before the link was lost, or by the desk before this one. */
static int ask_about_lost(struct courier *c, struct arena *a)
{
	const char *id;
	int err = letter_lost(&id, a, c->reader.st);

	if (err)
		return err == E_ABSENT ? 0 : err;
	(void)snprintf(c->sending, sizeof(c->sending), "%s", id);
	c->person[0] = '\0';
	c->asking = true;
	errand_write(&c->out, &(struct errand){ .word = ERRAND_ASK, .text = { id, "", "" } });

	return 0;
}


static int send_next(struct courier *c, struct arena *a)
{
	int64_t now = clock_now(c->desk->clock);
	struct letter l;
	struct posting p = { .desk = c->desk, .reader = &c->reader, .arena = a, .now = now };
	int err = letter_due(&l, &c->next, a, c->reader.st, now);

	if (err)
		return err == E_ABSENT ? 0 : err;
	err = posting_prepare(&p, &l);
	if (!err)
		err = write_now(c, posting_begin, &p);
	if (!err && p.never) {
		err = end_letter(c, l.id, LETTER_NEVER, p.never);
	} else if (!err) {
		(void)snprintf(c->sending, sizeof(c->sending), "%s", l.id);
		(void)text_copy(c->person, sizeof(c->person), l.person);
		posting_write(&c->out, &p);
	}
	posting_clear(&p);

	return err == E_ABSENT ? 0 : err; /* it was forgotten meanwhile */
}


static int run_put(struct store *st, void *arg)
{
	struct putting {
		const struct mail_found *found;
		int64_t now, gather_ms;
	} const *p = arg;
	int err = p->found ? mail_put(st, p->found, p->now) : 0;

	return err ? err : letters_gather(st, p->now, p->gather_ms);
}


static int run_sweep(struct store *st, void *arg)
{
	return mail_sweep(st, *(const int64_t *)arg);
}


/* What the record has to tell, in one read transaction. */
static int collect(struct mail_found *found, struct courier *c, struct arena *a, int64_t now)
{
	const struct charter *charter = NULL;
	struct reader *r = &c->reader;
	int err = store_exec(r->st, "BEGIN", "");

	memset(found, 0, sizeof(*found));
	if (err)
		return err;
	err = world_refresh(r->world, NULL);
	if (!err)
		err = world_charter(&charter, r->world, now);
	if (!err)
		err = mail_collect(found, a, r->st, r->world, charter, now);
	(void)!store_exec(r->st, "COMMIT", "");

	return err == E_ABSENT ? 0 : err; /* not founded yet */
}


static int look(struct courier *c, struct arena *a)
{
	int64_t now = clock_now(c->desk->clock), waiting = 0;
	struct mail_found found;
	struct {
		const struct mail_found *found;
		int64_t now, gather_ms;
	} put = { &found, now, c->desk->mail_gather_ms };
	int err;

	do {
		arena_reset(a);
		err = collect(&found, c, a, now);
		if (!err && (found.first || found.fresh || found.to != found.from))
			err = write_now(c, run_put, &put);
		if (!err && found.left)
			err = write_now(c, run_sweep, &now);
	} while (!err && found.more);
	put.found = NULL;
	if (!err)
		err = store_get_int(&waiting, c->reader.st,
				    "SELECT count(*) FROM mail_item WHERE letter IS NULL", "");
	if (!err && waiting)
		err = write_now(c, run_put, &put);
	c->waiting = waiting > 0;

	return err;
}


/* Everything that can be done now; after an error again, but not at once. */
static int step(struct courier *c, bool poked)
{
	struct arena *a = arena_new(1 << 14);
	struct fault f = { 0 };
	int err = reader_revive(&c->reader, &f);

	c->next = c->feed_next = INT64_MAX;
	if (!err && c->desk->mail_from && poked)
		err = look(c, a);
	arena_reset(a);
	if (!err && c->desk->mail_from && c->link >= 0 && !c->sending[0])
		err = ask_about_lost(c, a);
	if (!err && c->desk->mail_from && c->link >= 0 && !c->sending[0])
		err = send_next(c, a);
	if (!err && c->desk->feed_hosts && c->link >= 0 && !c->fetching[0])
		err = fetch_next(c);
	if (err && err != E_STOPPING)
		diag_warning("courier", "what is to be sent could not be looked at: %s",
			     err_text(err));
	arena_free(a);
	c->again_ms = !err ? 0 : c->again_ms ? 2 * c->again_ms : AGAIN_MS;
	if (c->again_ms > REST_MS)
		c->again_ms = REST_MS;
	c->again = time_monotonic() + c->again_ms;
	write_out(c);

	return err;
}


static int wait_ms(const struct courier *c, bool poked)
{
	int64_t again = c->again - time_monotonic();
	int64_t first = c->next < c->feed_next ? c->next : c->feed_next;
	int64_t due = first == INT64_MAX ? REST_MS : first - clock_now(c->desk->clock);
	int64_t settle = c->desk->mail_gather_ms / MAIL_SETTLE_PART;

	if (again > 0)
		return (int)again;
	if (c->waiting && due > settle)
		due = settle;
	if (due > REST_MS)
		due = REST_MS;

	return poked || due < GAP_MS ? GAP_MS : (int)due;
}


/* Take what is in the box; true when there was a poke. */
static bool take(struct courier *c)
{
	void *items[BOX];
	size_t n = mailbox_take(c->box, items, BOX, 0);
	int fd = atomic_exchange(&c->link_new, -1);

	for (size_t i = 0; i < n; i++)
		c->stopping = c->stopping || !items[i];
	if (fd >= 0) {
		drop_link(c);
		c->link = fd;
	}

	return n > 0;
}


static void *run(void *arg)
{
	struct courier *c = arg;
	bool poked = true;

	while (!c->stopping) {
		struct pollfd p[2] = { { .fd = mailbox_fd(c->box), .events = POLLIN },
				       { .fd = c->link, .events = POLLIN } };
		int64_t now = time_monotonic();
		bool due = now - c->looked >= GAP_MS;

		if (now >= c->again && step(c, poked && due) == 0 && poked && due) {
			poked = false;
			c->looked = time_monotonic();
		}
		if (c->out.len)
			p[1].events |= POLLOUT;
		if (poll(p, 2, wait_ms(c, poked)) == 0)
			poked = true;
		if (take(c))
			poked = true;
		if (c->link >= 0 && p[1].fd == c->link && p[1].revents & (POLLIN | POLLHUP))
			read_in(c);
		write_out(c);
	}

	return NULL;
}


static void clear(struct courier *c)
{
	drop_link(c);
	if (c->reader.st)
		reader_close(&c->reader);
	buf_clear(&c->in);
	buf_clear(&c->out);
	arena_free(c->feed_arena);
	mailbox_free(c->answers);
	mailbox_free(c->box);
	free(c);
}


int courier_start(struct courier **out, struct desk *desk, int link, struct fault *f)
{
	struct courier *c = mem_zero(1, sizeof(*c));
	int err = mailbox_new(&c->box, BOX);

	c->desk = desk;
	c->link = link;
	c->link_new = -1;
	c->feed_arena = arena_new(1 << 14);
	buf_init(&c->in, ERRAND_MAX + 65536);
	buf_init(&c->out, OUT_MAX);
	if (!err)
		err = mailbox_new(&c->answers, 1);
	if (!err)
		err = reader_open(&c->reader, desk->where, desk->registry, f);
	if (!err && pthread_create(&c->thread, NULL, run, c))
		err = E_IO;
	if (err)
		clear(c);
	else
		*out = c;

	return err;
}


void courier_stop(struct courier *c)
{
	if (!c)
		return;

	while (mailbox_post(c->box, NULL) == E_BUSY)
		;
	(void)pthread_join(c->thread, NULL);
	clear(c);
}


void courier_poke(struct courier *c)
{
	if (c)
		(void)!mailbox_post(c->box, c);
}


void courier_relink(struct courier *c, int link)
{
	int before = atomic_exchange(&c->link_new, link);

	if (before >= 0)
		(void)close(before);
	courier_poke(c);
}
