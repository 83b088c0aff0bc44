/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Letters over a day without a mail server, by a clock of their own. */
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "mail/mail.h"
#include "store/migrate.h"
#include "store/store.h"
#include "t.h"

#define START INT64_C(1589536800000) /* 2020-05-15T10:00:00Z */
#define RETRY TIME_MINUTE

static struct store *st;
static struct arena *a;


static void open_store(void)
{
	struct fault f = { 0 };

	a = arena_new(4096);
	T_OK(store_open(&st, ":memory:", STORE_CREATE, &f));
	T_OK(migrate(st, &f));
	T_OK(store_exec(st,
			"INSERT INTO mail_address (person, address, lang, state, wrong,"
			" given_at) VALUES ('p1', 'a@x.example', 'en', 'proved', 0, 1)",
			""));
}


static void put(const char *topic, bool urgent, int64_t now)
{
	const struct mail_news n = { .person = "p1",
				     .topic = topic,
				     .lang = "en",
				     .title = topic,
				     .text = "text",
				     .path = "/x",
				     .urgent = urgent,
				     .event = FIELD_NONE };

	T_OK(mail_tell(st, &n, now));
}


static int64_t count(const char *sql)
{
	int64_t n = -1;

	T_OK(store_get_int(&n, st, sql, ""));

	return n;
}


/* One try of what is due; false when nothing is. */
static bool try_one(int64_t now, enum letter_outcome outcome)
{
	struct letter l;

	T_OK(letters_gather(st, now, TIME_HOUR));
	if (letter_due(&l, NULL, a, st, now) == E_ABSENT)
		return false;
	T_OK(letter_begin(&l, st, NULL, 0));
	T_OK(letter_end(st, l.id, outcome, "said", now, RETRY));

	return true;
}


T(a_thing_is_told_once)
{
	open_store();
	put("act/1", true, START);
	put("act/1", true, START + 5);
	T_INT(1, count("SELECT count(*) FROM mail_item"));
	T_OK(letters_gather(st, START, TIME_HOUR));
	T_OK(letters_gather(st, START, TIME_HOUR));
	T_INT(1, count("SELECT count(*) FROM mail_letter"));
}


T(a_day_of_try_later_ends_in_one_digest_and_every_urgent_letter)
{
	int64_t now = START, tries = 0;

	open_store();
	for (int hour = 0; hour < 24; hour++) {
		char topic[40];

		(void)snprintf(topic, sizeof(topic), "act/%d", hour);
		put(topic, hour % 6 == 0, now);
		for (int minute = 0; minute < 60; minute++, now += TIME_MINUTE)
			while (try_one(now, LETTER_LATER))
				tries++;
	}
	/* Waits double up to an hour: some thirty tries a letter a day, not one a minute. */
	ck_assert_int_gt(tries, 5 * 20);
	ck_assert_int_lt(tries, 5 * 32);
	T_INT(0, count("SELECT count(*) FROM mail_letter WHERE state <> 'queued'"));
	for (int minute = 0; minute < 61; minute++, now += TIME_MINUTE)
		while (try_one(now, LETTER_SENT))
			;
	T_INT(5, count("SELECT count(*) FROM mail_letter WHERE state = 'sent'"));
	T_INT(1, count("SELECT count(*) FROM mail_letter WHERE kind = 'digest'"));
	T_INT(0, count("SELECT count(*) FROM mail_item WHERE letter IS NULL"));
	T_INT(20, count("SELECT count(*) FROM mail_item i JOIN mail_letter l ON l.id = i.letter"
			" AND l.kind = 'digest'"));
}


T(a_digest_an_hour_and_not_more)
{
	open_store();
	put("act/1", false, START);
	ck_assert(!try_one(START, LETTER_SENT)); /* what comes together goes together */
	put("act/2", false, START + 1000);
	ck_assert(try_one(START + 10000, LETTER_SENT));
	put("act/3", false, START + 20000);
	ck_assert(!try_one(START + TIME_HOUR, LETTER_SENT));
	ck_assert(try_one(START + TIME_HOUR + 10001, LETTER_SENT));
	T_INT(2, count("SELECT count(*) FROM mail_letter"));
}


T(what_fails_for_good_is_not_tried_again_unless_somebody_asks)
{
	int64_t n = 0;

	open_store();
	put("act/1", true, START);
	ck_assert(try_one(START, LETTER_NEVER));
	ck_assert(!try_one(START + 10 * TIME_DAY, LETTER_SENT));
	T_OK(letters_retry(&n, st, NULL, START + 10 * TIME_DAY));
	T_INT(1, n);
	ck_assert(try_one(START + 10 * TIME_DAY, LETTER_SENT));
}


T(after_five_days_it_is_given_up)
{
	open_store();
	put("act/1", true, START);
	for (int64_t now = START; now < START + 6 * TIME_DAY; now += TIME_HOUR)
		(void)try_one(now, LETTER_LATER);
	T_INT(1, count("SELECT count(*) FROM mail_letter WHERE state = 'failed'"));
}


T(a_letter_that_nobody_knows_of_is_found)
{
	struct letter l;
	const char *id;

	open_store();
	put("act/1", true, START);
	T_OK(letters_gather(st, START, TIME_HOUR));
	T_OK(letter_due(&l, NULL, a, st, START));
	T_OK(letter_begin(&l, st, NULL, 0));
	T_INT(E_ABSENT, letter_begin(&l, st, NULL, 0)); /* twice at once: no */
	T_INT(E_ABSENT, letter_due(&l, NULL, a, st, START));
	T_OK(letter_lost(&id, a, st));
	T_OK(letter_end(st, id, LETTER_UNSURE, "", START, RETRY));
	T_INT(1, count("SELECT unsure FROM mail_letter"));
	T_OK(letter_end(st, id, LETTER_SENT, "", START, RETRY)); /* a second answer: nothing */
	T_INT(1, count("SELECT count(*) FROM mail_letter WHERE state = 'queued'"));
}


T(nothing_goes_to_an_address_that_is_not_proved)
{
	struct letter l;

	open_store();
	put("act/1", true, START);
	T_OK(letters_gather(st, START, TIME_HOUR));
	T_OK(mail_address_give(st, "p1", "b@x.example", "fr", false, START));
	T_OK(letter_due(&l, NULL, a, st, START));
	T_STR("code", l.kind);
	T_STR("b@x.example", l.address);
	T_OK(mail_address_forget(st, "p1"));
	T_INT(E_ABSENT, letter_due(&l, NULL, a, st, START));
	T_INT(0, count("SELECT count(*) FROM mail_letter"));
	T_INT(0, count("SELECT count(*) FROM mail_item"));
}


/* More than a letter takes are several; none is lost. */
T(many_things_are_several_letters)
{
	open_store();
	for (int i = 0; i < 3 * LETTER_ITEMS_MAX; i++) {
		char topic[40];

		(void)snprintf(topic, sizeof(topic), "act/%d", i);
		put(topic, false, START + i);
	}
	while (try_one(START + TIME_MINUTE, LETTER_LATER))
		;
	/* What is queued and full takes no more, when more comes. */
	put("act/more", false, START + TIME_MINUTE);
	T_OK(letters_gather(st, START + 2 * TIME_HOUR, TIME_HOUR));
	T_INT(3, count("SELECT count(*) FROM mail_letter"));
	T_INT(0, count("SELECT count(*) FROM (SELECT letter FROM mail_item GROUP BY letter"
		       " HAVING letter IS NOT NULL AND count(*) <> 64) AS x"));
	while (try_one(START + 2 * TIME_HOUR, LETTER_SENT))
		;
	T_INT(4, count("SELECT count(*) FROM mail_letter WHERE state = 'sent'"));
	T_INT(0, count("SELECT count(*) FROM mail_item WHERE letter IS NULL"));
}


T(what_is_urgent_goes_before_digests)
{
	struct letter l;
	int64_t next;

	open_store();
	put("act/1", false, START);
	ck_assert(try_one(START + TIME_MINUTE, LETTER_LATER));
	put("act/2", true, START + TIME_MINUTE + 1);
	T_OK(letters_gather(st, START + TIME_HOUR, TIME_HOUR));
	T_OK(letter_due(&l, NULL, a, st, START + TIME_HOUR));
	T_STR("urgent", l.kind);
	T_OK(letter_begin(&l, st, NULL, 0));
	T_OK(letter_due(&l, &next, a, st, START + TIME_HOUR));
	T_STR("digest", l.kind);
	T_INT(E_ABSENT, letter_due(&l, &next, a, st, START + TIME_MINUTE));
	T_INT(START + 2 * TIME_MINUTE, next);
}


/* What a thief gave as an address gets nothing after the reset. */
T(an_address_of_before_a_reset_is_forgotten)
{
	open_store();
	T_OK(store_exec(st,
			"INSERT INTO parties_person (id, party, name, administrator, passwords,"
			" state, made_at, fresh_at) VALUES ('p1', '', '', 0, 0, 'active', 0,"
			" 1)",
			""));
	put("act/1", true, START);
	T_OK(mail_sweep(st, START));
	T_INT(1, count("SELECT count(*) FROM mail_address"));
	T_OK(store_exec(st, "UPDATE parties_person SET fresh_at = 2", ""));
	T_OK(mail_sweep(st, START));
	T_INT(0, count("SELECT count(*) FROM mail_address"));
	/* What waits, waits for an address that is proved anew. */
	ck_assert(!try_one(START, LETTER_SENT));
}


T(what_is_old_is_forgotten)
{
	open_store();
	put("act/1", true, START);
	ck_assert(try_one(START, LETTER_SENT));
	T_OK(mail_sweep(st, START + 89 * TIME_DAY));
	T_INT(1, count("SELECT count(*) FROM mail_item"));
	T_OK(mail_sweep(st, START + 91 * TIME_DAY));
	T_INT(0, count("SELECT count(*) FROM mail_item"));
	T_INT(0, count("SELECT count(*) FROM mail_letter"));
}


T(addresses_are_of_ascii_and_end_no_line)
{
	static const char *const good[] = { "a@b.example", "first.last+tag@mail.example.org",
					    "o'neil@x-y.example" };
	static const char *const bad[] = {
		"",
		"a",
		"a@b",
		"@b.example",
		"a@",
		"a@b..c",
		".a@b.c",
		"a.@b.c",
		"a b@c.d",
		"a@b.c\r\nX: y",
		"a@b.c ",
		"<a@b.c>",
		"a@b.c>",
		"a@b@c.d",
		"a@[127.0.0.1]",
		"a@-b.example",
		"\"a\"@b.c",
		"a@b.c,d@e.f",
		"a@b.c;d",
		"\xd0\xb0@b.c",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(mail_address_valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!mail_address_valid(bad[i]), "%s", bad[i]);
}

T_MAIN("letters", C(a_thing_is_told_once),
       C(a_day_of_try_later_ends_in_one_digest_and_every_urgent_letter),
       C(a_digest_an_hour_and_not_more),
       C(what_fails_for_good_is_not_tried_again_unless_somebody_asks),
       C(after_five_days_it_is_given_up), C(a_letter_that_nobody_knows_of_is_found),
       C(nothing_goes_to_an_address_that_is_not_proved), C(many_things_are_several_letters),
       C(what_is_urgent_goes_before_digests), C(an_address_of_before_a_reset_is_forgotten),
       C(what_is_old_is_forgotten), C(addresses_are_of_ascii_and_end_no_line))
