/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/judging.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "parties/session.h"
#include "store/store.h"

enum {
	TRIES = 5, /* wrong passwords before waiting */
	WAIT_MS = 15 * 60 * 1000,
};

/* After a token ended, for who asks what it was. */
#define TOKEN_KEPT_MS ((int64_t)30 * 24 * 3600 * 1000)

/* Whose access ended, or whose key is of before a reset: worth nothing, and not kept. */
#define WORTHLESS(table)                                                                 \
	"DELETE FROM " table " WHERE EXISTS (SELECT 1 FROM parties_person p WHERE p.id"  \
	" = " table ".person AND (p.state IN ('ended', 'erased') OR p.fresh_at > " table \
	".made_at))"


void secret_hash(char hash[DIGEST_HEX_SIZE], const char *secret)
{
	digest_hex(hash, secret, strlen(secret));
}


void secret_make(char secret[SESSION_SECRET_SIZE], char hash[DIGEST_HEX_SIZE])
{
	uint8_t bytes[32];
	char text[48];

	rand_bytes(bytes, sizeof(bytes));
	text_base64url(text, bytes, sizeof(bytes));
	memcpy(secret, text, SESSION_SECRET_SIZE - 1);
	secret[SESSION_SECRET_SIZE - 1] = '\0';
	secret_hash(hash, secret);
}


void seat_read(struct seat *out, struct arena *a, const char *person, const char *text)
{
	char *copy = arena_str(a, text);
	char *at = strchr(copy, '@'), *slash = strchr(copy, '/');

	memset(out, 0, sizeof(*out));
	if (at) {
		*at = '\0';
		out->party = at + 1;
	}
	if (slash) {
		*slash = '\0';
		out->body = slash + 1;
	}
	out->office = copy;
	out->person = person;
}


bool seat_read_demo(struct seat *out, struct arena *a, const char *text)
{
	seat_read(out, a, NULL, text);
	out->operator_ = text_eq(out->office, "operator");
	out->person = arena_printf(a, "demo-%s%s%s", out->office, out->party ? "-" : "",
				   out->party ? out->party : "");

	return text_id(out->office) && (!out->party || text_id(out->party)) &&
	       (!out->body || text_id(out->body));
}


static int read_seats(struct person_seats *out, struct arena *a, struct store *st)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, st,
			    "SELECT office, body FROM parties_seat WHERE person = $1 AND ended"
			    " IS NULL ORDER BY seq, office, body",
			    "s", out->id);

	while (!err && out->seats < ARRAY_LEN(out->seat) && store_next(rows, &err)) {
		const char *office = store_text(rows, 0), *body = store_text(rows, 1);

		out->seat[out->seats++] = body[0] ? arena_printf(a, "staff/%s", body)
					  : out->party
						  ? arena_printf(a, "%s@%s", office, out->party)
						  : arena_str(a, office);
	}
	store_done(rows);

	return err;
}


int person_read(struct person_seats *out, struct arena *a, struct store *st, const char *person)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT p.id, p.party, p.state, p.administrator, p.passwords, p.fresh_at,"
		" p.hold_until, n.value FROM parties_person p LEFT JOIN act_private n ON"
		" n.field = 'name' AND p.name = 'private/' || CAST(n.seq AS TEXT) || '/name'"
		" AND n.seq = $2 WHERE p.id = $1",
		"si", person, (int64_t)strtoll(person[0] ? person + 1 : "0", NULL, 10));

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		const char *party = row_text(a, rows, 1);

		out->id = row_text(a, rows, 0);
		out->party = party[0] ? party : NULL;
		out->state = row_text(a, rows, 2);
		out->administrator = store_int(rows, 3) != 0;
		out->passwords = store_int(rows, 4) != 0;
		out->fresh_at = store_int(rows, 5);
		out->hold_until = row_int(rows, 6);
		out->name = row_text(a, rows, 7);
	}
	store_done(rows);
	if (err)
		return err;
	if (!out->id || text_eq(out->state, "ended") || text_eq(out->state, "erased"))
		return E_ABSENT;

	return read_seats(out, a, st);
}


/* The seat of a session or token, if its person still has it and nothing was reset since. */
static int check_person(struct session *s, struct store *st, int64_t now)
{
	struct store_rows *rows = NULL;
	bool holds = false;
	int err = store_query(
		&rows, st,
		"SELECT p.fresh_at, p.hold_until FROM parties_person p JOIN parties_seat s ON"
		" s.person = p.id WHERE p.id = $1 AND p.state = 'active' AND p.party = $2 AND"
		" s.office = $3 AND s.body = $4 AND s.ended IS NULL",
		"ssss", s->seat.person, s->seat.party ? s->seat.party : "", s->seat.office,
		s->seat.body ? s->seat.body : "");

	if (!err && store_next(rows, &err)) {
		holds = s->made_at >= store_int(rows, 0);
		s->seat.held = !store_null(rows, 1) && now < store_int(rows, 1);
	}
	store_done(rows);

	return err ? err : holds ? 0 : E_SESSION;
}


/* Nobody's: its clock is that of the wall, because the other one is moved about. */
static bool is_demo(const char *person)
{
	return text_starts(person, "demo-");
}


static bool too_old(const struct session *s, int64_t now)
{
	return now - s->seen_at > SESSION_IDLE_MS || now - s->made_at > SESSION_LONGEST_MS ||
	       s->made_at - now > SESSION_SEEN_MS;
}


static int find(struct session *out, struct arena *a, struct store *st, bool token, int64_t now)
{
	struct store_rows *rows = NULL;
	int err = token ? store_query(&rows, st,
				      "SELECT person, office, party, body, made_at,"
				      " coalesce(used_at, 0), until, kinds FROM parties_token"
				      " WHERE hash = $1 AND ended_at IS NULL AND until > $2",
				      "si", out->hash, now)
			: store_query(&rows, st,
				      "SELECT person, office, party, body, made_at, seen_at,"
				      " verified_at, NULL FROM parties_session WHERE hash = $1",
				      "s", out->hash);

	if (!err && store_next(rows, &err)) {
		out->seat.person = row_text(a, rows, 0);
		out->seat.office = row_text(a, rows, 1);
		out->seat.party = row_text(a, rows, 2);
		out->seat.body = row_text(a, rows, 3);
		out->made_at = store_int(rows, 4);
		out->seen_at = store_int(rows, 5);
		out->verified_at = store_int(rows, 6);
		out->kinds = row_text(a, rows, 7);
	}
	store_done(rows);
	if (err)
		return err;
	if (!out->seat.person)
		return E_SESSION;
	out->demo = is_demo(out->seat.person);
	if (!token && too_old(out, out->demo ? time_now() : now))
		return E_SESSION;

	return out->demo ? 0 : check_person(out, st, now);
}


int session_find(struct session *out, struct arena *a, struct store *st, const char *secret,
		 bool token, int64_t now)
{
	memset(out, 0, sizeof(*out));
	secret_hash(out->hash, secret);

	return find(out, a, st, token, now);
}


int session_holds(struct arena *a, struct store *st, const struct session *s, int64_t now)
{
	struct session again = { 0 };

	memcpy(again.hash, s->hash, sizeof(again.hash));

	return find(&again, a, st, s->kinds != NULL, now);
}


int session_list(struct store_rows **out, struct store *st, const char *person, int64_t now)
{
	return store_query(
		out, st,
		"SELECT s.hash, s.office, s.party, s.body, s.device, s.made_at, s.seen_at FROM"
		" parties_session s JOIN parties_person p ON p.id = s.person WHERE s.person ="
		" $1 AND s.made_at >= p.fresh_at AND s.made_at >= $2 AND s.seen_at >= $3 ORDER"
		" BY s.seen_at DESC, s.hash LIMIT 100",
		"sii", person, now - SESSION_LONGEST_MS, now - SESSION_IDLE_MS);
}


int session_make(struct store *st, const char *hash, const struct seat *seat,
		 const char *device, int64_t now)
{
	if (is_demo(seat->person))
		now = time_now();

	return store_exec(st,
			  "INSERT INTO parties_session (hash, person, office, party, body,"
			  " device, made_at, seen_at, verified_at) VALUES ($1, $2, $3, $4, $5,"
			  " $6, $7, $7, $7)",
			  "ssssssi", hash, seat->person, seat->office, seat->party, seat->body,
			  device, now);
}


int session_seen(struct store *st, const struct session *s, int64_t now)
{
	if (s->kinds)
		return store_exec(st, "UPDATE parties_token SET used_at = $2 WHERE hash = $1",
				  "si", s->hash, now);

	return store_exec(st, "UPDATE parties_session SET seen_at = $2 WHERE hash = $1", "si",
			  s->hash, s->demo ? time_now() : now);
}


int session_verified(struct store *st, const char *hash, int64_t now)
{
	return store_exec(st,
			  "UPDATE parties_session SET verified_at = $2, seen_at = $2"
			  " WHERE hash = $1",
			  "si", hash, now);
}


int session_sit(struct store *st, const char *hash, const struct seat *seat)
{
	return store_exec(st,
			  "UPDATE parties_session SET office = $2, party = $3, body = $4"
			  " WHERE hash = $1 AND person = $5",
			  "sssss", hash, seat->office, seat->party, seat->body, seat->person);
}


int session_end(struct store *st, const char *hash)
{
	return store_exec(st, "DELETE FROM parties_session WHERE hash = $1", "s", hash);
}


int session_end_of(struct store *st, const char *person, const char *id)
{
	int64_t ended = 0;
	int err = store_exec_count(&ended, st,
				   "DELETE FROM parties_session WHERE person = $1 AND ($2 = ''"
				   " OR substr(hash, 1, 16) = $2)",
				   "ss", person, id ? id : "");

	return err ? err : ended ? 0 : E_ABSENT;
}


int link_make(struct store *st, const char *hash, const char *person, int64_t now)
{
	int err = store_exec(st, "DELETE FROM parties_link WHERE person = $1", "s", person);

	return err ? err
		   : store_exec(st,
				"INSERT INTO parties_link (hash, person, made_at, until)"
				" VALUES ($1, $2, $3, $4)",
				"ssii", hash, person, now, now + LINK_MS);
}


int link_find(const char **person, int64_t *until, struct arena *a, struct store *st,
	      const char *secret, int64_t now)
{
	char hash[DIGEST_HEX_SIZE];
	struct store_rows *rows = NULL;
	int err;

	*person = NULL;
	secret_hash(hash, secret);
	err = store_query(
		&rows, st,
		"SELECT l.person, l.until FROM parties_link l JOIN parties_person p ON"
		" p.id = l.person WHERE l.hash = $1 AND l.used_at IS NULL"
		" AND l.until > $2 AND l.made_at >= p.fresh_at AND p.state ="
		" 'invited'",
		"si", hash, now);
	if (!err && store_next(rows, &err)) {
		*person = row_text(a, rows, 0);
		*until = store_int(rows, 1);
	}
	store_done(rows);

	return err ? err : *person ? 0 : E_ABSENT;
}


int link_use(struct store *st, const char *secret, int64_t now)
{
	char hash[DIGEST_HEX_SIZE];
	int64_t changed = 0;
	int err;

	secret_hash(hash, secret);
	err = store_exec_count(&changed, st,
			       "UPDATE parties_link SET used_at = $2 WHERE hash = $1 AND"
			       " used_at IS NULL AND until > $2",
			       "si", hash, now);

	return err ? err : changed ? 0 : E_ABSENT;
}


int ceremony_make(struct store *st, const uint8_t challenge[WEBAUTHN_CHALLENGE],
		  const char *what, const char *person, const uint8_t *secret, int64_t now)
{
	char hash[DIGEST_HEX_SIZE];

	digest_hex(hash, challenge, WEBAUTHN_CHALLENGE);

	return store_exec(st,
			  "INSERT INTO parties_ceremony (hash, what, person, secret, until)"
			  " VALUES ($1, $2, $3, $4, $5)",
			  "sssbi", hash, what, person, secret,
			  secret ? (size_t)TOTP_SECRET : (size_t)0, now + CEREMONY_MS);
}


int ceremony_take(const char **person, uint8_t secret[TOTP_SECRET], struct arena *a,
		  struct store *st, const uint8_t challenge[WEBAUTHN_CHALLENGE],
		  const char *what, int64_t now)
{
	char hash[DIGEST_HEX_SIZE];
	struct store_rows *rows = NULL;
	bool found = false;
	int err;

	digest_hex(hash, challenge, WEBAUTHN_CHALLENGE);
	err = store_query(&rows, st,
			  "SELECT person, secret FROM parties_ceremony WHERE hash = $1 AND"
			  " what = $2 AND until > $3",
			  "ssi", hash, what, now);
	if (!err && store_next(rows, &err)) {
		size_t len = 0;
		const void *bytes = store_blob(rows, 1, &len);

		found = true;
		*person = row_text(a, rows, 0);
		if (secret && len == TOTP_SECRET)
			memcpy(secret, bytes, TOTP_SECRET);
	}
	store_done(rows);
	if (!err && !found)
		err = E_ABSENT;

	return err ? err
		   : store_exec(st, "DELETE FROM parties_ceremony WHERE hash = $1", "s", hash);
}


int passkey_add(struct store *st, const struct webauthn_key *key, const char *person,
		const char *name, int64_t now)
{
	char id[(WEBAUTHN_ID_MAX + 2) / 3 * 4 + 1];
	int64_t n = 0;
	int err;

	text_base64url(id, key->id, key->id_len);
	err = store_get_int(&n, st, "SELECT count(*) FROM parties_passkey WHERE id = $1", "s",
			    id);
	if (!err && n)
		return E_EXISTS;
	if (!err)
		err = store_get_int(&n, st,
				    "SELECT count(*) FROM parties_passkey WHERE person = $1"
				    " AND ended_at IS NULL",
				    "s", person);
	if (!err && n >= PASSKEYS_MAX)
		return E_RANGE;

	return err ? err
		   : store_exec(
			     st,
			     "INSERT INTO parties_passkey (id, person, name, alg, key, counter,"
			     " synced, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			     "sssibiii", id, person, name, (int64_t)key->alg, key->key,
			     key->key_len, (int64_t)key->counter, (int64_t)key->synced, now);
}


int passkey_find(struct webauthn_key *out, const char **person, struct arena *a,
		 struct store *st, const char *id)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, st,
			    "SELECT k.person, k.alg, k.key, k.counter, k.synced FROM"
			    " parties_passkey k JOIN parties_person p ON p.id = k.person WHERE"
			    " k.id = $1 AND k.ended_at IS NULL AND k.made_at >= p.fresh_at"
			    " AND p.state = 'active'",
			    "s", id);

	memset(out, 0, sizeof(*out));
	*person = NULL;
	if (!err && store_next(rows, &err)) {
		size_t len = 0;
		const void *key = store_blob(rows, 2, &len);

		*person = row_text(a, rows, 0);
		out->alg = (int)store_int(rows, 1);
		out->counter = (uint32_t)store_int(rows, 3);
		out->synced = store_int(rows, 4) != 0;
		if (len <= sizeof(out->key)) {
			memcpy(out->key, key, len);
			out->key_len = len;
		}
	}
	store_done(rows);

	return err ? err : *person && out->key_len ? 0 : E_ABSENT;
}


int passkey_used(struct store *st, const char *id, uint32_t counter, int64_t now)
{
	return store_exec(st,
			  "UPDATE parties_passkey SET counter = $2, used_at = $3 WHERE id = $1",
			  "sii", id, (int64_t)counter, now);
}


static int own_passkey(struct store *st, const char *person, const char *id)
{
	int64_t n = 0;
	int err = store_get_int(&n, st,
				"SELECT count(*) FROM parties_passkey WHERE id = $1 AND"
				" person = $2 AND ended_at IS NULL",
				"ss", id, person);

	return err ? err : n ? 0 : E_ABSENT;
}


int passkey_rename(struct store *st, const char *person, const char *id, const char *name)
{
	int err = own_passkey(st, person, id);

	return err ? err
		   : store_exec(st, "UPDATE parties_passkey SET name = $2 WHERE id = $1", "ss",
				id, name);
}


int passkey_end(struct store *st, const char *person, const char *id, int64_t now)
{
	int64_t others = 0;
	int err = own_passkey(st, person, id);

	if (!err)
		err = store_get_int(
			&others, st,
			"SELECT (SELECT count(*) FROM parties_passkey WHERE"
			" person = $1 AND ended_at IS NULL AND id <> $2) +"
			" (SELECT count(*) FROM parties_password WHERE person = $1)",
			"ss", person, id);
	if (!err && !others)
		return E_RANGE;

	return err ? err
		   : store_exec(st, "UPDATE parties_passkey SET ended_at = $2 WHERE id = $1",
				"si", id, now);
}


int password_set(struct store *st, const char *person, const char *hash,
		 const uint8_t secret[TOTP_SECRET], int64_t step, int64_t now)
{
	int err = store_exec(st, "DELETE FROM parties_password WHERE person = $1", "s", person);

	return err ? err
		   : store_exec(st,
				"INSERT INTO parties_password (person, hash, secret, step,"
				" made_at, wrong, wrong_at) VALUES ($1, $2, $3, $4, $5, 0, 0)",
				"ssbii", person, hash, secret, (size_t)TOTP_SECRET, step, now);
}


int password_find(struct password_row *out, struct arena *a, struct store *st,
		  const char *person, int64_t now)
{
	struct store_rows *rows = NULL;
	bool found = false, wait = false;
	int err = store_query(&rows, st,
			      "SELECT w.hash, w.secret, w.step, w.wrong, w.wrong_at FROM"
			      " parties_password w JOIN parties_person p ON p.id = w.person"
			      " WHERE w.person = $1 AND w.made_at >= p.fresh_at AND p.passwords"
			      " = 1 AND p.state = 'active'",
			      "s", person);

	(void)a;
	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		size_t len = 0;
		const void *secret = store_blob(rows, 1, &len);

		found = text_copy(out->hash, sizeof(out->hash), store_text(rows, 0)) &&
			len == TOTP_SECRET;
		if (found)
			memcpy(out->secret, secret, TOTP_SECRET);
		out->step = store_int(rows, 2);
		wait = store_int(rows, 3) >= TRIES && now - store_int(rows, 4) < WAIT_MS;
	}
	store_done(rows);

	return err ? err : !found ? E_ABSENT : wait ? E_RATE : 0;
}


int password_tried(struct store *st, const char *person, bool right, int64_t step, int64_t now)
{
	int64_t changed = 0;
	int err;

	if (right) {
		err = store_exec_count(&changed, st,
				       "UPDATE parties_password SET wrong = 0, step = $2"
				       " WHERE person = $1 AND step < $2",
				       "si", person, step);
		return err ? err : changed ? 0 : E_EXISTS;
	}

	return store_exec(st,
			  "UPDATE parties_password SET wrong = wrong + 1, wrong_at = $2"
			  " WHERE person = $1",
			  "si", person, now);
}


int token_make(struct store *st, const char *hash, const char *id, const struct seat *seat,
	       const char *name, const char *kinds, int64_t now, int64_t until)
{
	int64_t n = 0;
	int err = store_get_int(&n, st,
				"SELECT count(*) FROM parties_token WHERE person = $1 AND"
				" ended_at IS NULL AND until > $2",
				"si", seat->person, now);

	if (!err && n >= TOKENS_MAX)
		return E_RANGE;

	return err ? err
		   : store_exec(
			     st,
			     "INSERT INTO parties_token (hash, id, person, office, party, body,"
			     " name, kinds, made_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7,"
			     " $8, $9, $10)",
			     "ssssssssii", hash, id, seat->person, seat->office, seat->party,
			     seat->body, name, kinds, now, until);
}


int token_end(struct store *st, const char *person, const char *id, int64_t now)
{
	int64_t n = 0;
	int err =
		store_get_int(&n, st,
			      "SELECT count(*) FROM parties_token WHERE id = $1 AND person = $2"
			      " AND ended_at IS NULL",
			      "ss", id, person);

	if (!err && !n)
		return E_ABSENT;

	return err ? err
		   : store_exec(st, "UPDATE parties_token SET ended_at = $2 WHERE id = $1",
				"si", id, now);
}


int session_sweep(struct store *st, int64_t now)
{
	static const char *const worthless[] = { WORTHLESS("parties_passkey"),
						 WORTHLESS("parties_password"),
						 WORTHLESS("parties_token"),
						 WORTHLESS("parties_session"),
						 WORTHLESS("parties_link") };
	int64_t wall = time_now();
	int err = store_exec(st,
			     "DELETE FROM parties_session WHERE (made_at < $1 OR seen_at < $2)"
			     " AND substr(person, 1, 5) <> 'demo-'",
			     "ii", now - SESSION_LONGEST_MS, now - SESSION_IDLE_MS);

	if (!err)
		err = store_exec(st,
				 "DELETE FROM parties_session WHERE (made_at < $1 OR seen_at <"
				 " $2) AND substr(person, 1, 5) = 'demo-'",
				 "ii", wall - SESSION_LONGEST_MS, wall - SESSION_IDLE_MS);
	if (!err)
		err = store_exec(st, "DELETE FROM parties_ceremony WHERE until < $1", "i", now);
	if (!err)
		err = store_exec(st, "DELETE FROM parties_link WHERE until < $1", "i", now);
	if (!err)
		err = store_exec(st,
				 "DELETE FROM parties_token WHERE until < $1 OR ended_at < $1",
				 "i", now - TOKEN_KEPT_MS);
	if (!err)
		err = store_exec(st, "DELETE FROM parties_passkey WHERE ended_at IS NOT NULL",
				 "");
	for (size_t i = 0; !err && i < ARRAY_LEN(worthless); i++)
		err = store_exec(st, worthless[i], "");

	return err;
}
