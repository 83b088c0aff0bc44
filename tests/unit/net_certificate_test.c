/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/time.h"
#include "net/certificate.h"
#include "t.h"

static const char *const names[] = { "192.168.1.5", "localhost", "centre.local", "fd00::5" };
static const int64_t from = 1600000000000, until = 1631536000000;

struct pair {
	struct buf chain, key;
};


static void make(struct pair *p)
{
	buf_init(&p->chain, 0);
	buf_init(&p->key, 0);
	T_OK(certificate_make(&p->chain, &p->key, names, ARRAY_LEN(names), from, until, NULL));
}


static void clear(struct pair *p)
{
	buf_clear(&p->chain);
	buf_clear(&p->key);
}


T(one_made_here_is_read_back)
{
	struct certificate c = { 0 };
	struct pair p;

	make(&p);
	T_OK(certificate_read(&c, p.chain.data, p.key.data, NULL));
	T_INT(from, c.from);
	T_INT(until, c.until);
	ck_assert(c.self_signed);
	T_INT(1, c.chain);
	clear(&p);
}


T(it_covers_its_names_and_no_other)
{
	struct pair p;

	make(&p);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert_msg(certificate_covers(p.chain.data, names[i]), "%s", names[i]);
	ck_assert(!certificate_covers(p.chain.data, "192.168.1.6"));
	ck_assert(!certificate_covers(p.chain.data, "other.local"));
	ck_assert(!certificate_covers("nothing", "localhost"));
	clear(&p);
}


T(two_are_never_the_same)
{
	struct pair a, b;

	make(&a);
	make(&b);
	ck_assert_str_ne(a.chain.data, b.chain.data);
	ck_assert_str_ne(a.key.data, b.key.data);
	clear(&a);
	clear(&b);
}


T(a_key_of_another_is_refused)
{
	struct certificate c;
	struct fault f = { 0 };
	struct pair a, b;

	make(&a);
	make(&b);
	T_INT(E_CRYPTO, certificate_read(&c, a.chain.data, b.key.data, &f));
	ck_assert(strstr(f.text, "another certificate"));
	clear(&a);
	clear(&b);
}


T(what_is_no_pem_is_named)
{
	struct certificate c;
	struct fault f = { 0 };
	struct pair p;

	make(&p);
	T_INT(E_SYNTAX, certificate_read(&c, p.key.data, p.key.data, &f));
	ck_assert(strstr(f.text, "No certificate"));
	T_INT(E_SYNTAX, certificate_read(&c, p.chain.data, p.chain.data, &f));
	ck_assert(strstr(f.text, "No private key"));
	T_INT(E_SYNTAX, certificate_read(&c, "", "", &f));
	clear(&p);
}


T(the_number_of_names_is_bounded)
{
	const char *many[CERTIFICATE_NAMES_MAX + 1];
	struct buf chain, key;

	buf_init(&chain, 0);
	buf_init(&key, 0);
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = "host.local";
	T_INT(E_RANGE,
	      certificate_make(&chain, &key, many, ARRAY_LEN(many), from, until, NULL));
	T_INT(E_RANGE, certificate_make(&chain, &key, many, 0, from, until, NULL));
	T_INT(0, (int)chain.len);
	buf_clear(&chain);
	buf_clear(&key);
}


T_MAIN("certificate", C(one_made_here_is_read_back), C(it_covers_its_names_and_no_other),
       C(two_are_never_the_same), C(a_key_of_another_is_refused), C(what_is_no_pem_is_named),
       C(the_number_of_names_is_bounded))
