/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <string.h>

#include "api/proxy.h"
#include "base/text.h"

enum {
	MAPPED_BITS = 96, /* of ::ffff:0:0/96 */
};


static void map(struct in6_addr *out, const struct in_addr *v4)
{
	memset(out, 0, sizeof(*out));
	out->s6_addr[10] = 0xff;
	out->s6_addr[11] = 0xff;
	memcpy(out->s6_addr + 12, v4, sizeof(*v4));
}


/* An address alone, or in the forms "[2001:db8::1]:443" and "192.0.2.1:443" of some proxies. */
static bool read_address(struct in6_addr *out, const char *text, size_t len, bool *is_v4)
{
	char copy[PROXY_ADDRESS_SIZE + 8], *end;
	struct in_addr v4;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	end = strchr(copy, ':');
	if (copy[0] == '[') {
		end = strchr(copy, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		*end = '\0';
		*is_v4 = false;
		return inet_pton(AF_INET6, copy + 1, out) == 1;
	}
	if (end && !strchr(end + 1, ':'))
		*end = '\0';
	*is_v4 = inet_pton(AF_INET, copy, &v4) == 1;
	if (*is_v4)
		map(out, &v4);

	return *is_v4 || inet_pton(AF_INET6, copy, out) == 1;
}


static bool read_peer(struct in6_addr *out, const struct sockaddr *peer)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (peer && peer->sa_family == AF_INET) {
		memcpy(&v4, peer, sizeof(v4));
		map(out, &v4.sin_addr);
		return true;
	}
	if (!peer || peer->sa_family != AF_INET6)
		return false;
	memcpy(&v6, peer, sizeof(v6));
	*out = v6.sin6_addr;

	return true;
}


static bool is_within(const struct in6_addr *a, const struct in6_addr *net, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, net, whole) != 0)
		return false;

	return !rest || ((a->s6_addr[whole] ^ net->s6_addr[whole]) >> (8 - rest)) == 0;
}


static bool holds(const struct proxies *p, const struct in6_addr *a)
{
	for (size_t i = 0; i < p->count; i++)
		if (is_within(a, &p->at[i].net, p->at[i].bits))
			return true;

	return false;
}


/* Bits behind the prefix are a slip: "10.1.0.0/8" means something else than it shows. */
static bool is_clean(const struct in6_addr *net, unsigned bits)
{
	for (unsigned i = bits; i < 128; i++)
		if (net->s6_addr[i / 8] & (0x80 >> i % 8))
			return false;

	return true;
}


static int read_net(struct proxies *out, char *word, struct fault *f)
{
	char *slash = strchr(word, '/');
	int64_t bits = 0;
	bool is_v4 = false;
	size_t i = out->count;

	if (i == PROXIES_MAX)
		return fault_set(f, E_TOOBIG, "At most %d proxies are named.",
				 (int)PROXIES_MAX);
	if (slash)
		*slash = '\0';
	if (strchr(word, '[') || !read_address(&out->at[i].net, word, strlen(word), &is_v4))
		return fault_set(f, E_RANGE,
				 "%s is no address; write 127.0.0.1, 10.0.0.0/8 or fd00::/8.",
				 word);
	if (slash && text_int(&bits, slash + 1, 0, is_v4 ? 32 : 128))
		return fault_set(f, E_RANGE, "/%s: a prefix has 0 to %d bits here.", slash + 1,
				 is_v4 ? 32 : 128);
	out->at[i].bits = slash ? (unsigned)bits + (is_v4 ? MAPPED_BITS : 0) : 128;
	if (!is_clean(&out->at[i].net, out->at[i].bits))
		return fault_set(f, E_RANGE, "%s/%lld: there are bits behind the prefix.", word,
				 (long long)bits);
	out->count++;

	return 0;
}


int proxies_read(struct proxies *out, const char *list, struct fault *f)
{
	char copy[PROXIES_MAX * PROXY_ADDRESS_SIZE], *save = NULL;
	int err = 0;

	memset(out, 0, sizeof(*out));
	if (!list)
		return 0;
	if (!text_copy(copy, sizeof(copy), list))
		return fault_set(f, E_TOOBIG, "The list of proxies is too long.");
	for (char *w = strtok_r(copy, ", ", &save); w && !err; w = strtok_r(NULL, ", ", &save))
		err = read_net(out, w, f);

	return err;
}


bool proxies_hold(const struct proxies *p, const struct sockaddr *peer)
{
	struct in6_addr a;

	return read_peer(&a, peer) && holds(p, &a);
}


bool peer_is_loopback(const struct sockaddr *peer)
{
	struct in6_addr a;

	return read_peer(&a, peer) &&
	       (IN6_IS_ADDR_LOOPBACK(&a) || (IN6_IS_ADDR_V4MAPPED(&a) && a.s6_addr[12] == 127));
}


/* The last entry before `end`, without blanks: its length, and where it begins. */
static size_t last_entry(const char **at, const char *begin, const char *end)
{
	const char *from;

	while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	for (from = end; from > begin && from[-1] != ','; from--)
		;
	*at = from;
	while (**at == ' ' || **at == '\t')
		(*at)++;

	return *at < end ? (size_t)(end - *at) : 0;
}


void proxies_client(char out[PROXY_ADDRESS_SIZE], const struct proxies *p,
		    const struct sockaddr *peer, const char *forwarded)
{
	const char *end = forwarded ? forwarded + strlen(forwarded) : NULL;
	struct in6_addr a, next;
	bool known = read_peer(&a, peer), is_v4;

	for (int hop = 0; known && end && hop < PROXY_HOPS_MAX && holds(p, &a); hop++) {
		const char *at;
		size_t len = last_entry(&at, forwarded, end);

		if (!len || !read_address(&next, at, len, &is_v4))
			break;
		a = next;
		while (at > forwarded && at[-1] != ',')
			at--;
		end = at > forwarded ? at - 1 : NULL;
	}
	if (!known)
		(void)text_copy(out, PROXY_ADDRESS_SIZE, "local");
	else if (IN6_IS_ADDR_V4MAPPED(&a))
		(void)inet_ntop(AF_INET, a.s6_addr + 12, out, PROXY_ADDRESS_SIZE);
	else
		(void)inet_ntop(AF_INET6, &a, out, PROXY_ADDRESS_SIZE);
}
