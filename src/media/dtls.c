/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "media/dtls.h"
#include "media/narrow.h"

enum {
	DAYS = 30,
	EXPORTED = 2 * (SRTP_KEY_MAX + SRTP_SALT_MAX),
	RETRY_US = 50000, /* as browsers do: a lost fragment costs little */
};

/* GCM first: it costs a third of counter mode with SHA-1, which remains as what all know. */
static const char profiles[] =
	"SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";

struct dtls_server {
	SSL_CTX *ctx;
	BIO_METHOD *method;
	char fingerprint[DTLS_FINGERPRINT_TEXT];
};

struct dtls {
	SSL *ssl;
	dtls_send_h *send;
	void *arg;
	uint8_t peer[DTLS_FINGERPRINT];
	const uint8_t *in; /* the datagram at hand */
	size_t in_len;
	bool up;
};


static int bio_write(BIO *b, const char *p, int len)
{
	struct dtls *d = BIO_get_data(b);

	if (len > 0)
		d->send(d->arg, (const uint8_t *)p, (size_t)len);

	return len;
}


/* A datagram is read once; what does not fit is lost, as with a socket. */
static int bio_read(BIO *b, char *out, int size)
{
	struct dtls *d = BIO_get_data(b);
	size_t n = d->in_len;

	BIO_clear_retry_flags(b);
	if (!n) {
		BIO_set_retry_read(b);
		return -1;
	}
	if (n > (size_t)size)
		n = (size_t)size;
	memcpy(out, d->in, n);
	d->in_len = 0;

	return (int)n;
}


static long bio_ctrl(BIO *b, int cmd, long num, void *ptr)
{
	(void)b;
	(void)num;
	(void)ptr;

	return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}


/*
 * The certificate is judged by its fingerprint, after the handshake: no chain is built of what
 * nobody else has signed.
 */
static int accept_any(X509_STORE_CTX *store, void *arg)
{
	(void)arg;
	X509_STORE_CTX_set_error(store, X509_V_OK);

	return 1;
}


static unsigned timer(SSL *ssl, unsigned us)
{
	(void)ssl;
	if (!us)
		return RETRY_US;

	return us < 800000 ? us * 2 : us;
}


static X509 *certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	uint64_t serial = 0;
	X509_NAME *name;

	if (!x || RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1 ||
	    !ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1) ||
	    !X509_gmtime_adj(X509_getm_notBefore(x), -86400L) ||
	    !X509_gmtime_adj(X509_getm_notAfter(x), DAYS * 86400L) || !X509_set_pubkey(x, key))
		goto bad;
	name = X509_get_subject_name(x);
	if (!X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					(const unsigned char *)"comity", -1, -1, 0) ||
	    !X509_set_issuer_name(x, name) || !X509_sign(x, key, EVP_sha256()))
		goto bad;

	return x;
bad:
	X509_free(x);

	return NULL;
}


static bool fingerprint_of(uint8_t out[DTLS_FINGERPRINT], const X509 *x)
{
	unsigned n = DTLS_FINGERPRINT;

	return X509_digest(x, EVP_sha256(), out, &n) && n == DTLS_FINGERPRINT;
}


static bool identity(struct dtls_server *s)
{
	static const char digits[] = "0123456789ABCDEF";
	EVP_PKEY *key = EVP_PKEY_Q_keygen(narrow_context(), NULL, "EC", "P-256");
	X509 *x = key ? certificate(key) : NULL;
	uint8_t print[DTLS_FINGERPRINT];
	bool ok = x && SSL_CTX_use_certificate(s->ctx, x) == 1 &&
		  SSL_CTX_use_PrivateKey(s->ctx, key) == 1 && fingerprint_of(print, x);

	for (size_t i = 0; ok && i < DTLS_FINGERPRINT; i++) {
		s->fingerprint[3 * i] = digits[print[i] >> 4];
		s->fingerprint[3 * i + 1] = digits[print[i] & 15];
		s->fingerprint[3 * i + 2] = i + 1 < DTLS_FINGERPRINT ? ':' : '\0';
	}
	X509_free(x);
	EVP_PKEY_free(key);

	return ok;
}


static bool method_new(struct dtls_server *s)
{
	s->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "media");

	return s->method && BIO_meth_set_write(s->method, bio_write) &&
	       BIO_meth_set_read(s->method, bio_read) && BIO_meth_set_ctrl(s->method, bio_ctrl);
}


int dtls_server_new(struct dtls_server **out)
{
	struct dtls_server *s = OPENSSL_zalloc(sizeof(*s));
	bool ok;

	if (!s)
		return E_NOMEM;
	s->ctx = SSL_CTX_new_ex(narrow_context(), NULL, DTLS_server_method());
	ok = s->ctx && method_new(s) && identity(s) &&
	     SSL_CTX_set_min_proto_version(s->ctx, DTLS1_2_VERSION) &&
	     SSL_CTX_set_cipher_list(s->ctx, "ECDHE-ECDSA-AES128-GCM-SHA256:"
					     "ECDHE-ECDSA-AES256-GCM-SHA384:"
					     "ECDHE-ECDSA-CHACHA20-POLY1305") &&
	     SSL_CTX_set1_groups_list(s->ctx, "X25519:P-256") &&
	     SSL_CTX_set_tlsext_use_srtp(s->ctx, profiles) == 0;
	if (!ok) {
		dtls_server_free(s);
		return E_CRYPTO;
	}
	SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(s->ctx, accept_any, NULL);
	SSL_CTX_set_options(s->ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET |
					    SSL_OP_NO_RENEGOTIATION |
					    SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(s->ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(s->ctx, SSL_MODE_RELEASE_BUFFERS);
	*out = s;

	return 0;
}


void dtls_server_free(struct dtls_server *s)
{
	if (!s)
		return;
	SSL_CTX_free(s->ctx);
	BIO_meth_free(s->method);
	OPENSSL_free(s);
}


const char *dtls_server_fingerprint(const struct dtls_server *s)
{
	return s->fingerprint;
}


int dtls_new(struct dtls **out, struct dtls_server *s, const uint8_t peer[DTLS_FINGERPRINT],
	     dtls_send_h *send, void *arg)
{
	struct dtls *d = OPENSSL_zalloc(sizeof(*d));
	BIO *b;

	if (!d)
		return E_NOMEM;
	memcpy(d->peer, peer, DTLS_FINGERPRINT);
	d->send = send;
	d->arg = arg;
	d->ssl = SSL_new(s->ctx);
	b = BIO_new(s->method);
	if (!d->ssl || !b) {
		BIO_free(b);
		SSL_free(d->ssl);
		OPENSSL_free(d);
		return E_NOMEM;
	}
	BIO_set_data(b, d);
	BIO_set_init(b, 1);
	SSL_set_bio(d->ssl, b, b);
	(void)SSL_set_mtu(d->ssl, DTLS_MTU);
	DTLS_set_timer_cb(d->ssl, timer);
	SSL_set_accept_state(d->ssl);
	*out = d;

	return 0;
}


void dtls_free(struct dtls *d)
{
	if (!d)
		return;
	if (d->up)
		(void)SSL_shutdown(d->ssl);
	ERR_clear_error();
	SSL_free(d->ssl);
	OPENSSL_free(d);
}


static bool is_promised(struct dtls *d)
{
	X509 *x = SSL_get1_peer_certificate(d->ssl);
	uint8_t print[DTLS_FINGERPRINT];
	bool ok = x && fingerprint_of(print, x) &&
		  CRYPTO_memcmp(print, d->peer, DTLS_FINGERPRINT) == 0;

	X509_free(x);

	return ok;
}


static int handshake(struct dtls *d)
{
	int rc = SSL_do_handshake(d->ssl);

	if (rc != 1)
		return SSL_get_error(d->ssl, rc) == SSL_ERROR_WANT_READ ? DTLS_WAITS : E_CRYPTO;
	if (!is_promised(d) || !SSL_get_selected_srtp_profile(d->ssl))
		return E_CRYPTO;
	d->up = true;

	return DTLS_CONNECTED;
}


int dtls_input(struct dtls *d, const uint8_t *p, size_t len)
{
	char waste[256];
	int state = DTLS_UP;

	d->in = p;
	d->in_len = len;
	ERR_clear_error();
	if (!d->up) {
		state = handshake(d);
	} else {
		while (SSL_read(d->ssl, waste, sizeof(waste)) > 0)
			;
		if (SSL_get_shutdown(d->ssl) & SSL_RECEIVED_SHUTDOWN)
			state = DTLS_CLOSED;
	}
	d->in_len = 0;

	return state;
}


int dtls_due_ms(struct dtls *d)
{
	struct timeval t;

	if (d->up || !DTLSv1_get_timeout(d->ssl, &t))
		return -1;

	return (int)(t.tv_sec * 1000 + (t.tv_usec + 999) / 1000);
}


void dtls_tick(struct dtls *d)
{
	ERR_clear_error();
	(void)DTLSv1_handle_timeout(d->ssl);
}


int dtls_keys(struct srtp **rx, struct srtp **tx, struct dtls *d)
{
	static const char label[] = "EXTRACTOR-dtls_srtp";
	const SRTP_PROTECTION_PROFILE *chosen = SSL_get_selected_srtp_profile(d->ssl);
	enum srtp_profile profile = (enum srtp_profile)(chosen ? chosen->id : 0);
	size_t k = srtp_key_len(profile), s = srtp_salt_len(profile);
	uint8_t m[EXPORTED];
	int err = E_CRYPTO;

	/* RFC 5764 4.2: client key, server key, client salt, server salt. */
	if (chosen && SSL_export_keying_material(d->ssl, m, 2 * (k + s), label,
						 sizeof(label) - 1, NULL, 0, 0) == 1)
		err = srtp_new(rx, profile, m, m + 2 * k, false);
	if (!err) {
		err = srtp_new(tx, profile, m + k, m + 2 * k + s, true);
		if (err) {
			srtp_free(*rx);
			*rx = NULL;
		}
	}
	OPENSSL_cleanse(m, sizeof(m));

	return err;
}
