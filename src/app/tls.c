/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/tls.h"
#include "app/verb.h"
#include "base/text.h"
#include "base/time.h"

enum {
	LAN_ADDRESSES_MAX = LISTENERS_MAX - 2, /* loopback twice */
	LAN_DAYS = 365,			       /* browsers take no more than 398 */
	LAN_RENEW_DAYS = 30,
};


int tls_read(struct tls *out, const char *chain, const char *key, struct fault *f)
{
	size_t len;
	int err;

	memset(out, 0, sizeof(*out));
	if (!chain && !key)
		return 0;
	if (!chain || !key)
		return fault_set(f, E_RANGE,
				 "A certificate and its key come together: --cert "
				 "and --key.");
	err = verb_read(&out->chain, &len, chain, CERTIFICATE_PEM_MAX, f);
	if (!err)
		err = verb_read(&out->key, &len, key, CERTIFICATE_PEM_MAX, f);
	if (!err) {
		err = certificate_read(&out->about, out->chain, out->key, f);
		if (err)
			fault_at(f, chain, 0, 0);
	}
	if (err)
		tls_clear(out);

	return err;
}


void tls_clear(struct tls *t)
{
	if (t->key)
		explicit_bzero(t->key, strlen(t->key));
	free(t->chain);
	free(t->key);
	t->chain = NULL;
	t->key = NULL;
}


struct names {
	char text[LAN_ADDRESSES_MAX][INET_ADDRSTRLEN];
	size_t count;
};


static void find_addresses(struct names *out)
{
	struct ifaddrs *all = NULL;

	out->count = 0;
	if (getifaddrs(&all))
		return;
	for (const struct ifaddrs *a = all; a && out->count < LAN_ADDRESSES_MAX;
	     a = a->ifa_next) {
		struct sockaddr_in v4;

		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET ||
		    !(a->ifa_flags & IFF_UP) || a->ifa_flags & IFF_LOOPBACK)
			continue;
		memcpy(&v4, a->ifa_addr, sizeof(v4));
		if (inet_ntop(AF_INET, &v4.sin_addr, out->text[out->count], INET_ADDRSTRLEN))
			out->count++;
	}
	freeifaddrs(all);
}


/* Is the one that was made before still good for these addresses? */
static bool still_good(const struct lan *lan, const struct names *names)
{
	struct tls t;
	bool good = tls_read(&t, lan->chain, lan->key, NULL) == 0 &&
		    t.about.until - time_now() > LAN_RENEW_DAYS * TIME_DAY;

	for (size_t i = 0; good && i < names->count; i++)
		good = certificate_covers(t.chain, names->text[i]);
	tls_clear(&t);

	return good;
}


static int make(const struct data *d, const struct names *names, struct fault *f)
{
	char host[HOST_NAME_MAX + 1] = "", local[HOST_NAME_MAX + 8];
	const char *all[LAN_ADDRESSES_MAX + 4];
	int64_t from = time_now() - TIME_HOUR; /* clocks of phones differ */
	struct buf chain, key;
	size_t n = 0;
	int err;

	for (size_t i = 0; i < names->count; i++)
		all[n++] = names->text[i];
	all[n++] = "localhost";
	all[n++] = "127.0.0.1";
	if (gethostname(host, sizeof(host) - 1) == 0 && host[0] && !strchr(host, ',')) {
		(void)snprintf(local, sizeof(local), "%s.local", host);
		all[n++] = host;
		all[n++] = local;
	}
	buf_init(&chain, 0);
	buf_init(&key, 0);
	err = certificate_make(&chain, &key, all, n, from, from + LAN_DAYS * TIME_DAY, f);
	if (!err)
		err = data_write(d, "lan.key", key.data, f);
	if (!err)
		err = data_write(d, "lan.cert", chain.data, f);
	explicit_bzero(key.data, key.len);
	buf_clear(&key);
	buf_clear(&chain);

	return err;
}


int lan_prepare(struct lan *out, const struct data *d, unsigned port, struct fault *f)
{
	struct names names;
	size_t len = 0;

	find_addresses(&names);
	if (!names.count)
		return fault_set(f, E_ABSENT,
				 "This machine has no address on a network; without --lan it "
				 "serves itself.");
	(void)snprintf(out->chain, sizeof(out->chain), "%s/lan.cert", d->path);
	(void)snprintf(out->key, sizeof(out->key), "%s/lan.key", d->path);
	(void)snprintf(out->media, sizeof(out->media), "%s:0", names.text[0]);
	for (size_t i = 0; i < names.count; i++)
		len += (size_t)snprintf(out->list + len, sizeof(out->list) - len,
					"%shttps://%s:%u", i ? "," : "", names.text[i], port);

	return still_good(out, &names) ? 0 : make(d, &names, f);
}
