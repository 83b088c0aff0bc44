/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* STUN by the vectors of RFC 5769, and what is not believed. */
#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "media/stun.h"
#include "media/wire.h"
#include "t.h"

static const char password[] = "VOkJxbRl1RmTxUk/WvJxBt";

static const char request_hex[] = "000100582112a442b7e7a701bc34d686fa87dfae"
				  "802200105354554e207465737420636c69656e74"
				  "002400046e0001ff"
				  "80290008932ff9b151263b36"
				  "000600096576746a3a68367659202020"
				  "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
				  "80280004e57a3bcf";

static const char v4_hex[] = "0101003c2112a442b7e7a701bc34d686fa87dfae"
			     "8022000b7465737420766563746f7220"
			     "002000080001a147e112a643"
			     "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
			     "80280004c07d4c96";

static const char v6_hex[] = "010100482112a442b7e7a701bc34d686fa87dfae"
			     "8022000b7465737420766563746f7220"
			     "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
			     "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
			     "80280004c8fb0b4c";


static size_t bytes_of(uint8_t *out, const char *hex)
{
	size_t len = strlen(hex) / 2;

	T_OK(text_unhex(out, len, hex));

	return len;
}


T(the_sample_request_of_rfc_5769)
{
	uint8_t p[200];
	size_t len = bytes_of(p, request_hex);
	struct stun s;

	ck_assert(stun_is(p, len));
	T_OK(stun_parse(&s, p, len));
	T_INT(STUN_BINDING, s.type);
	ck_assert(s.username_len == 9 && memcmp(s.username, "evtj:h6vY", 9) == 0);
	ck_assert(s.fingerprint && s.controlled && !s.controlling && !s.use_candidate);
	T_INT(0x6e0001ff, s.priority);
	T_INT(0, s.unknown);
	ck_assert(stun_verify(&s, p, password));
	ck_assert(!stun_verify(&s, p, "VOkJxbRl1RmTxUk/WvJxBu"));
}


T(the_sample_responses_of_rfc_5769)
{
	static const char *const both[] = { v4_hex, v6_hex };

	for (size_t i = 0; i < 2; i++) {
		uint8_t p[200];
		size_t len = bytes_of(p, both[i]);
		struct stun s;

		T_OK(stun_parse(&s, p, len));
		T_INT(STUN_SUCCESS, s.type);
		ck_assert(stun_verify(&s, p, password));
	}
}


/* The mapped address of our replies is that of the vectors. */
T(replies_name_the_address_as_the_vectors_do)
{
	uint8_t p[200], want[200], out[STUN_REPLY_MAX];
	size_t len = bytes_of(p, request_hex);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(32853) };
	struct sockaddr_in6 b = { .sin6_family = AF_INET6, .sin6_port = htons(32853) };
	struct stun s, back;

	T_OK(stun_parse(&s, p, len));
	T_INT(1, inet_pton(AF_INET, "192.0.2.1", &a.sin_addr));
	len = stun_reply(out, &s, (struct sockaddr *)&a, password);
	(void)bytes_of(want, v4_hex);
	ck_assert(memcmp(out + 20, want + 36, 12) == 0);
	T_OK(stun_parse(&back, out, len));
	ck_assert(back.fingerprint && stun_verify(&back, out, password));
	T_INT(1, inet_pton(AF_INET6, "2001:db8:1234:5678:11:2233:4455:6677", &b.sin6_addr));
	len = stun_reply(out, &s, (struct sockaddr *)&b, password);
	(void)bytes_of(want, v6_hex);
	ck_assert(memcmp(out + 20, want + 36, 24) == 0);
	T_OK(stun_parse(&back, out, len));
	ck_assert(stun_verify(&back, out, password));
}


T(our_own_check_is_read_back)
{
	uint8_t out[STUN_REPLY_MAX];
	size_t len = stun_check(out, (const uint8_t *)"abcdefghijkl", "left:right", "pw", true);
	struct stun s;

	T_OK(stun_parse(&s, out, len));
	ck_assert(s.use_candidate && s.controlling && stun_verify(&s, out, "pw"));
}


/* Every cut and every bit flipped before the fingerprint is refused or does not verify. */
T(damage_is_never_believed)
{
	uint8_t p[200], q[200];
	size_t len = bytes_of(p, request_hex);
	struct stun s;

	for (size_t n = 0; n < len; n++)
		ck_assert(stun_parse(&s, p, n) == E_SYNTAX);
	for (size_t bit = 0; bit < (len - 8) * 8; bit++) {
		memcpy(q, p, len);
		q[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (stun_parse(&s, q, len) == 0)
			ck_assert_msg(!stun_verify(&s, q, password), "bit %zu", bit);
	}
}


/* 0x0001 to 0x7fff must be understood (RFC 8489 14); 0xc057 of Chromium need not be. */
T(unknown_attributes)
{
	uint8_t p[28] = { 0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, [20] = 0xc0, 0x57, 0, 4 };
	uint8_t out[STUN_REPLY_MAX];
	struct stun s, back;

	T_OK(stun_parse(&s, p, sizeof(p)));
	T_INT(0, s.unknown);
	p[20] = 0x00;
	T_OK(stun_parse(&s, p, sizeof(p)));
	T_INT(0x57, s.unknown);
	T_OK(stun_parse(&back, out, stun_refuse(out, &s, 420, NULL)));
	T_INT(STUN_ERROR, back.type);
	ck_assert(!back.integrity && back.fingerprint);
}


T_MAIN("media stun", C(the_sample_request_of_rfc_5769), C(the_sample_responses_of_rfc_5769),
       C(replies_name_the_address_as_the_vectors_do), C(our_own_check_is_read_back),
       C(damage_is_never_believed), C(unknown_attributes))
