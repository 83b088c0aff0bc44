/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * collect.c: what the record and the due times have to tell to whom.
 *
 * Acts are looked through in order, each once (mail_cursor).  What is addressed to a party goes
 * to its persons, what awaits an office to those who hold it; never to who did the act.  Nobody
 * is told by mail what the same seat could not see here; of what is spoken of on a channel
 * above the lowest class only that it is, when and where: mail is read by many on its way.
 */
#include <string.h>

#include "act/acts.h"
#include "act/judging.h"
#include "act/sentence.h"
#include "act/world.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "charter/rules.h"
#include "mail/mail.h"
#include "store/store.h"

enum {
	ACTS_AT_ONCE = 200,
	ARGS_MAX = 8,
	LINES_SHOWN = 20,
};

struct reader_of {
	const char *person, *party, *lang;
	struct seat *seats;
	size_t count;
	struct reader_of *next;
};

struct collecting {
	struct mail_found *out;
	struct mail_news **last;
	struct arena *a;
	struct store *st;
	struct world *world;
	const struct charter *c;
	int64_t at;
	struct reader_of *readers;
	/* of the act that is looked at */
	int64_t seq;
	const char *person, *subject;
	int64_t subject_id;
};

/* Something to tell; texts of `args` are for every language the same, or ids. */
struct telling {
	const char *key;  /* "mail.request" */
	const char *mode; /* "exercise" or "test" are marked; else NULL */
	const char *topic;
	const char *path;
	const char *see; /* seat_sees(): who is concerned; NULL: */
	const char *may; /* seat_may() */
	bool urgent;
	int64_t event;
	struct refusal_arg args[ARGS_MAX];
	const char *ids[ARGS_MAX]; /* what the value is an id of, or NULL */
	size_t count;
};


static void arg(struct telling *t, const char *name, const char *value)
{
	t->args[t->count++] = (struct refusal_arg){ name, value ? value : "" };
}


/* The value is an id of that kind ("party", "channel", ...; "word": of the catalogue). */
static void arg_id(struct telling *t, const char *name, const char *kind, const char *id)
{
	t->ids[t->count] = kind;
	arg(t, name, id);
}


static const char *shown(struct collecting *k, const char *lang, const char *kind,
			 const char *id)
{
	struct naming naming = { k->c, k->world };
	const char *text;

	if (!kind)
		return id;
	text = text_eq(kind, "word") ? sentence_text(arena_printf(k->a, "value.%s", id), lang)
				     : naming_name(kind, id, lang, &naming);

	return text ? arena_str(k->a, text) : id;
}


static bool concerned(struct collecting *k, const struct reader_of *r, const struct telling *t)
{
	if (text_eq(r->person, k->person))
		return false;
	for (size_t i = 0; i < r->count; i++)
		if ((t->see && seat_sees(&r->seats[i], k->c, t->see, NULL)) ||
		    (t->may && seat_may(&r->seats[i], k->c, t->may, NULL) == SEAT_MAY))
			return true;

	return false;
}


static const char *in_words(struct collecting *k, const char *lang, const struct telling *t,
			    const char *key)
{
	struct refusal_arg args[ARGS_MAX], title = { "title", NULL };

	for (size_t i = 0; i < t->count; i++)
		args[i] = (struct refusal_arg){ t->args[i].name,
						shown(k, lang, t->ids[i], t->args[i].value) };
	title.value = mail_text(k->a, key, lang, args, t->count);
	if (text_eq(t->mode, "exercise"))
		return mail_text(k->a, "mail.exercise", lang, &title, 1);
	if (text_eq(t->mode, "test"))
		return mail_text(k->a, "mail.test", lang, &title, 1);

	return title.value;
}


static void tell(struct collecting *k, const struct telling *t)
{
	struct telling plain = *t;

	plain.mode = NULL;
	for (const struct reader_of *r = k->readers; r; r = r->next) {
		struct mail_news *n;

		if (!concerned(k, r, t))
			continue;
		n = arena_take(k->a, sizeof(*n));
		*n = (struct mail_news){
			.person = r->person,
			.topic = t->topic,
			.lang = r->lang,
			.title = in_words(k, r->lang, t, t->key),
			.text = in_words(k, r->lang, &plain,
					 text_eq(t->key, "mail.consultation.limited")
						 ? "mail.sign-in"
					 : text_starts(t->key, "mail.consultation.")
						 ? "mail.consultation.text"
						 : arena_printf(k->a, "%s.text", t->key)),
			.path = t->path,
			.urgent = t->urgent,
			.event = t->event,
		};
		*k->last = n;
		k->last = &n->next;
	}
}


static struct telling telling_new(struct collecting *k, const char *key, const char *path)
{
	return (struct telling){ .key = key,
				 .topic = arena_printf(k->a, "act/%lld", (long long)k->seq),
				 .path = path,
				 .event = FIELD_NONE };
}


static const char *party_words(struct collecting *k, const char *party)
{
	return arena_printf(k->a, "party:%s", party);
}


/* "party:al,party:be" of a body made for this, or every member. */
static int called_words(const char **out, struct collecting *k, int64_t id)
{
	struct store_rows *rows = NULL;
	struct buf b;
	int err = store_query(&rows, k->st,
			      "SELECT party FROM council_pub_called WHERE consultation = $1"
			      " ORDER BY party",
			      "i", id);

	buf_init(&b, 0);
	while (!err && store_next(rows, &err))
		buf_printf(&b, "%sparty:%s", b.len ? "," : "", store_text(rows, 0));
	store_done(rows);
	*out = b.len ? arena_strn(k->a, b.data, b.len) : "member";
	buf_clear(&b);

	return err;
}


static void put_call(struct collecting *k, const struct store_rows *rows, int64_t id,
		     const char *see)
{
	bool out_of_schedule = store_int(rows, 6) != 0;
	int64_t begins = store_int(rows, 2);
	const char *channel = row_text(k->a, rows, 3), *place = row_text(k->a, rows, 4);
	struct telling t = telling_new(k, "mail.consultation", "/consultations");

	if (channel && charter_channel_limited(k->c, charter_channel(k->c, channel)))
		t.key = "mail.consultation.limited";
	else if (out_of_schedule)
		t.key = "mail.consultation.urgent";
	t.mode = row_text(k->a, rows, 0);
	t.see = see;
	t.urgent = out_of_schedule || begins - k->at < TIME_DAY;
	t.event = id;
	arg(&t, "title", row_text(k->a, rows, 1));
	arg(&t, "when", mail_when(k->a, begins));
	if (place)
		arg(&t, "where", place);
	else if (channel)
		arg_id(&t, "where", "channel", channel);
	else
		arg_id(&t, "where", "word", row_text(k->a, rows, 5));
	tell(k, &t);
}


static int call(struct collecting *k)
{
	struct store_rows *rows = NULL;
	int64_t id = k->subject_id ? k->subject_id : k->seq;
	const char *see = NULL;
	int err = called_words(&see, k, id);

	if (!err)
		err = store_query(&rows, k->st,
				  "SELECT mode, title, begins, channel, place, form,"
				  " out_of_schedule FROM council_pub_call WHERE id = $1 AND"
				  " begins IS NOT NULL",
				  "i", id);
	if (!err && store_next(rows, &err))
		put_call(k, rows, id, see);
	store_done(rows);

	return err;
}


/* Offices that may call, and that are not the chairing party's. */
static const char *callers(struct collecting *k)
{
	struct buf b;
	const char *words;

	buf_init(&b, 0);
	charter_each (o, k->c->meetings.consultations.may_call)
		buf_printf(&b, "%soffice:%s", b.len ? " " : "", (*o)->id);
	words = b.len ? arena_strn(k->a, b.data, b.len) : "secretariat";
	buf_clear(&b);

	return words;
}


static int asked(struct collecting *k)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, k->st,
			      "SELECT mode, title, asked_by, answer_due FROM council_pub_call"
			      " WHERE id = $1 AND asked_by IS NOT NULL",
			      "i", k->seq);

	if (!err && store_next(rows, &err)) {
		struct telling t = telling_new(k, "mail.consultation-asked", "/consultations");

		t.mode = row_text(k->a, rows, 0);
		t.may = callers(k);
		t.urgent = true;
		arg(&t, "title", row_text(k->a, rows, 1));
		arg_id(&t, "party", "party", row_text(k->a, rows, 2));
		arg(&t, "when", mail_when(k->a, store_int(rows, 3)));
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


/* "40 pieces: Ventilators (Cedra, 2020-05-20)", a line each; the place and the first day. */
static int request_lines(const char **lines, const char **place, const char **day,
			 struct collecting *k, int64_t id)
{
	struct store_rows *rows = NULL;
	struct buf b;
	size_t n = 0;
	int err = store_query(&rows, k->st,
			      "SELECT item, quantity, unit, place, needed_by FROM"
			      " assist_pub_line WHERE request = $1 ORDER BY needed_by, line",
			      "i", id);

	buf_init(&b, 0);
	*place = *day = "";
	while (!err && store_next(rows, &err)) {
		if (!n) {
			*place = row_text(k->a, rows, 3);
			*day = row_text(k->a, rows, 4);
		}
		if (n++ < LINES_SHOWN)
			buf_printf(&b, "- %lld %s: %s (%s, %s)\n",
				   (long long)store_int(rows, 1), store_text(rows, 2),
				   store_text(rows, 0), store_text(rows, 3),
				   store_text(rows, 4));
	}
	if (n > LINES_SHOWN)
		buf_printf(&b, "- ... (%zu)\n", n - LINES_SHOWN);
	store_done(rows);
	*lines = arena_strn(k->a, b.data ? b.data : "", b.len);
	buf_clear(&b);

	return err;
}


/* To the one of the two that did not act; `key` NULL: nobody. */
static int about_request(struct collecting *k, const char *key, int64_t id, bool to_asker,
			 bool urgent, const char *what)
{
	const char *lines, *place, *day;
	struct store_rows *rows = NULL;
	int err = request_lines(&lines, &place, &day, k, id);

	if (!err)
		err = store_query(&rows, k->st,
				  "SELECT party, to_party, kind, title, due_at FROM"
				  " assist_pub_ask WHERE id = $1",
				  "i", id);
	if (!err && store_next(rows, &err)) {
		const char *asker = row_text(k->a, rows, 0), *giver = row_text(k->a, rows, 1);
		struct telling t =
			telling_new(k, key, arena_printf(k->a, "/help/%lld", (long long)id));

		t.see = party_words(k, to_asker ? asker : giver);
		t.mode = row_text(k->a, rows, 2);
		t.urgent = urgent;
		arg_id(&t, "party", "party", to_asker ? giver : asker);
		arg(&t, "title", row_text(k->a, rows, 3));
		arg(&t, "where", place);
		arg(&t, "when", day);
		arg(&t, "due", mail_when(k->a, store_int(rows, 4)));
		arg(&t, "lines", lines);
		if (what)
			arg(&t, "what", what);
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


static int request(struct collecting *k)
{
	return about_request(k, "mail.request", k->seq, false, true, NULL);
}


static int request_change(struct collecting *k)
{
	return about_request(k, "mail.request-change", k->subject_id, false, true, NULL);
}


/* "20 pieces: Ventilators", of an offer; `accepted`: what of it was taken. */
static int about_offer(struct collecting *k, int64_t offer, bool accepted)
{
	struct store_rows *rows = NULL;
	const char *what = NULL;
	int64_t id = 0;
	int err = store_query(&rows, k->st,
			      "SELECT o.request, CASE WHEN $2 = 1 AND o.accepted IS NOT NULL"
			      " THEN o.accepted ELSE o.quantity END, l.unit, l.item FROM"
			      " assist_pub_offer o JOIN assist_pub_line l ON l.request ="
			      " o.request AND l.line = o.line WHERE o.id = $1",
			      "ii", offer, (int64_t)accepted);

	if (!err && store_next(rows, &err)) {
		id = store_int(rows, 0);
		what = arena_printf(k->a, "%lld %s, %s", (long long)store_int(rows, 1),
				    store_text(rows, 2), store_text(rows, 3));
	}
	store_done(rows);
	if (err || !what)
		return err;

	return about_request(k, accepted ? "mail.offer-accept" : "mail.offer", id, !accepted,
			     accepted, what);
}


static int offer(struct collecting *k)
{
	return about_offer(k, k->seq, false);
}


static int offer_accept(struct collecting *k)
{
	return about_offer(k, k->subject_id, true);
}


/* Alerts that this run opened: the member concerned verifies within the charter's hours. */
static int run(struct collecting *k)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, k->st,
			      "SELECT v.id, v.party, v.area, v.indicator, v.verify_due FROM"
			      " watch_pub_verify v JOIN watch_pub_alert a ON a.id = v.id WHERE"
			      " a.opened_at = (SELECT at FROM act_record WHERE seq = $1)"
			      " ORDER BY v.id",
			      "i", k->seq);

	while (!err && store_next(rows, &err)) {
		int64_t id = store_int(rows, 0);
		const char *party = row_text(k->a, rows, 1), *area = row_text(k->a, rows, 2);
		struct telling t = telling_new(
			k, "mail.alert", arena_printf(k->a, "/alerts/%lld", (long long)id));

		t.topic = arena_printf(k->a, "alert/%lld", (long long)id);
		t.see = party_words(k, party);
		t.urgent = true;
		arg_id(&t, "what", "word", row_text(k->a, rows, 3));
		arg_id(&t, "where", area[0] ? NULL : "party", area[0] ? area : party);
		arg(&t, "when", mail_when(k->a, store_int(rows, 4)));
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


static int level(struct collecting *k)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, k->st,
			      "SELECT level, due FROM watch_pub_proposal WHERE id = $1 AND"
			      " state = 'open'",
			      "i", k->seq);

	if (!err && store_next(rows, &err)) {
		struct telling t = telling_new(k, "mail.level", "/desk");

		t.see = "secretariat";
		t.may = "office:duty-officer";
		t.urgent = true;
		arg_id(&t, "what", "word", row_text(k->a, rows, 0));
		arg(&t, "when", mail_when(k->a, store_int(rows, 1)));
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


static int restatement(struct collecting *k)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, k->st,
			      "SELECT party, changed FROM watch_pub_restatement WHERE id = $1",
			      "i", k->seq);

	if (!err && store_next(rows, &err)) {
		struct telling t = telling_new(k, "mail.restatement", "/report");

		t.see = party_words(k, row_text(k->a, rows, 0));
		arg(&t, "count", arena_printf(k->a, "%lld", (long long)store_int(rows, 1)));
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


static int overdue(struct collecting *k)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, k->st,
			      "SELECT party, day FROM watch_pub_overdue WHERE id = $1", "i",
			      k->seq);

	if (!err && store_next(rows, &err)) {
		struct telling t = telling_new(k, "mail.overdue", "/report");
		char day[TIME_DATE_SIZE];

		time_days_date(day, store_int(rows, 1));
		t.see = party_words(k, row_text(k->a, rows, 0));
		arg_id(&t, "party", "party", row_text(k->a, rows, 0));
		arg(&t, "when", arena_str(k->a, day));
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


static const struct {
	const char *kind;
	int (*look)(struct collecting *k);
} acts[] = {
	{ "consultation.call", call },	   { "consultation.ask", asked },
	{ "assistance.request", request }, { "assistance.change", request_change },
	{ "assistance.offer", offer },	   { "assistance.accept", offer_accept },
	{ "monitoring.run", run },	   { "level.request", level },
	{ "level.propose", level },	   { "report.submit", restatement },
	{ "finding.record", overdue },
};


/* A numbered notification of this act, to the parties that it is addressed to. */
static int notification(struct collecting *k)
{
	struct store_rows *rows = NULL;
	struct telling t = telling_new(k, "mail.notification", "/");
	struct buf see;
	int64_t year = 0, number = 0;
	int err = store_query(&rows, k->st,
			      "SELECT n.year, n.number, t.party FROM act_notice n JOIN"
			      " act_notice_to t ON t.year = n.year AND t.number = n.number"
			      " WHERE n.seq = $1 AND t.received_at IS NULL ORDER BY t.party",
			      "i", k->seq);

	buf_init(&see, 0);
	while (!err && store_next(rows, &err)) {
		year = store_int(rows, 0);
		number = store_int(rows, 1);
		buf_printf(&see, "%sparty:%s", see.len ? "," : "", store_text(rows, 2));
	}
	store_done(rows);
	if (!err && number) {
		t.topic = arena_printf(k->a, "notice/%lld/%lld", (long long)year,
				       (long long)number);
		t.see = arena_strn(k->a, see.data, see.len);
		t.path = arena_printf(k->a, "/record/%lld", (long long)k->seq);
		arg(&t, "number",
		    arena_printf(k->a, "%lld/%lld", (long long)number, (long long)year));
		tell(k, &t);
	}
	buf_clear(&see);

	return err;
}


static int look_at_act(struct collecting *k, const char *kind)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts) && !err; i++)
		if (text_eq(acts[i].kind, kind))
			err = acts[i].look(k);

	/* What is told by itself needs no second word. */
	return err || text_starts(kind, "consultation.") ? err : notification(k);
}


static int look_at_acts(struct collecting *k)
{
	struct store_rows *rows = NULL;
	struct act {
		int64_t seq;
		const char *kind, *subject, *person;
	} *list = arena_take(k->a, ACTS_AT_ONCE * sizeof(*list));
	size_t n = 0;
	int err = store_query(&rows, k->st,
			      "SELECT seq, kind, subject, person, done FROM act_record WHERE"
			      " seq > $1 ORDER BY seq LIMIT 200",
			      "i", k->out->from);

	while (!err && n < ACTS_AT_ONCE && store_next(rows, &err)) {
		k->out->to = store_int(rows, 0);
		list[n++] = (struct act){ store_int(rows, 0),
					  store_int(rows, 4) ? row_text(k->a, rows, 1) : "",
					  row_text(k->a, rows, 2), row_text(k->a, rows, 3) };
	}
	store_done(rows);
	k->out->more = n == ACTS_AT_ONCE;
	for (size_t i = 0; i < n && !err; i++) {
		const char *slash = strchr(list[i].subject, '/');

		k->seq = list[i].seq;
		k->person = list[i].person;
		k->subject = list[i].subject;
		k->subject_id = 0;
		if (slash && text_int(&k->subject_id, slash + 1, 1, INT64_MAX))
			k->subject_id = 0;
		k->out->left = k->out->left ||
			       text_among("person.end person.erase person.reset", list[i].kind);
		if (list[i].kind[0])
			err = look_at_act(k, list[i].kind);
	}

	return err;
}


/* Actions that are due tomorrow or were: once each, for each day that was agreed. */
static int look_at_actions(struct collecting *k)
{
	struct store_rows *rows = NULL;
	char tomorrow[TIME_DATE_SIZE];
	struct duration day;
	int err = duration_parse(&day, "P1D");

	k->person = NULL;
	if (!err) {
		date_add(tomorrow, world_today(k->world, k->c, k->at), &day);
		err = store_query(&rows, k->st,
				  "SELECT consultation, number, responsible, text, due FROM"
				  " council_pub_action WHERE done_at IS NULL AND due <= $1"
				  " ORDER BY consultation, number LIMIT 500",
				  "s", tomorrow);
	}
	while (!err && store_next(rows, &err)) {
		const char *who = row_text(k->a, rows, 2);
		struct telling t = telling_new(k, "mail.action", "/consultations");

		t.topic =
			arena_printf(k->a, "action/%lld/%lld/%s", (long long)store_int(rows, 0),
				     (long long)store_int(rows, 1), store_text(rows, 4));
		t.see = party_words(k, who);
		t.may = arena_printf(k->a, "office:%s", who);
		arg_id(&t, "party", charter_office(k->c, who) ? "office" : "party", who);
		arg(&t, "title", row_text(k->a, rows, 3));
		arg(&t, "when", row_text(k->a, rows, 4));
		tell(k, &t);
	}
	store_done(rows);

	return err;
}


/* An office as seat_may() knows it: "head", "duty-officer", or "staff" of a body. */
static int read_seats(struct collecting *k, struct reader_of *r)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, k->st,
			      "SELECT office, body FROM parties_pub_seat WHERE person = $1"
			      " ORDER BY office, body LIMIT 20",
			      "s", r->person);

	r->seats = arena_take(k->a, 20 * sizeof(*r->seats));
	while (!err && r->count < 20 && store_next(rows, &err)) {
		const char *body = row_text(k->a, rows, 1);

		r->seats[r->count++] = (struct seat){ .person = r->person,
						      .office = row_text(k->a, rows, 0),
						      .party = r->party,
						      .body = body[0] ? body : NULL };
	}
	store_done(rows);
	for (size_t i = 0; i < r->count && !err; i++)
		err = seat_resolve(&r->seats[i], k->c, k->world, k->at);

	return err;
}


/* Everybody who may be written to. */
static int read_readers(struct collecting *k)
{
	struct store_rows *rows = NULL;
	struct reader_of **last = &k->readers;
	int err = store_query(&rows, k->st,
			      "SELECT d.person, p.party, d.lang FROM mail_address d JOIN"
			      " parties_pub_of p ON p.id = d.person WHERE d.state = 'proved'"
			      " AND p.state = 'active' ORDER BY d.person",
			      "");

	while (!err && store_next(rows, &err)) {
		struct reader_of *r = arena_take(k->a, sizeof(*r));
		const char *party = row_text(k->a, rows, 1);

		*r = (struct reader_of){ .person = row_text(k->a, rows, 0),
					 .party = party[0] ? party : NULL,
					 .lang = row_text(k->a, rows, 2) };
		*last = r;
		last = &r->next;
	}
	store_done(rows);
	for (struct reader_of *r = k->readers; r && !err; r = r->next)
		err = read_seats(k, r);

	return err;
}


static int read_cursor(struct mail_found *out, struct store *st)
{
	int err =
		store_get_int(&out->from, st, "SELECT seq FROM mail_cursor WHERE one = 1", "");

	out->fresh = err == E_ABSENT;
	if (out->fresh)
		err = store_get_int(&out->from, st,
				    "SELECT coalesce(max(seq), 0) FROM act_record", "");
	out->to = out->from;

	return err;
}


/* Leave out what was told before. */
static int keep_new(struct collecting *k)
{
	struct mail_news **at = &k->out->first;

	while (*at) {
		int64_t n = 0;
		int err = store_get_int(&n, k->st,
					"SELECT count(*) FROM mail_item WHERE person = $1 AND"
					" topic = $2",
					"ss", (*at)->person, (*at)->topic);

		if (err)
			return err;
		if (n)
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}

	return 0;
}


int mail_collect(struct mail_found *out, struct arena *a, struct store *st, struct world *world,
		 const struct charter *c, int64_t at)
{
	struct collecting k = {
		.out = out, .a = a, .st = st, .world = world, .c = c, .at = at
	};
	int err;

	memset(out, 0, sizeof(*out));
	k.last = &out->first;
	err = read_cursor(out, st);
	if (!err)
		err = read_readers(&k);
	if (!err)
		err = look_at_acts(&k);

	if (!err)
		err = look_at_actions(&k);

	return err ? err : keep_new(&k);
}


int mail_tell(struct store *st, const struct mail_news *n, int64_t now)
{
	int64_t changed = 0;
	int err = store_exec_count(
		&changed, st,
		"INSERT INTO mail_item (person, topic, urgent, lang, title, text, path, at)"
		" SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM"
		" mail_item WHERE person = $1 AND topic = $2)",
		"ssissssi", n->person, n->topic, (int64_t)n->urgent, n->lang, n->title, n->text,
		n->path, now);

	if (err || !changed || n->event == FIELD_NONE)
		return err;

	return store_exec(st,
			  "UPDATE mail_item SET event = $1 WHERE person = $2 AND topic = $3",
			  "iss", n->event, n->person, n->topic);
}


int mail_put(struct store *st, const struct mail_found *found, int64_t now)
{
	int64_t changed = 0;
	int err;

	if (found->fresh)
		err = store_exec_count(&changed, st,
				       "INSERT INTO mail_cursor (one, seq) SELECT 1, $1 WHERE"
				       " NOT EXISTS (SELECT 1 FROM mail_cursor)",
				       "i", found->to);
	else
		err = store_exec_count(&changed, st,
				       "UPDATE mail_cursor SET seq = $1 WHERE one = 1 AND seq ="
				       " $2",
				       "ii", found->to, found->from);
	if (err || !changed)
		return err;
	for (const struct mail_news *n = found->first; n && !err; n = n->next)
		err = mail_tell(st, n, now);

	return err;
}
