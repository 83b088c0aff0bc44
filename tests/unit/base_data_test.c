/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tests of buf, bytes, mem, json, map, digest, collate and mailbox. */
#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/collate.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mailbox.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "t.h"


T(a_buf_stops_at_its_maximum)
{
	struct buf b;

	buf_init(&b, 8);
	buf_str(&b, "12345678");
	T_INT(0, b.err);
	buf_str(&b, "9");
	T_INT(E_TOOBIG, b.err);
	T_STR("12345678", b.data);
	buf_reset(&b);
	buf_int(&b, INT64_MIN);
	T_INT(E_TOOBIG, b.err);
	buf_clear(&b);

	buf_init(&b, 0);
	buf_int(&b, INT64_MIN);
	buf_printf(&b, "|%s|", "x");
	buf_u32(&b, 0x61626364);
	T_STR("-9223372036854775808|x|abcd", b.data);
	buf_clear(&b);
}


T(an_arena_gives_zeroed_memory_again_and_again)
{
	struct arena *a = arena_new(0);

	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 5000; n += 37) {
			unsigned char *p = arena_take(a, n);

			for (size_t i = 0; i < n; i++)
				T_INT(0, p[i]);
			memset(p, 0xff, n);
		}
		T_STR("a-1", arena_printf(a, "%s-%d", "a", 1));
		arena_reset(a);
	}
	arena_free(a);
}


static int read_json(const char *s, struct fault *f)
{
	json_t *v = NULL;
	int err = json_read(&v, s, strlen(s), 1000, 4, f);

	json_decref(v);

	return err;
}


T(json_is_strict_and_says_where)
{
	struct fault f = { 0 };

	T_INT(0, read_json("{\"a\":[1,{\"b\":[]}]}", &f));
	T_INT(E_RANGE, read_json("[[[[[]]]]]", &f));
	T_INT(5, f.col);
	T_INT(0, read_json("\"[[[[[[[[\"", &f));
	T_INT(E_SYNTAX, read_json("{\"a\":1,\n \"a\":2}", &f));
	T_INT(2, f.line);
	T_INT(E_SYNTAX, read_json("[9223372036854775808]", &f));
	T_INT(E_SYNTAX, read_json("\"\xff\"", &f));
	T_INT(E_SYNTAX, read_json("\"\\u0000\"", &f));
	T_INT(E_SYNTAX, read_json("1 2", &f));
	T_INT(E_SYNTAX, read_json("", &f));
}


T(written_json_reads_back)
{
	struct buf b;
	struct jw w;
	json_t *v = NULL;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_object(&w);
	jw_kstr(&w, "text", "tab\t \"q\" \\ \n \x01 ю");
	jw_kint(&w, "least", INT64_MIN);
	jw_key(&w, "list");
	jw_array(&w);
	jw_real(&w, 0.1);
	jw_null(&w);
	jw_bool(&w, true);
	jw_object(&w);
	jw_object_end(&w);
	jw_array_end(&w);
	jw_object_end(&w);

	T_INT(0, json_read(&v, b.data, b.len, 1000, 4, NULL));
	T_STR("tab\t \"q\" \\ \n \x01 ю", json_text(v, "text", NULL));
	ck_assert(json_int(v, "least", 0) == INT64_MIN);
	ck_assert(json_real_value(json_array_get(json_object_get(v, "list"), 0)) == 0.1);
	buf_reset(&b);
	json_canonical(&b, v);
	ck_assert(text_starts(b.data, "{\"least\":-9223372036854775808,\"list\":[0.1"));
	json_decref(v);
	buf_clear(&b);
}


/* Texts are looked at eight bytes at a time: each character at each place of such a step. */
T(every_character_is_escaped_wherever_it_stands)
{
	for (int c = 1; c < 0x80; c++)
		for (size_t place = 0; place < 20; place++) {
			char text[21] = "abcdefghijklmnopqrst";
			json_t *v = NULL;
			struct buf b;
			struct jw w;

			text[place] = (char)c;
			buf_init(&b, 0);
			jw_init(&w, &b);
			jw_object(&w);
			jw_kstr(&w, text, text);
			jw_kstr(&w, "x", text + place);
			jw_object_end(&w);
			T_INT(0, json_read(&v, b.data, b.len, 1000, 4, NULL));
			T_STR(text, json_text(v, text, NULL));
			T_STR(text + place, json_text(v, "x", NULL));
			json_decref(v);
			buf_clear(&b);
		}
}


T(a_quoted_text_stops_at_the_maximum_of_its_buf)
{
	struct buf b;
	struct jw w;

	buf_init(&b, 6);
	jw_init(&w, &b);
	jw_str(&w, "abcd");
	T_INT(0, b.err);
	T_STR("\"abcd\"", b.data);
	jw_str(&w, "");
	T_INT(E_TOOBIG, b.err);
	T_STR("\"abcd\"", b.data);
	buf_clear(&b);
}


T(a_map_finds_what_was_put_and_forgets_what_was_deleted)
{
	static char keys[3000][8];
	struct map m;

	map_init(&m);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
		ck_assert_ptr_null(map_put(&m, keys[i], keys[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i += 2)
		ck_assert_ptr_eq(map_del(&m, keys[i]), keys[i]);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_ptr_eq(map_get(&m, keys[i]), i % 2 ? keys[i] : NULL);
	ck_assert_ptr_null(map_del(&m, "none"));
	T_INT(1500, m.count);
	map_clear(&m);
}


/* The vectors of the SipHash paper: key 00..0f, message 00..0e. */
T(siphash_matches_its_paper)
{
	uint64_t seed[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	uint8_t message[15];

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	ck_assert(siphash(seed, message, sizeof(message)) == 0xa129ca6149be45e5);
	ck_assert(siphash(seed, message, 0) == 0x726fdb47dd0e0e31);
}


T(sha_256_matches_fips_180_4)
{
	char hex[DIGEST_HEX_SIZE];
	uint8_t d[DIGEST_SIZE], e[DIGEST_SIZE];

	digest_hex(hex, "abc", 3);
	T_STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hex);
	digest_of(d, "abc", 3);
	digest_of_two(e, "a", 1, "bc", 2);
	T_INT(0, memcmp(d, e, sizeof(d)));
}


/* The invented names whose order differs by language (domain.md 5). */
T(languages_order_names_differently)
{
	struct collator *ru = NULL, *en = NULL;
	struct fault f = { 0 };

	T_INT(0, collator_open(&ru, "ru", &f));
	T_INT(0, collator_open(&en, "en", &f));
	ck_assert_int_lt(collator_cmp(en, "Birkmark", "Firland"), 0);
	ck_assert_int_lt(collator_cmp(en, "Firland", "Hazelia"), 0);
	ck_assert_int_gt(collator_cmp(ru, "Элмора", "Хазелия"), 0);
	ck_assert_int_lt(collator_cmp(ru, "Ёлка", "Жук"), 0);
	T_INT(0, collator_cmp(en, "a", "a"));
	T_INT(E_ABSENT, collator_open(&en, "klingonese", &f));
	collator_close(ru);
	collator_close(en);
}


static void *post_thousands(void *arg)
{
	for (uintptr_t i = 1; i <= 20000; i++)
		while (mailbox_post(arg, (void *)i) == E_BUSY)
			(void)usleep(10);

	return NULL;
}


T(a_mailbox_loses_nothing_between_threads)
{
	struct mailbox *m = NULL;
	pthread_t threads[3];
	void *items[64];
	uintptr_t sum = 0;
	size_t seen = 0;

	T_INT(0, mailbox_new(&m, 100));
	for (int i = 0; i < 3; i++)
		T_INT(0, pthread_create(&threads[i], NULL, post_thousands, m));
	while (seen < 60000) {
		size_t n = mailbox_take(m, items, ARRAY_LEN(items), 5000);

		ck_assert_uint_gt(n, 0);
		for (size_t i = 0; i < n; i++)
			sum += (uintptr_t)items[i];
		seen += n;
	}
	for (int i = 0; i < 3; i++)
		(void)pthread_join(threads[i], NULL);
	ck_assert_uint_eq(sum, 3 * (uintptr_t)20000 * 20001 / 2);
	T_INT(0, mailbox_take(m, items, 1, 0));
	mailbox_close(m);
	T_INT(E_STOPPING, mailbox_post(m, items));
	T_INT(0, mailbox_take(m, items, 1, -1));
	mailbox_free(m);
}


T(ids_are_random_uuids)
{
	char a[RAND_UUID_SIZE], b[RAND_UUID_SIZE];

	rand_uuid(a);
	rand_uuid(b);
	T_INT(36, strlen(a));
	T_INT('4', a[14]);
	ck_assert_str_ne(a, b);
}


T(bytes_come_back_as_the_buffer_wrote_them)
{
	struct bytes b, part;
	char word[4] = "";
	struct buf out;

	buf_init(&out, 0);
	buf_u8(&out, 0xfe);
	buf_u16(&out, 0xfedc);
	buf_u32(&out, 0xfedcba98);
	buf_u64(&out, UINT64_C(0xfedcba9876543210));
	buf_add(&out, "abcxyz", 6);
	bytes_init(&b, out.data, out.len);
	T_INT(0xfe, bytes_u8(&b));
	T_INT(0xfedc, bytes_u16(&b));
	ck_assert(bytes_u32(&b) == 0xfedcba98);
	ck_assert(bytes_u64(&b) == UINT64_C(0xfedcba9876543210));
	ck_assert(bytes_copy(&b, word, 3));
	T_STR("abc", word);
	part = bytes_part(&b, 2);
	T_INT('x', bytes_u8(&part));
	ck_assert(!bytes_end(&part));
	T_INT('y', bytes_u8(&part));
	ck_assert(bytes_end(&part) && !bytes_end(&b));
	T_INT('z', *bytes_take(&b, 1));
	ck_assert(bytes_end(&b));
	buf_clear(&out);
}


T(a_read_past_the_end_is_bad_for_good)
{
	struct bytes b, part;
	char word[4] = "abc";

	bytes_init(&b, "12345", 5);
	T_INT(0x3132, bytes_u16(&b));
	ck_assert(bytes_u32(&b) == 0);
	ck_assert(b.bad && !bytes_end(&b));
	T_INT(0, bytes_u8(&b));
	ck_assert_ptr_null(bytes_take(&b, 0));
	ck_assert(!bytes_copy(&b, word, 1));
	T_STR("abc", word);
	part = bytes_part(&b, 1);
	ck_assert(part.bad && !bytes_end(&part));

	bytes_init(&b, "1", 1);
	part = bytes_part(&b, SIZE_MAX);
	ck_assert(part.bad && b.bad);
	bytes_init(&b, NULL, 0);
	ck_assert(bytes_end(&b));
}

T_MAIN("data", C(bytes_come_back_as_the_buffer_wrote_them),
       C(a_read_past_the_end_is_bad_for_good), C(a_buf_stops_at_its_maximum),
       C(an_arena_gives_zeroed_memory_again_and_again), C(json_is_strict_and_says_where),
       C(written_json_reads_back), C(every_character_is_escaped_wherever_it_stands),
       C(a_quoted_text_stops_at_the_maximum_of_its_buf),
       C(a_map_finds_what_was_put_and_forgets_what_was_deleted), C(siphash_matches_its_paper),
       C(sha_256_matches_fips_180_4), C(languages_order_names_differently),
       C(a_mailbox_loses_nothing_between_threads), C(ids_are_random_uuids))
