/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * narrow.h: a library context of OpenSSL for handshakes and packets.
 *
 * OpenSSL 3.0 looks through all its decoders and kinds of keys each time it reads the key of a
 * certificate, which is a quarter of what a handshake costs.  This context has those of
 * elliptic curves and RSA, and of what TLS derives; all else, and all work, is the default
 * provider's.
 */
#ifndef MEDIA_NARROW_H
#define MEDIA_NARROW_H

#include <openssl/types.h>

/* One for the process, made at the first call; NULL when the library refuses. */
OSSL_LIB_CTX *narrow_context(void);

/* A cipher of it, looked up once and kept at *kept; NULL when the library has none. */
const EVP_CIPHER *narrow_cipher(EVP_CIPHER **kept, const char *name);

#endif
