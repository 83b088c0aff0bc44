/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* feeds.c: a member's officer says where figures are fetched from. */
#include <string.h>

#include "api/courier.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "net/carrier.h"
#include "watch/feed.h"

enum {
	NAME_BYTES = 100,
	BEARER_BYTES = 2000,
};

struct feed_signing {
	struct signing s;
	struct feed feed;
};


/* A seat of a party that reports figures. */
static bool reports(const struct request *r, const struct charter *c)
{
	return r->seat.party && seat_may(&r->seat, c, "right:monitor-report", NULL) == SEAT_MAY;
}


/* From which hosts is for those who set feeds: others need not know where figures lie. */
int feeds_get(struct request *r)
{
	const struct desk *d = loop_desk(r->loop);
	const struct charter *c = NULL;
	struct jw w;
	int err = desk_resolve(r, &c);

	if (err)
		return err;
	if (!r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in first.");
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kbool(&w, "fetches", d->feed_hosts != NULL);
	if (d->feed_hosts && reports(r, c))
		jw_kstr(&w, "hosts", d->feed_hosts);
	jw_object_end(&w);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


/* A person in such a seat. */
static int may_set(struct request *r, bool fresh)
{
	const struct charter *c = NULL;
	int err = signing_person(r, fresh);

	if (!err)
		err = session_may_act(r, "report.submit");
	if (!err)
		err = desk_resolve(r, &c);
	if (!err && !reports(r, c)) {
		writer_security(loop_desk(r->loop)->writer, &r->seat, "feed", "");
		err = fault_set(&r->fault, E_DENIED, "This seat does not report figures.");
	}

	return err;
}


static int wrong(struct request *r, const char *pointer, const char *text)
{
	fault_at(&r->fault, pointer, 0, 0);

	return fault_set(&r->fault, E_RANGE, "%s", text);
}


/* "06:30", of UTC, as minutes. */
static bool minute_of(int64_t *out, const char *text)
{
	int64_t h, m;
	char hour[3];

	if (strlen(text) != 5 || text[2] != ':')
		return false;
	memcpy(hour, text, 2);
	hour[2] = '\0';
	if (text_int(&h, hour[0] == '0' ? hour + 1 : hour, 0, 23) ||
	    text_int(&m, text[3] == '0' ? text + 4 : text + 3, 0, 59))
		return false;
	*out = h * 60 + m;

	return true;
}


static int read_feed(struct feed_signing *f)
{
	static const char *const names[] = { "name",	"url",	      "at",    "every",
					     "?bearer", "?indicator", "?order" };
	struct request *r = f->s.r;
	const struct desk *d = loop_desk(r->loop);
	const char *v[7];
	enum day_order order;
	int err = signing_texts(r, names, v, ARRAY_LEN(names));

	if (err)
		return err;
	f->feed = (struct feed){ .name = v[0], .url = v[1], .bearer = v[4] ? v[4] : "" };
	f->feed.indicator = v[5] && v[5][0] ? v[5] : NULL;
	f->feed.order = v[6] && v[6][0] ? v[6] : NULL;
	if (!v[0][0] || strlen(v[0]) > NAME_BYTES)
		return wrong(r, "/name", "A name has 1 to 100 bytes.");
	err = carrier_url_check(v[1], d->feed_hosts, d->feed_private, &r->fault);
	if (err) {
		fault_at(&r->fault, "/url", 0, 0);
		return err;
	}
	if (!minute_of(&f->feed.minute, v[2]))
		return wrong(r, "/at", "The time of day is written as 06:30, of UTC.");
	if (!text_among("1 2 3 4 6 8 12 24", v[3]) || text_int(&f->feed.every, v[3], 1, 24))
		return wrong(r, "/every", "The hours are 1, 2, 3, 4, 6, 8, 12 or 24.");
	for (const char *p = f->feed.bearer; *p; p++)
		if (*p <= 0x20 || *p >= 0x7f || strlen(f->feed.bearer) > BEARER_BYTES)
			return wrong(r, "/bearer", "A token is of ASCII, without spaces.");
	if (f->feed.indicator && !text_id(f->feed.indicator))
		return wrong(r, "/indicator", "This is no indicator.");
	if (!day_order_read(&order, f->feed.order))
		return wrong(r, "/order", "The order of days is " DAY_ORDERS ".");

	return 0;
}


static int write_feed(struct signing *s, struct store *st)
{
	struct feed_signing *f = (struct feed_signing *)(void *)s;
	int err = feed_add(st, &f->feed, s->now);

	return err == E_RANGE
		       ? fault_set(&s->fault, err, "A party has %d feeds at most.", FEEDS_MAX)
		       : err;
}


static int reply_feed(struct signing *s)
{
	courier_poke(loop_desk(s->r->loop)->courier);

	return http_reply(s->r, 200, NULL, "{}", 2);
}


int feeds_post(struct request *r)
{
	struct feed_signing *f = arena_take(r->arena, sizeof(*f));
	char *id = arena_take(r->arena, RAND_UUID_SIZE);
	int err = may_set(r, true);

	memset(f, 0, sizeof(*f));
	f->s = *signing_new(r);
	if (!err && !loop_desk(r->loop)->feed_hosts)
		err = fault_set(&r->fault, E_ABSENT, "This centre fetches no feeds.");
	if (!err)
		err = read_feed(f);
	if (err)
		return err;
	rand_uuid(id);
	f->feed.id = id;
	f->feed.party = r->seat.party;
	f->feed.person = r->seat.person;
	f->feed.office = r->seat.office;
	f->feed.next_at = f->s.now; /* at once, so that one sees whether it works */
	f->s.write = write_feed;
	f->s.reply = reply_feed;

	return signing_post(&f->s);
}


static int write_end(struct signing *s, struct store *st)
{
	return feed_end(st, s->id, s->seat.party, s->now);
}


static int write_hurry(struct signing *s, struct store *st)
{
	return feed_hurry(st, s->id, s->seat.party, s->now);
}


static int change(struct request *r, int (*write)(struct signing *s, struct store *st))
{
	struct signing *s = signing_new(r);
	int err = may_set(r, false);

	if (!err)
		err = session_rate(r);
	if (err)
		return err;
	s->id = r->part[0];
	s->seat = r->seat;
	s->write = write;
	s->reply = reply_feed;

	return signing_post(s);
}


int feed_delete(struct request *r)
{
	return change(r, write_end);
}


int feed_fetch_post(struct request *r)
{
	return change(r, write_hurry);
}
