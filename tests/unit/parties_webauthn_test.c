/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What Chromium and Firefox said when passkeys were made and used, and every mutation of it. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "parties/password.h"
#include "parties/webauthn.h"
#include "t.h"

struct said {
	struct bytes object, client; /* making */
	struct bytes data, sig, got; /* using */
	uint8_t challenge[2][WEBAUTHN_CHALLENGE];
	struct webauthn_site site;
};


static struct bytes bytes_of(struct arena *a, const json_t *o, const char *name)
{
	const char *text = json_text(o, name, "");
	size_t len = strlen(text);
	uint8_t *out = arena_take(a, len + 1);

	T_OK(text_unbase64(out, &len, text, strlen(text), false));

	return (struct bytes){ out, len };
}


static void read_client(struct said *s, struct arena *a, struct bytes client, int which)
{
	json_t *v = NULL;
	const char *text;
	size_t len = WEBAUTHN_CHALLENGE;

	T_OK(json_read(&v, (const char *)client.at, client.len, 10000, 4, NULL));
	text = json_text(v, "challenge", "");
	T_OK(text_unbase64(s->challenge[which], &len, text, strlen(text), true));
	s->site.origin = arena_str(a, json_text(v, "origin", ""));
	s->site.id = "localhost";
	json_decref(v);
}


/* false: the browser made none of this algorithm. */
static bool read_said(struct said *s, struct arena *a, const char *file, const char *alg)
{
	const char *path = t_shared(file);
	json_t *root = NULL;
	const json_t *o, *get;
	size_t len;
	char *text;

	memset(s, 0, sizeof(*s));
	text = t_slurp(path, &len);
	T_OK(json_read(&root, text, len, 1 << 20, 10, NULL));
	o = json_object_get(json_object_get(root, "out"), alg);
	get = json_object_get(o, "get");
	if (json_is_object(get)) {
		s->object = bytes_of(a, o, "attObj");
		s->client = bytes_of(a, o, "cdj");
		s->data = bytes_of(a, get, "ad");
		s->sig = bytes_of(a, get, "sig");
		s->got = bytes_of(a, get, "cdj");
		read_client(s, a, s->client, 0);
		read_client(s, a, s->got, 1);
	}
	json_decref(root);
	free(text);

	return s->object.len > 0;
}


static int made(struct webauthn_key *k, const struct said *s, struct fault *f)
{
	memset(f, 0, sizeof(*f));

	return webauthn_made(k, &s->site, s->challenge[0], s->client, s->object, f);
}


static int used(struct webauthn_key *k, const struct said *s, struct fault *f)
{
	memset(f, 0, sizeof(*f));

	return webauthn_used(k, &s->site, s->challenge[1], s->got, s->data, s->sig, f);
}


static const struct {
	const char *file, *alg;
} captured[] = {
	{ "vectors/webauthn/chromium.json", "-7" },
	{ "vectors/webauthn/chromium.json", "-8" },
	{ "vectors/webauthn/chromium.json", "-257" },
	{ "vectors/webauthn/firefox.json", "-7" },
};


T(what_browsers_said_is_accepted)
{
	struct arena *a;
	struct webauthn_key k;
	struct said s;
	struct fault f;

	if (!t_shared("vectors/webauthn"))
		T_SKIP("no vectors in ../shared");
	a = arena_new(65536);
	for (size_t i = 0; i < ARRAY_LEN(captured); i++) {
		ck_assert(read_said(&s, a, captured[i].file, captured[i].alg));
		ck_assert_msg(!made(&k, &s, &f), "%s %s: %s", captured[i].file, captured[i].alg,
			      f.text);
		T_INT(atoi(captured[i].alg), k.alg);
		ck_assert_uint_gt(k.id_len, 15);
		/* Firefox' software key does not count between making and using. */
		k.counter = 0;
		ck_assert_msg(!used(&k, &s, &f), "%s %s: %s", captured[i].file, captured[i].alg,
			      f.text);
	}
	arena_free(a);
}


/* One byte of what was signed changed: never accepted. */
T(a_changed_byte_is_refused)
{
	struct arena *a;
	struct webauthn_key k, kept;
	struct said s;
	struct fault f;

	if (!t_shared("vectors/webauthn"))
		T_SKIP("no vectors in ../shared");
	a = arena_new(65536);
	ck_assert(read_said(&s, a, captured[0].file, captured[0].alg));
	T_OK(made(&kept, &s, &f));
	kept.counter = 0;
	for (int part = 0; part < 3; part++) {
		struct bytes b = part == 0 ? s.got : part == 1 ? s.data : s.sig;
		uint8_t *at = (uint8_t *)(uintptr_t)b.at;

		for (size_t i = 0; i < b.len; i++) {
			at[i] ^= 0x20;
			k = kept;
			ck_assert_msg(used(&k, &s, &f), "part %d, byte %zu", part, i);
			at[i] ^= 0x20;
		}
	}
	k = kept;
	T_OK(used(&k, &s, &f));
	arena_free(a);
}


/* Packed self attestation and the chain sign the data of the making as well. */
T(a_changed_making_is_refused)
{
	struct arena *a;
	struct webauthn_key k;
	struct said s;
	struct fault f;
	uint8_t *at;

	if (!t_shared("vectors/webauthn"))
		T_SKIP("no vectors in ../shared");
	a = arena_new(65536);
	ck_assert(read_said(&s, a, captured[0].file, captured[0].alg));
	at = (uint8_t *)(uintptr_t)s.client.at;
	for (size_t i = 0; i < s.client.len; i++) {
		at[i] ^= 0x20;
		ck_assert_msg(made(&k, &s, &f), "client data, byte %zu", i);
		at[i] ^= 0x20;
	}
	at = (uint8_t *)(uintptr_t)s.object.at;
	/* The last bytes are of the public key. */
	for (size_t i = s.object.len - 60; i < s.object.len; i++) {
		at[i] ^= 0x01;
		ck_assert_msg(made(&k, &s, &f), "attestation object, byte %zu", i);
		at[i] ^= 0x01;
	}
	for (size_t len = 0; len < s.object.len; len++) {
		struct said cut = s;

		cut.object.len = len;
		ck_assert_int_ne(made(&k, &cut, &f), 0);
	}
	arena_free(a);
}


T(another_question_site_or_type_is_refused)
{
	struct arena *a;
	struct webauthn_key k, kept;
	struct said s, other;
	struct fault f;

	if (!t_shared("vectors/webauthn"))
		T_SKIP("no vectors in ../shared");
	a = arena_new(65536);
	for (size_t i = 0; i < ARRAY_LEN(captured); i++) {
		ck_assert(read_said(&s, a, captured[i].file, captured[i].alg));
		T_OK(made(&kept, &s, &f));
		kept.counter = 0;
		other = s;
		other.challenge[0][5] ^= 1;
		other.challenge[1][5] ^= 1;
		T_INT(E_RANGE, made(&k, &other, &f));
		k = kept;
		T_INT(E_RANGE, used(&k, &other, &f));
		other = s;
		other.site.origin = "https://localhost";
		T_INT(E_RANGE, made(&k, &other, &f));
		k = kept;
		T_INT(E_RANGE, used(&k, &other, &f));
		other = s;
		other.site.id = "example.org";
		T_INT(E_RANGE, made(&k, &other, &f));
		k = kept;
		T_INT(E_RANGE, used(&k, &other, &f));
		other = s;
		other.client = s.got;
		T_INT(E_RANGE, made(&k, &other, &f));
		k = kept;
		k.counter = 1000;
		T_INT(E_CRYPTO, used(&k, &s, &f));
		ck_assert_ptr_nonnull(strstr(f.text, "copied"));
	}
	arena_free(a);
}


/* RFC 6238, appendix B, SHA-1: the last six of eight digits. */
T(codes_are_those_of_the_rfc)
{
	static const struct {
		int64_t seconds;
		uint32_t code;
	} rows[] = {
		{ 59, 287082 },	      { 1111111109, 81804 },  { 1111111111, 50471 },
		{ 1234567890, 5924 }, { 2000000000, 279037 }, { 20000000000, 353130 },
	};
	uint8_t secret[TOTP_SECRET];
	char text[TOTP_TEXT_SIZE];
	int64_t step = 0;

	memcpy(secret, "12345678901234567890", TOTP_SECRET);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		T_INT(rows[i].code, totp_code(secret, rows[i].seconds / 30));
	totp_text(text, secret);
	T_STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", text);
	ck_assert(totp_check(&step, secret, "287082", 0, 59000));
	T_INT(1, step);
	ck_assert(totp_check(&step, secret, "287082", 0, 89000));
	ck_assert(!totp_check(&step, secret, "287082", 1, 59000));
	ck_assert(!totp_check(&step, secret, "287082", 0, 120000));
	ck_assert(!totp_check(&step, secret, "28708", 0, 59000));
	ck_assert(!totp_check(&step, secret, "287083", 0, 59000));
}


T(passwords_are_hashed_and_known_again)
{
	char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];
	struct fault f = { 0 };

	T_INT(E_RANGE, password_hash(one, "elevenchars", &f));
	T_OK(password_hash(one, "двенадцать-знаков", &f));
	T_OK(password_hash(two, "двенадцать-знаков", &f));
	ck_assert_str_ne(one, two);
	ck_assert_ptr_nonnull(strstr(one, "$argon2id$"));
	T_OK(password_check(one, "двенадцать-знаков", &f));
	T_INT(E_CRYPTO, password_check(one, "двенадцать-знакоВ", &f));
	T_INT(E_CRYPTO, password_check("nonsense", "двенадцать-знаков", &f));
}


T_MAIN("webauthn", C(what_browsers_said_is_accepted), C(a_changed_byte_is_refused),
       C(a_changed_making_is_refused), C(another_question_site_or_type_is_refused),
       C(codes_are_those_of_the_rfc), C(passwords_are_hashed_and_known_again))
