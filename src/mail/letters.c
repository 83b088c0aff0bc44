/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letters.c: addresses, and letters from queued to sent; a durable outbox. */
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "mail/mail.h"
#include "store/store.h"

enum {
	REPLY_MAX = 400,
};


bool mail_address_valid(const char *address)
{
	static const char atoms[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789!#$%&'*+/=?^_`{|}~.-";
	const char *at = strrchr(address, '@');
	size_t local = at ? (size_t)(at - address) : 0, domain = at ? strlen(at + 1) : 0;

	/* RFC 5321, 4.1.2: Dot-string "@" Domain; quoted names and literals are not taken. */
	return local && local <= 64 && domain && local + domain + 1 <= MAIL_ADDRESS_MAX &&
	       strspn(address, atoms) == local && address[0] != '.' && at[-1] != '.' &&
	       !strstr(address, "..") && address[0] != '-' &&
	       strspn(at + 1, atoms + 0) == domain && strchr(at + 1, '.') &&
	       !strpbrk(at + 1, "!#$%&'*+/=?^_`{|}~") && at[1] != '.' && at[1] != '-' &&
	       at[domain] != '.' && at[domain] != '-';
}


int mail_address_read(struct mail_address *out, struct arena *a, struct store *st,
		      const char *person)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT address, lang, state, given_at FROM mail_address"
			      " WHERE person = $1",
			      "s", person);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->address = arena_str(a, store_text(rows, 0));
		out->lang = arena_str(a, store_text(rows, 1));
		out->proved = text_eq(store_text(rows, 2), "proved");
		out->given_at = store_int(rows, 3);
	}
	store_done(rows);

	return err || out->address ? err : E_ABSENT;
}


static int letter_make(char id[RAND_UUID_SIZE], struct store *st, const char *person,
		       const char *kind, int64_t now)
{
	rand_uuid(id);

	return store_exec(st,
			  "INSERT INTO mail_letter (id, person, kind, state, made_at, next_at,"
			  " attempts, unsure) VALUES ($1, $2, $3, 'queued', $4, $4, 0, 0)",
			  "sssi", id, person, kind, now);
}


int mail_address_give(struct store *st, const char *person, const char *address,
		      const char *lang, bool invited, int64_t now)
{
	const char *kind = invited ? "invitation" : "code";
	char id[RAND_UUID_SIZE];
	int err = store_exec(st, "DELETE FROM mail_address WHERE person = $1", "s", person);

	/* What was on its way to another address is not wanted there any more. */
	if (!err)
		err = store_exec(st,
				 "DELETE FROM mail_letter WHERE person = $1 AND kind IN"
				 " ('invitation', 'code') AND state IN ('queued', 'sending')",
				 "s", person);
	if (!err)
		err = store_exec(st,
				 "INSERT INTO mail_address (person, address, lang, state,"
				 " wrong, given_at) VALUES ($1, $2, $3, 'given', 0, $4)",
				 "sssi", person, address, lang, now);

	return err ? err : letter_make(id, st, person, kind, now);
}


/* As it may be typed: without dashes and spaces, in small letters. */
static void code_hash(char hash[DIGEST_HEX_SIZE], const char *person, const char *code)
{
	char text[300];
	size_t n = 0;

	for (; *person && n < 200; person++)
		text[n++] = *person;
	text[n++] = ' ';
	for (; *code && n < sizeof(text) - 1; code++)
		if (*code != '-' && *code != ' ')
			text[n++] = (char)(*code >= 'a' && *code <= 'z' ? *code - 32 : *code);
	digest_hex(hash, text, n);
}


int mail_address_prove(struct store *st, const char *person, const char *code, int64_t now)
{
	char hash[DIGEST_HEX_SIZE];
	int64_t there = 0, changed = 0;
	int err = store_get_int(&there, st,
				"SELECT wrong FROM mail_address WHERE person = $1 AND state ="
				" 'given' AND hash IS NOT NULL AND until > $2",
				"si", person, now);

	if (err)
		return err;
	if (there >= MAIL_WRONG_MAX)
		return E_RATE;
	code_hash(hash, person, code);
	err = store_exec_count(&changed, st,
			       "UPDATE mail_address SET state = 'proved', proved_at = $1,"
			       " hash = NULL, until = NULL WHERE person = $2 AND hash = $3",
			       "iss", now, person, hash);

	return err || changed ? err : E_RANGE;
}


int mail_code_wrong(struct store *st, const char *person)
{
	return store_exec(st, "UPDATE mail_address SET wrong = wrong + 1 WHERE person = $1",
			  "s", person);
}


void mail_code_make(char code[MAIL_CODE_SIZE], char hash[DIGEST_HEX_SIZE], const char *person)
{
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; /* 32, none alike */
	uint8_t bytes[8];

	rand_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < 9; i++)
		code[i] = i == 4 ? '-' : letters[bytes[i > 4 ? i - 1 : i] & 31];
	code[9] = '\0';
	code_hash(hash, person, code);
}


int mail_link_used(struct store *st, const char *secret, int64_t now)
{
	char hash[DIGEST_HEX_SIZE];

	digest_hex(hash, secret, strlen(secret));

	return store_exec(st,
			  "UPDATE mail_address SET state = 'proved', proved_at = $1, hash ="
			  " NULL, until = NULL WHERE hash = $2 AND state = 'given'",
			  "is", now, hash);
}


int mail_lang_set(struct store *st, const char *person, const char *lang)
{
	return store_exec(st, "UPDATE mail_address SET lang = $1 WHERE person = $2", "ss", lang,
			  person);
}


int mail_address_forget(struct store *st, const char *person)
{
	int err = store_exec(st, "DELETE FROM mail_address WHERE person = $1", "s", person);

	if (!err)
		err = store_exec(st,
				 "DELETE FROM mail_item WHERE person = $1 AND (letter IS NULL"
				 " OR letter IN (SELECT id FROM mail_letter WHERE state <>"
				 " 'sent'))",
				 "s", person);

	return err ? err
		   : store_exec(st,
				"DELETE FROM mail_letter WHERE person = $1 AND state <> 'sent'",
				"s", person);
}


/* --- letters --- */

static int put_urgent(struct store *st, int64_t now)
{
	struct store_rows *rows = NULL;
	struct arena *a = arena_new(4096);
	struct waiting {
		const char *person, *topic;
		struct waiting *next;
	} *first = NULL;
	int err = store_query(&rows, st,
			      "SELECT i.person, i.topic FROM mail_item i WHERE i.letter IS NULL"
			      " AND i.urgent = 1 ORDER BY i.at DESC, i.person, i.topic",
			      "");

	while (!err && store_next(rows, &err)) {
		struct waiting *w = arena_take(a, sizeof(*w));

		*w = (struct waiting){ arena_str(a, store_text(rows, 0)),
				       arena_str(a, store_text(rows, 1)), first };
		first = w;
	}
	store_done(rows);
	for (; first && !err; first = first->next) {
		char id[RAND_UUID_SIZE];

		err = letter_make(id, st, first->person, "urgent", now);
		if (!err)
			err = store_exec(st,
					 "UPDATE mail_item SET letter = $1 WHERE person = $2"
					 " AND topic = $3",
					 "sss", id, first->person, first->topic);
	}
	arena_free(a);

	return err;
}


/* The oldest of what waits for a person, as much as there is room for. */
static int put_items(int64_t *changed, struct store *st, const char *person, const char *letter,
		     int64_t room)
{
	return store_exec_count(changed, st,
				"UPDATE mail_item SET letter = $1 WHERE person = $2 AND topic"
				" IN (SELECT topic FROM mail_item WHERE person = $2 AND letter"
				" IS NULL AND urgent = 0 ORDER BY at, topic LIMIT $3)",
				"ssi", letter, person, room);
}


static int put_digests_of(struct store *st, const char *person, int64_t now)
{
	int64_t waiting = 0, put = 0;
	int err = store_get_int(&waiting, st,
				"SELECT count(*) FROM mail_item WHERE person = $1 AND letter IS"
				" NULL AND urgent = 0",
				"s", person);

	for (; !err && waiting > 0; waiting -= put) {
		char id[RAND_UUID_SIZE];

		err = letter_make(id, st, person, "digest", now);
		if (!err)
			err = put_items(&put, st, person, id, LETTER_ITEMS_MAX);
	}

	return err;
}


/* Of whom something has waited, who had no digest lately and has none on its way. */
static int put_digests(struct store *st, int64_t now, int64_t gather_ms)
{
	struct store_rows *rows = NULL;
	struct arena *a = arena_new(4096);
	const char **persons = arena_take(a, 1000 * sizeof(*persons));
	size_t n = 0;
	int err = store_query(
		&rows, st,
		"SELECT DISTINCT i.person FROM mail_item i WHERE i.letter IS NULL AND i.urgent"
		" = 0 AND i.at <= $1 AND NOT EXISTS (SELECT 1 FROM mail_letter l WHERE l.person"
		" = i.person AND l.kind = 'digest' AND (l.made_at > $2 OR l.state IN ('queued',"
		" 'sending'))) ORDER BY i.person LIMIT 1000",
		"ii", now - gather_ms / MAIL_SETTLE_PART, now - gather_ms);

	while (!err && store_next(rows, &err))
		persons[n++] = arena_str(a, store_text(rows, 0));
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++)
		err = put_digests_of(st, persons[i], now);
	arena_free(a);

	return err;
}


/*
 * A digest that was never taken by a relay gathers what came meanwhile: after a day without
 * the mail server there are as few as they can be, not twenty-four.
 */
static int fill_digests(struct store *st)
{
	struct store_rows *rows = NULL;
	struct arena *a = arena_new(4096);
	struct filling {
		const char *id, *person;
		int64_t room;
		struct filling *next;
	} *first = NULL;
	int err = store_query(
		&rows, st,
		"SELECT l.id, l.person, count(*) FROM mail_letter l JOIN mail_item i ON i.letter"
		" = l.id WHERE l.kind = 'digest' AND l.state = 'queued' AND l.attempts > 0 AND"
		" l.unsure = 0 GROUP BY l.id, l.person HAVING count(*) < $1 ORDER BY l.id",
		"i", (int64_t)LETTER_ITEMS_MAX);

	while (!err && store_next(rows, &err)) {
		struct filling *f = arena_take(a, sizeof(*f));

		*f = (struct filling){ arena_str(a, store_text(rows, 0)),
				       arena_str(a, store_text(rows, 1)),
				       LETTER_ITEMS_MAX - store_int(rows, 2), first };
		first = f;
	}
	store_done(rows);
	for (; first && !err; first = first->next) {
		int64_t put;

		err = put_items(&put, st, first->person, first->id, first->room);
	}
	arena_free(a);

	return err;
}


int letters_gather(struct store *st, int64_t now, int64_t gather_ms)
{
	int err = put_urgent(st, now);

	if (!err)
		err = fill_digests(st);

	return err ? err : put_digests(st, now, gather_ms);
}


/* Of letters that may go: codes and ways in go to addresses that are not proved yet. */
#define MAY_GO                                                                         \
	" FROM mail_letter l JOIN mail_address d ON d.person = l.person WHERE l.state" \
	" = 'queued' AND (d.state = 'proved' OR l.kind IN ('invitation', 'code'))"


int letter_due(struct letter *out, int64_t *next, struct arena *a, struct store *st,
	       int64_t now)
{
	struct store_rows *rows = NULL;
	bool due = false;
	int err = store_query(&rows, st,
			      "SELECT l.id, l.person, l.kind, d.address, d.lang, l.made_at,"
			      " l.attempts" MAY_GO " AND l.next_at <= $1 ORDER BY CASE l.kind"
			      " WHEN 'digest' THEN 1 ELSE 0 END, l.next_at, l.made_at, l.id"
			      " LIMIT 1",
			      "i", now);

	if (!err && store_next(rows, &err)) {
		due = true;
		*out = (struct letter){ arena_str(a, store_text(rows, 0)),
					arena_str(a, store_text(rows, 1)),
					arena_str(a, store_text(rows, 2)),
					arena_str(a, store_text(rows, 3)),
					arena_str(a, store_text(rows, 4)),
					store_int(rows, 5),
					store_int(rows, 6) };
	}
	store_done(rows);
	if (err || due)
		return err;
	if (next)
		err = store_get_int(next, st, "SELECT coalesce(min(l.next_at), $1)" MAY_GO, "i",
				    INT64_MAX);

	return err ? err : E_ABSENT;
}


int letter_begin(const struct letter *l, struct store *st, const char *hash, int64_t until)
{
	int64_t changed = 0;
	int err = store_exec_count(&changed, st,
				   "UPDATE mail_letter SET state = 'sending', attempts ="
				   " attempts + 1 WHERE id = $1 AND state = 'queued'",
				   "s", l->id);

	if (!err && !changed)
		err = E_ABSENT;
	if (!err && hash)
		err = store_exec_count(&changed, st,
				       "UPDATE mail_address SET hash = $1, until = $2, wrong ="
				       " 0 WHERE person = $3 AND address = $4",
				       "siss", hash, until, l->person, l->address);

	return err || changed ? err : E_ABSENT;
}


/* Doubled each time, up to an hour. */
static int64_t wait_ms(int64_t attempts, int64_t retry_ms)
{
	int64_t wait = retry_ms, most = (int64_t)MAIL_RETRY_MAX_S * 1000;

	while (--attempts > 0 && wait < most)
		wait *= 2;

	return retry_ms > most ? retry_ms : wait < most ? wait : most;
}


int letter_end(struct store *st, const char *id, enum letter_outcome outcome, const char *reply,
	       int64_t now, int64_t retry_ms)
{
	struct store_rows *rows = NULL;
	int64_t attempts = 0, made_at = 0;
	char text[REPLY_MAX + 1];
	bool over, found = false;
	int err = store_query(&rows, st,
			      "SELECT attempts, made_at FROM mail_letter WHERE id = $1 AND"
			      " state = 'sending'",
			      "s", id);

	if (!err && store_next(rows, &err)) {
		found = true;
		attempts = store_int(rows, 0);
		made_at = store_int(rows, 1);
	}
	store_done(rows);
	if (err || !found)
		return err; /* it was forgotten meanwhile */
	(void)text_copy(text, sizeof(text), reply ? reply : "");
	if (outcome == LETTER_SENT)
		return store_exec(st,
				  "UPDATE mail_letter SET state = 'sent', sent_at = $1, reply ="
				  " $2 WHERE id = $3",
				  "iss", now, text, id);
	over = outcome == LETTER_NEVER || now - made_at > (int64_t)MAIL_TRIED_DAYS * TIME_DAY;

	return store_exec(st,
			  "UPDATE mail_letter SET state = $1, next_at = $2, reply = $3, unsure"
			  " = unsure + $4 WHERE id = $5",
			  "sisis", over ? "failed" : "queued",
			  now + wait_ms(attempts, retry_ms), text,
			  (int64_t)(outcome == LETTER_UNSURE), id);
}


int letter_lost(const char **id, struct arena *a, struct store *st)
{
	*id = NULL;

	return store_get_text(id, a, st,
			      "SELECT id FROM mail_letter WHERE state = 'sending' ORDER BY id"
			      " LIMIT 1",
			      "");
}


int letters_retry(int64_t *count, struct store *st, const char *id, int64_t now)
{
	return store_exec_count(count, st,
				"UPDATE mail_letter SET state = 'queued', next_at = $1, made_at"
				" = CASE WHEN state = 'failed' THEN $1 ELSE made_at END"
				" WHERE state IN ('queued', 'failed') AND ($2 = '' OR id = $2)",
				"is", now, id ? id : "");
}


int letter_items(struct letter_item **out, size_t *count, struct arena *a, struct store *st,
		 const char *id)
{
	struct store_rows *rows = NULL;
	size_t n = 0;
	struct letter_item *items = arena_take(a, LETTER_ITEMS_MAX * sizeof(*items));
	int err = store_query(&rows, st,
			      "SELECT title, text, path, event FROM mail_item WHERE letter ="
			      " $1 ORDER BY urgent DESC, at, topic",
			      "s", id);

	while (!err && n < LETTER_ITEMS_MAX && store_next(rows, &err))
		items[n++] = (struct letter_item){ arena_str(a, store_text(rows, 0)),
						   arena_str(a, store_text(rows, 1)),
						   arena_str(a, store_text(rows, 2)),
						   store_null(rows, 3) ? FIELD_NONE
								       : store_int(rows, 3) };
	store_done(rows);
	*out = items;
	*count = n;

	return err;
}


#define LEFT "person IN (SELECT id FROM parties_pub_of WHERE state IN ('ended', 'erased'))"


int mail_sweep(struct store *st, int64_t now)
{
	int64_t old = now - (int64_t)MAIL_KEPT_DAYS * TIME_DAY;
	int err = store_exec(st,
			     "DELETE FROM mail_item WHERE (at < $1 AND (letter IS NULL OR"
			     " letter IN (SELECT id FROM mail_letter WHERE state IN ('sent',"
			     " 'failed')))) OR " LEFT,
			     "i", old);

	if (!err)
		err = store_exec(st,
				 "DELETE FROM mail_letter WHERE (made_at < $1 AND state IN"
				 " ('sent', 'failed')) OR " LEFT,
				 "i", old);

	/* What an address proved before a reset it proves no more: a thief may have given it.
	 */
	return err ? err
		   : store_exec(st,
				"DELETE FROM mail_address WHERE " LEFT " OR EXISTS (SELECT 1"
				" FROM parties_pub_of p WHERE p.id = mail_address.person AND"
				" p.fresh_at > mail_address.given_at)",
				"");
}


int mail_figures_read(struct mail_figures *out, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT state, count(*), min(made_at) FROM mail_letter GROUP BY"
			      " state ORDER BY state",
			      "");

	memset(out, 0, sizeof(*out));
	while (!err && store_next(rows, &err)) {
		const char *state = store_text(rows, 0);
		int64_t n = store_int(rows, 1);

		if (text_eq(state, "queued"))
			out->queued = n;
		else if (text_eq(state, "sending"))
			out->sending = n;
		else if (text_eq(state, "sent"))
			out->sent = n;
		else
			out->failed = n;
		if (text_among("queued sending", state) &&
		    (!out->oldest_at || store_int(rows, 2) < out->oldest_at))
			out->oldest_at = store_int(rows, 2);
	}
	store_done(rows);

	return err ? err
		   : store_get_int(&out->gathering, st,
				   "SELECT count(*) FROM mail_item WHERE letter IS NULL", "");
}
