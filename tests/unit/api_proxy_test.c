/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <string.h>

#include "api/proxy.h"
#include "t.h"

static struct proxies known;
static char client[PROXY_ADDRESS_SIZE];


static const char *client_of(const char *peer, const char *forwarded)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, peer, &v4.sin_addr) == 1) {
		proxies_client(client, &known, (const struct sockaddr *)&v4, forwarded);
	} else {
		T_INT(1, inet_pton(AF_INET6, peer, &v6.sin6_addr));
		proxies_client(client, &known, (const struct sockaddr *)&v6, forwarded);
	}

	return client;
}


T(nobody_is_believed_unless_named)
{
	T_OK(proxies_read(&known, NULL, NULL));
	T_STR("192.0.2.1", client_of("192.0.2.1", "198.51.100.7"));
	T_STR("127.0.0.1", client_of("127.0.0.1", "198.51.100.7"));
}


T(a_proxy_is_believed_about_its_client)
{
	T_OK(proxies_read(&known, "127.0.0.1, 10.0.0.0/8 fd00::/8", NULL));
	T_STR("198.51.100.7", client_of("127.0.0.1", "198.51.100.7"));
	T_STR("198.51.100.7", client_of("10.200.3.4", "  198.51.100.7  "));
	T_STR("2001:db8::7", client_of("fd00::1", "2001:db8::7"));
	T_STR("198.51.100.7", client_of("::ffff:10.0.0.1", "198.51.100.7"));
	T_STR("11.0.0.1", client_of("11.0.0.1", "198.51.100.7"));
}


T(what_a_client_says_of_itself_is_not_believed)
{
	T_OK(proxies_read(&known, "127.0.0.1, 10.0.0.0/8", NULL));
	/* The client wrote the first entry itself, the proxy the second. */
	T_STR("198.51.100.7", client_of("127.0.0.1", "1.1.1.1, 198.51.100.7"));
	T_STR("198.51.100.7", client_of("127.0.0.1", "1.1.1.1,198.51.100.7, 10.0.0.3"));
	T_STR("10.0.0.9", client_of("127.0.0.1", "10.0.0.9, 10.0.0.3"));
	T_STR("10.0.0.3", client_of("127.0.0.1", "unknown, 10.0.0.3"));
	T_STR("10.0.0.3", client_of("127.0.0.1", "1.1.1.1,, 10.0.0.3"));
}


T(ports_are_left_out)
{
	T_OK(proxies_read(&known, "127.0.0.1", NULL));
	T_STR("198.51.100.7", client_of("127.0.0.1", "198.51.100.7:4711"));
	T_STR("2001:db8::7", client_of("127.0.0.1", "[2001:db8::7]:443"));
	T_STR("2001:db8::7", client_of("127.0.0.1", "[2001:db8::7]"));
	T_STR("127.0.0.1", client_of("127.0.0.1", "[2001:db8::7"));
	T_STR("127.0.0.1", client_of("127.0.0.1", ""));
	T_STR("127.0.0.1", client_of("127.0.0.1", ", ,"));
}


T(what_is_no_list_is_named)
{
	struct fault f = { 0 };

	T_INT(E_RANGE, proxies_read(&known, "localhost", &f));
	ck_assert(strstr(f.text, "localhost is no address"));
	T_INT(E_RANGE, proxies_read(&known, "10.0.0.0/33", &f));
	ck_assert(strstr(f.text, "0 to 32"));
	T_INT(E_RANGE, proxies_read(&known, "10.1.0.0/8", &f));
	ck_assert(strstr(f.text, "behind the prefix"));
	T_INT(E_RANGE, proxies_read(&known, "fd00::/129", &f));
	T_INT(E_RANGE, proxies_read(&known, "[::1]", &f));
	T_OK(proxies_read(&known, "0.0.0.0/0", &f));
	T_STR("198.51.100.7", client_of("203.0.113.1", "198.51.100.7"));
	T_STR("2001:db8::1", client_of("2001:db8::1", "198.51.100.7"));
}


T_MAIN("proxy", C(nobody_is_believed_unless_named), C(a_proxy_is_believed_about_its_client),
       C(what_a_client_says_of_itself_is_not_believed), C(ports_are_left_out),
       C(what_is_no_list_is_named))
