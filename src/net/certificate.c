/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/rand.h"
#include "base/time.h"
#include "net/certificate.h"

enum {
	STRENGTH_MIN = 112, /* bits of security: RSA 2048, P-256 (NIST SP 800-57) */
	SERIAL_BYTES = 16,
};


/* A key file that asks for a passphrase is no use to a server: none is given. */
static int no_passphrase(char *out, int size, int writing, void *arg)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)arg;

	return -1;
}


static X509 *first_of(const char *chain)
{
	BIO *b = BIO_new_mem_buf(chain, -1);
	X509 *x = b ? PEM_read_bio_X509(b, NULL, no_passphrase, NULL) : NULL;

	BIO_free(b);
	ERR_clear_error();

	return x;
}


static unsigned count_of(const char *chain)
{
	BIO *b = BIO_new_mem_buf(chain, -1);
	unsigned n = 0;
	X509 *x;

	while (b && (x = PEM_read_bio_X509(b, NULL, no_passphrase, NULL)) != NULL) {
		X509_free(x);
		n++;
	}
	BIO_free(b);
	ERR_clear_error();

	return n;
}


static EVP_PKEY *key_of(const char *key)
{
	BIO *b = BIO_new_mem_buf(key, -1);
	EVP_PKEY *k = b ? PEM_read_bio_PrivateKey(b, NULL, no_passphrase, NULL) : NULL;

	BIO_free(b);
	ERR_clear_error();

	return k;
}


static int64_t instant_of(const ASN1_TIME *t)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;
	bool ok = epoch && ASN1_TIME_diff(&days, &seconds, epoch, t) == 1;

	ASN1_TIME_free(epoch);

	return ok ? days * TIME_DAY + seconds * TIME_SECOND : TIME_MIN;
}


int certificate_read(struct certificate *out, const char *chain, const char *key,
		     struct fault *f)
{
	X509 *x = first_of(chain);
	EVP_PKEY *k = key_of(key);
	int err = 0;

	if (!x)
		err = fault_set(f, E_SYNTAX,
				"No certificate is in it: PEM is expected, the server's own "
				"certificate first, then the chain.");
	else if (!k)
		err = fault_set(
			f, E_SYNTAX,
			"No private key is in it: PEM without a passphrase is expected.");
	else if (X509_check_private_key(x, k) != 1)
		err = fault_set(f, E_CRYPTO,
				"The private key is of another certificate than the first one "
				"of the chain.");
	else if (EVP_PKEY_get_security_bits(k) < STRENGTH_MIN)
		err = fault_set(f, E_CRYPTO,
				"The key is too weak: RSA 2048 or P-256 and better are taken.");
	if (!err) {
		out->from = instant_of(X509_get0_notBefore(x));
		out->until = instant_of(X509_get0_notAfter(x));
		out->self_signed = X509_self_signed(x, 0) == 1;
		out->chain = count_of(chain);
	}
	EVP_PKEY_free(k);
	X509_free(x);
	ERR_clear_error();

	return err;
}


bool certificate_covers(const char *chain, const char *name)
{
	X509 *x = first_of(chain);
	bool covers = x && (X509_check_ip_asc(x, name, 0) == 1 ||
			    X509_check_host(x, name, strlen(name), 0, NULL) == 1);

	X509_free(x);
	ERR_clear_error();

	return covers;
}


static bool is_address(const char *name)
{
	unsigned char a[16];

	return inet_pton(AF_INET, name, a) == 1 || inet_pton(AF_INET6, name, a) == 1;
}


static bool add_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = e && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);

	return ok;
}


static bool add_names(X509 *x, const char *const *names, size_t count)
{
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%s:%s", i ? "," : "", is_address(names[i]) ? "IP" : "DNS",
			   names[i]);
	ok = add_extension(x, NID_subject_alt_name, b.data);
	buf_clear(&b);

	return ok;
}


/* A leaf that is its own root: what a browser asks to trust once, for these names only. */
static bool fill(X509 *x, EVP_PKEY *k, const char *const *names, size_t count, int64_t from,
		 int64_t until)
{
	uint8_t serial[SERIAL_BYTES];
	X509_NAME *subject = X509_get_subject_name(x);
	BIGNUM *n;
	bool ok;

	rand_bytes(serial, sizeof(serial));
	serial[0] &= 0x7f;
	serial[0] |= 0x40;
	n = BN_bin2bn(serial, sizeof(serial), NULL);
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);

	return ok && X509_set_version(x, X509_VERSION_3) == 1 &&
	       ASN1_TIME_set(X509_getm_notBefore(x), from / TIME_SECOND) &&
	       ASN1_TIME_set(X509_getm_notAfter(x), until / TIME_SECOND) &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					  (const unsigned char *)names[0], -1, -1, 0) == 1 &&
	       X509_set_issuer_name(x, subject) == 1 && X509_set_pubkey(x, k) == 1 &&
	       add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(x, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(x, NID_ext_key_usage, "serverAuth") &&
	       add_names(x, names, count) && X509_sign(x, k, EVP_sha256()) > 0;
}


static void take(struct buf *out, BIO *b)
{
	char *bytes = NULL;
	long len = BIO_get_mem_data(b, &bytes);

	if (len > 0)
		buf_add(out, bytes, (size_t)len);
}


int certificate_make(struct buf *chain, struct buf *key, const char *const *names, size_t count,
		     int64_t from, int64_t until, struct fault *f)
{
	EVP_PKEY *k = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	BIO *cert_out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_secmem());
	bool ok = false;

	if (count && count <= CERTIFICATE_NAMES_MAX && k && x && cert_out && key_out)
		ok = fill(x, k, names, count, from, until) &&
		     PEM_write_bio_X509(cert_out, x) == 1 &&
		     PEM_write_bio_PKCS8PrivateKey(key_out, k, NULL, NULL, 0, NULL, NULL) == 1;
	if (ok) {
		take(chain, cert_out);
		take(key, key_out);
	}
	BIO_free(cert_out);
	BIO_free(key_out);
	X509_free(x);
	EVP_PKEY_free(k);
	ERR_clear_error();
	if (!count || count > CERTIFICATE_NAMES_MAX)
		return fault_set(f, E_RANGE, "A certificate names 1 to %d hosts and addresses.",
				 (int)CERTIFICATE_NAMES_MAX);

	return ok ? 0 : fault_set(f, E_CRYPTO, "The certificate could not be made.");
}
