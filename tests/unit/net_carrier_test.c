/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where nothing is fetched from. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/carrier.h"
#include "t.h"


static bool is_private(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return carrier_address_private((const struct sockaddr *)&in);
	T_INT(1, inet_pton(AF_INET6, text, &in6.sin6_addr));

	return carrier_address_private((const struct sockaddr *)&in6);
}


T(addresses_of_private_and_special_use)
{
	static const char *const yes[] = {
		"0.0.0.0",
		"10.1.2.3",
		"100.64.0.1",
		"127.0.0.1",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.2.1",
		"192.168.1.1",
		"198.18.0.1",
		"198.51.100.7",
		"203.0.113.9",
		"224.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"fe80::1",
		"fc00::1",
		"fd12::1",
		"ff02::1",
		"::ffff:10.0.0.1",
		"::ffff:127.0.0.1",
		"64:ff9b::10.0.0.1",
		"2002:a00:1::",
		"2001:db8::1",
		"2001::1",
	};
	static const char *const no[] = { "1.1.1.1",	    "172.15.0.1",      "172.32.0.1",
					  "192.167.1.1",    "8.8.8.8",	       "2a00:1450::1",
					  "::ffff:8.8.8.8", "64:ff9b::8.8.8.8" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ck_assert_msg(is_private(yes[i]), "%s", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!is_private(no[i]), "%s", no[i]);
}


T(feeds_come_from_named_hosts_by_https)
{
	static const char hosts[] = "a.example, .b.example";
	static const char *const good[] = { "https://a.example/x.csv",
					    "https://A.example:8443/",
					    "https://data.b.example/?q=1" };
	static const char *const bad[] = { "http://a.example/x",
					   "https://c.example/",
					   "https://b.example/",
					   "https://a.example.c.example/",
					   "https://c.example/a.example",
					   "https://user:pw@a.example/",
					   "https://a.example@c.example/",
					   "ftp://a.example/",
					   "file:///etc/passwd",
					   "https://a.example/x y",
					   "https://a.example/\r\nX: y",
					   "a.example",
					   "" };
	struct fault f = { 0 };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(carrier_url_check(good[i], hosts, false, &f) == 0, "%s: %s",
			      good[i], f.text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(carrier_url_check(bad[i], hosts, false, &f) == E_RANGE, "%s",
			      bad[i]);
	T_INT(E_RANGE, carrier_url_check("https://a.example/", NULL, false, &f));
	T_OK(carrier_url_check("http://a.example/x", hosts, true, &f));
}


T(a_relay_is_a_host_and_nothing_else)
{
	ck_assert(carrier_relay_valid("smtp://mail.example:587"));
	ck_assert(carrier_relay_valid("smtps://mail.example"));
	ck_assert(!carrier_relay_valid("mail.example"));
	ck_assert(!carrier_relay_valid("smtp://"));
	ck_assert(!carrier_relay_valid("smtp://u:p@mail.example"));
	ck_assert(!carrier_relay_valid("smtp://mail.example/x"));
	ck_assert(!carrier_relay_valid("http://mail.example"));
}

T_MAIN("the carrier", C(addresses_of_private_and_special_use),
       C(feeds_come_from_named_hosts_by_https), C(a_relay_is_a_host_and_nothing_else))
