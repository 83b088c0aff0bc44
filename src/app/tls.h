/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * tls.h: the certificate and key of a server, read from files; and those that a demonstration
 * on a local network makes for itself.
 */
#ifndef APP_TLS_H
#define APP_TLS_H

#include "app/data.h"
#include "app/listener.h"
#include "net/certificate.h"

struct tls {
	char *chain; /* PEM; NULL: none */
	char *key;
	struct certificate about;
};

/*
 * Read both files and compare them.  Both NULL: there is none, and 0 is returned.
 *
 * Errors: E_RANGE one without the other; those of the file system and certificate_read().
 */
int tls_read(struct tls *out, const char *chain, const char *key, struct fault *f) MUST_CHECK;

/* The key is wiped. */
void tls_clear(struct tls *t);

struct lan {
	char chain[DATA_PATH], key[DATA_PATH];
	char list[LISTENER_LIST_MAX]; /* "https://192.168.1.5:8460,..." */
	char media[32];		      /* "192.168.1.5:0", where media are sent and received */
};

/*
 * The addresses of this machine on its networks (IPv4), and a certificate that names them: it
 * is made in the data folder, and anew when the addresses have changed or it will soon expire.
 *
 * port  at which the demonstration listens on loopback
 * Errors: E_ABSENT this machine is on no network; those of data_write().
 */
int lan_prepare(struct lan *out, const struct data *d, unsigned port,
		struct fault *f) MUST_CHECK;

#endif
