/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/text.h"
#include "t.h"


T(utf8_is_checked_byte_by_byte)
{
	static const char *const good[] = {
		"", "a", "Фирланд", "é", "\xf0\x9f\x98\x80", "\xef\xbf\xbd"
	};
	static const char *const bad[] = { "\x80",
					   "\xc0\xaf",
					   "\xe0\x80\x80",
					   "\xed\xa0\x80",
					   "\xf4\x90\x80\x80",
					   "\xf5\x80\x80\x80",
					   "\xe2\x82",
					   "\xc3" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(text_utf8(good[i], strlen(good[i])), "good %zu", i);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!text_utf8(bad[i], strlen(bad[i])), "bad %zu", i);
	ck_assert(!text_utf8("a\0b", 3));
}


T(an_id_is_lower_case_and_at_most_48_bytes)
{
	ck_assert(text_id("third-protocol"));
	ck_assert(text_id("a23456789012345678901234567890123456789012345678"));
	ck_assert(!text_id("a234567890123456789012345678901234567890123456789"));
	ck_assert(!text_id("") && !text_id("9a") && !text_id("A") && !text_id("a_b"));
}


T(whole_numbers_are_strict)
{
	int64_t v = 7;

	T_INT(0, text_int(&v, "-9223372036854775808", INT64_MIN, INT64_MAX));
	ck_assert(v == INT64_MIN);
	T_INT(0, text_int(&v, "0", 0, 9));
	T_INT(E_RANGE, text_int(&v, "9223372036854775808", INT64_MIN, INT64_MAX));
	T_INT(E_RANGE, text_int(&v, "10", 0, 9));
	T_INT(E_SYNTAX, text_int(&v, "-0", INT64_MIN, 9));
	T_INT(E_SYNTAX, text_int(&v, "01", 0, 9));
	T_INT(E_SYNTAX, text_int(&v, "+1", 0, 9));
	T_INT(E_SYNTAX, text_int(&v, " 1", 0, 9));
	T_INT(E_SYNTAX, text_int(&v, "1x", 0, 9));
	T_INT(E_SYNTAX, text_int(&v, "", 0, 9));
	T_INT(0, v);
}


T(real_numbers_do_not_know_the_locale)
{
	double d = 0;

	T_INT(0, text_real(&d, "-1.5e3"));
	ck_assert(d == -1500.0);
	T_INT(E_SYNTAX, text_real(&d, "1,5"));
	T_INT(E_SYNTAX, text_real(&d, "0x10"));
	T_INT(E_SYNTAX, text_real(&d, "nan"));
	T_INT(E_SYNTAX, text_real(&d, "1e999"));
}


T(hexadecimal_and_base64_go_there_and_back)
{
	uint8_t bytes[4] = { 0 };
	char hex[9], base64[9];
	size_t len = sizeof(bytes);

	T_INT(0, text_unhex(bytes, 4, "DeadBeef"));
	text_hex(hex, bytes, 4);
	T_STR("deadbeef", hex);
	T_INT(E_SYNTAX, text_unhex(bytes, 4, "deadbee"));
	T_INT(E_SYNTAX, text_unhex(bytes, 4, "deadbeeg"));

	text_base64(base64, "\xfb\xff", 2);
	T_STR("+/8=", base64);
	T_INT(0, text_unbase64(bytes, &len, "+/8=", 4, false));
	T_INT(2, len);
	len = sizeof(bytes);
	T_INT(0, text_unbase64(bytes, &len, "-_8", 3, true));
	T_INT(0xff, bytes[1]);
	text_base64url(base64, "\xfb\xff", 2);
	T_STR("-_8", base64);
	T_INT(E_SYNTAX, text_unbase64(bytes, &len, "+/9=", 4, false)); /* stray bits */
	T_INT(E_SYNTAX, text_unbase64(bytes, &len, "+/8", 3, false));
	T_INT(E_SYNTAX, text_unbase64(bytes, &len, "+ /8", 4, false));
	len = 1;
	T_INT(E_TOOBIG, text_unbase64(bytes, &len, "AAAA", 4, false));
}


T(a_word_is_found_whole_among_others)
{
	ck_assert(text_among("sent agreed under-way", "sent"));
	ck_assert(text_among("sent agreed under-way", "agreed"));
	ck_assert(text_among("sent agreed under-way", "under-way"));
	ck_assert(!text_among("sent agreed under-way", "under"));
	ck_assert(!text_among("sent agreed under-way", "way"));
	ck_assert(!text_among("sent agreed", "sent agreed"));
	ck_assert(!text_among("sent agreed", ""));
	ck_assert(!text_among("", ""));
}


T(a_host_is_found_in_an_address)
{
	char host[20];

	ck_assert(text_host(host, sizeof(host), "https://centre.example"));
	T_STR("centre.example", host);
	ck_assert(text_host(host, sizeof(host), "http://localhost:8460/x?y"));
	T_STR("localhost", host);
	ck_assert(!text_host(host, sizeof(host), "https://a-very-long-name.example"));
	ck_assert(!text_host(host, sizeof(host), "centre.example"));
	ck_assert(!text_host(host, sizeof(host), "https://"));
	ck_assert(!text_host(host, sizeof(host), NULL));
}


T(a_cut_falls_between_characters)
{
	char out[4];

	ck_assert(text_copy(out, sizeof(out), "abc"));
	ck_assert(!text_copy(out, sizeof(out), "яя"));
	T_STR("я", out);
}


T_MAIN("text", C(utf8_is_checked_byte_by_byte), C(an_id_is_lower_case_and_at_most_48_bytes),
       C(whole_numbers_are_strict), C(real_numbers_do_not_know_the_locale),
       C(hexadecimal_and_base64_go_there_and_back), C(a_word_is_found_whole_among_others),
       C(a_host_is_found_in_an_address), C(a_cut_falls_between_characters))
