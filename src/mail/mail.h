/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * mail.h: what is told to persons by e-mail: addresses, what there is to tell, letters.
 *
 * The record is read, act by act, for what concerns persons (collect.c); each thing becomes an
 * item of each of them, once.  Items become letters (letters.c): an urgent one by itself, the
 * others gathered into a digest.  A letter is put down before anything is sent, and what became
 * of it afterwards; its text is made from its items each time (compose.h), always the same.
 *
 * None of it is an act: that a mail server was away is nothing that the organisation decided,
 * addresses must be forgotten when a person asks, and replay has nobody to write to.
 *
 * What takes a `struct store` and says "writes" runs in the writer's thread.  Times are ms UTC.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "act/kind.h"
#include "base/digest.h"

extern const struct module mail_module;

enum {
	MAIL_ADDRESS_MAX = 254, /* bytes: RFC 5321, 4.5.3.1.3 */
	MAIL_CODE_SIZE = 10,	/* "K7QF-2M9D" and the NUL */
	MAIL_CODE_MS = 24 * 3600 * 1000,
	MAIL_WRONG_MAX = 5,
	MAIL_KEPT_DAYS = 90, /* letters and what they told */
	MAIL_TRIED_DAYS = 5, /* then a letter is given up: RFC 5321, 4.5.4.1 */
	MAIL_RETRY_MAX_S = 3600,
	LETTER_ITEMS_MAX = 64,	/* what is more is the next letter */
	MAIL_SETTLE_PART = 600, /* of the time between digests: what comes together, goes so */
};

/* Two parts of ASCII around an @, nothing that could end a line or a command. */
bool mail_address_valid(const char *address);

struct mail_address {
	const char *address, *lang;
	bool proved;
	int64_t given_at;
};

/* Errors: E_ABSENT the person gave none. */
int mail_address_read(struct mail_address *out, struct arena *a, struct store *st,
		      const char *person) MUST_CHECK;

/* Writes: an address, and the letter that proves it: a code, or (invited) the way in. */
int mail_address_give(struct store *st, const char *person, const char *address,
		      const char *lang, bool invited, int64_t now) MUST_CHECK;

/* Writes.  Errors: E_ABSENT no code was sent; E_RANGE another code; E_RATE too many wrong. */
int mail_address_prove(struct store *st, const char *person, const char *code,
		       int64_t now) MUST_CHECK;

/* Writes: a wrong code was typed. */
int mail_code_wrong(struct store *st, const char *person) MUST_CHECK;

/* A new code, which goes out and is not kept, and its hash, which is. */
void mail_code_make(char code[MAIL_CODE_SIZE], char hash[DIGEST_HEX_SIZE], const char *person);

/* Writes: whoever came by this link has shown that its letter arrived. */
int mail_link_used(struct store *st, const char *secret, int64_t now) MUST_CHECK;

/* Writes. */
int mail_lang_set(struct store *st, const char *person, const char *lang) MUST_CHECK;
int mail_address_forget(struct store *st, const char *person) MUST_CHECK;

/* --- letters --- */

struct letter {
	const char *id, *person, *kind, *address, *lang;
	int64_t made_at, attempts;
};

/*
 * Writes: what waits becomes letters: an urgent item at once; others in one digest of a person
 * in `gather_ms` (in several, of more than LETTER_ITEMS_MAX), the first of them a little later,
 * so that what comes together goes together.
 */
int letters_gather(struct store *st, int64_t now, int64_t gather_ms) MUST_CHECK;

/*
 * The one to be tried now, digests after all others.
 * Errors: E_ABSENT none is due; *next (may be NULL) is when one is, or INT64_MAX.
 */
int letter_due(struct letter *out, int64_t *next, struct arena *a, struct store *st,
	       int64_t now) MUST_CHECK;

/*
 * Writes: it goes out now.  `hash` is that of the link or code which only the letter will say,
 * good until then; NULL: it says none.
 * Errors: E_ABSENT it is not there any more, or its address.
 */
int letter_begin(const struct letter *l, struct store *st, const char *hash,
		 int64_t until) MUST_CHECK;

enum letter_outcome { LETTER_SENT, LETTER_LATER, LETTER_NEVER, LETTER_UNSURE };

/* Writes: what became of it; LATER and UNSURE are tried again after a while. */
int letter_end(struct store *st, const char *id, enum letter_outcome outcome, const char *reply,
	       int64_t now, int64_t retry_ms) MUST_CHECK;

/* The next that nobody knows of, because the desk was stopped.  Errors: E_ABSENT. */
int letter_lost(const char **id, struct arena *a, struct store *st) MUST_CHECK;

/* Writes: what waits is tried now (id NULL: all). *count is how many. */
int letters_retry(int64_t *count, struct store *st, const char *id, int64_t now) MUST_CHECK;

struct letter_item {
	const char *title, *text, *path;
	int64_t event; /* FIELD_NONE */
};

int letter_items(struct letter_item **out, size_t *count, struct arena *a, struct store *st,
		 const char *id) MUST_CHECK;

/* Writes: what is too old, everything of who has left, addresses of before a reset. */
int mail_sweep(struct store *st, int64_t now) MUST_CHECK;

struct mail_figures {
	int64_t queued, sending, sent, failed, gathering, oldest_at; /* 0: none waits */
};
int mail_figures_read(struct mail_figures *out, struct store *st) MUST_CHECK;

/* --- what there is to tell --- */

/* An item on its way to the store; all texts are in the arena. */
struct mail_news {
	const char *person, *topic, *lang, *title, *text, *path;
	bool urgent;
	int64_t event;
	struct mail_news *next;
};

struct mail_found {
	struct mail_news *first;
	int64_t from, to; /* the acts that were looked through: from < seq <= to */
	bool fresh;	  /* nothing was looked through before */
	bool more;	  /* there is more: look again */
	bool left;	  /* somebody left, or was reset: see mail_sweep() */
};

/* What the record and the due times have to tell at this time. */
int mail_collect(struct mail_found *out, struct arena *a, struct store *st, struct world *world,
		 const struct charter *c, int64_t at) MUST_CHECK;

/* Writes: once, whoever looks twice. */
int mail_put(struct store *st, const struct mail_found *found, int64_t now) MUST_CHECK;

/* Writes: one thing to one person that is not from the record. */
int mail_tell(struct store *st, const struct mail_news *news, int64_t now) MUST_CHECK;

/* A text of i18n/mail, filled in. */
const char *mail_text(struct arena *a, const char *key, const char *lang,
		      const struct refusal_arg *args, size_t count);

/* "2020-05-15 16:00 UTC" */
const char *mail_when(struct arena *a, int64_t at);

view_run_h mailed_run;

#endif
