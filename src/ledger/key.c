/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * key.c: one key.  The OpenSSH private key format is that of openssh-portable's
 * PROTOCOL.key: "openssh-key-v1" NUL, cipher, kdf, kdf options, number of keys, public key,
 * private section (two equal check numbers, the key, a comment, padding 1 2 3 ... to 8).
 */
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <errno.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "ledger/key.h"

enum {
	SEED = 32,
	SSH_SEED = 64, /* seed and public half */
	LINE = 70,     /* of base64 in a PEM file */
	DER_PREFIX = 16,
	SPKI_PREFIX = 12,
	KEY_DER = DER_PREFIX + SEED,
	KEY_SPKI = SPKI_PREFIX + KEY_PUBLIC,
	BLOB_MAX = 1024,
	BASE64_MAX = 2048,
	SSH_PUBLIC = 51, /* string "ssh-ed25519", string of 32 bytes */
};

#define SSH_TYPE  "ssh-ed25519"
#define SSH_MAGIC "openssh-key-v1" /* with its NUL */

/* RFC 8410 section 7: version 0, OID 1.3.101.112, an octet string in an octet string. */
static const uint8_t der_prefix[DER_PREFIX] = { 0x30, 0x2e, 2,	  1,	0, 0x30, 5, 6,
						3,    0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20 };
/* RFC 8410 section 4: OID 1.3.101.112, a bit string without unused bits. */
static const uint8_t spki_prefix[SPKI_PREFIX] = { 0x30, 0x2a, 0x30, 5, 6,    3,
						  0x2b, 0x65, 0x70, 3, 0x21, 0 };

struct key {
	EVP_PKEY *pkey;
	struct public_key public;
};


static void must(int ok)
{
	if (ok != 1)
		abort();
}


static struct key *key_of(EVP_PKEY *pkey)
{
	struct key *k = mem_zero(1, sizeof(*k));
	size_t len = sizeof(k->public.b);

	k->pkey = pkey;
	must(EVP_PKEY_get_raw_public_key(pkey, k->public.b, &len));

	return k;
}


static struct key *from_seed(const uint8_t seed[SEED])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SEED);

	must(pkey != NULL);

	return key_of(pkey);
}


int key_generate(struct key **out)
{
	uint8_t *seed = secret_new(SEED);

	rand_bytes(seed, SEED);
	*out = from_seed(seed);
	secret_free(seed, SEED);

	return 0;
}


void key_free(struct key *k)
{
	if (!k)
		return;

	EVP_PKEY_free(k->pkey);
	free(k);
}


const struct public_key *key_public(const struct key *k)
{
	return &k->public;
}


void key_sign(uint8_t out[KEY_SIGNATURE], const struct key *k, const void *message, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t out_len = KEY_SIGNATURE;

	must(ctx != NULL);
	must(EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->pkey));
	must(EVP_DigestSign(ctx, out, &out_len, message, len));
	EVP_MD_CTX_free(ctx);
}


int key_verify(const struct public_key *k, const void *message, size_t len,
	       const uint8_t signature[KEY_SIGNATURE])
{
	EVP_PKEY *pkey =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->b, sizeof(k->b));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ok;

	must(pkey && ctx);
	must(EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey));
	ok = EVP_DigestVerify(ctx, signature, KEY_SIGNATURE, message, len);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);

	return ok == 1 ? 0 : E_CRYPTO;
}


void key_hash(struct hash *out, const struct public_key *k)
{
	digest_of(out->b, k->b, sizeof(k->b));
}

/* Bytes being written; there is always room, by the sizes of what is put in. */
struct out {
	uint8_t *at;
};


static void put(struct out *o, const void *bytes, size_t len)
{
	memcpy(o->at, bytes, len);
	o->at += len;
}


static void put_u32(struct out *o, uint32_t v)
{
	uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
			 (uint8_t)v };

	put(o, b, sizeof(b));
}


static void put_string(struct out *o, const void *bytes, size_t len)
{
	put_u32(o, (uint32_t)len);
	put(o, bytes, len);
}


static void put_ssh_public(struct out *o, const struct public_key *k)
{
	put_string(o, SSH_TYPE, strlen(SSH_TYPE));
	put_string(o, k->b, sizeof(k->b));
}


/* The OpenSSH private key block of a key; returns its length. */
static size_t ssh_private(uint8_t out[BLOB_MAX], const struct public_key *k,
			  const uint8_t seed[SEED])
{
	uint8_t section[256], both[SSH_SEED];
	struct out o = { out }, s = { section };
	uint32_t check;

	rand_bytes(&check, sizeof(check));
	put_u32(&s, check);
	put_u32(&s, check);
	put_ssh_public(&s, k);
	memcpy(both, seed, SEED);
	memcpy(both + SEED, k->b, sizeof(k->b));
	put_string(&s, both, sizeof(both));
	put_string(&s, "", 0);
	for (uint8_t pad = 1; (s.at - section) % 8; pad++)
		put(&s, &pad, 1);

	put(&o, SSH_MAGIC, sizeof(SSH_MAGIC));
	put_string(&o, "none", 4);
	put_string(&o, "none", 4);
	put_string(&o, "", 0);
	put_u32(&o, 1);
	put_u32(&o, SSH_PUBLIC);
	put_ssh_public(&o, k);
	put_string(&o, section, (size_t)(s.at - section));
	explicit_bzero(section, sizeof(section));
	explicit_bzero(both, sizeof(both));

	return (size_t)(o.at - out);
}


/* A PEM block (RFC 7468) at `out`; returns where it ends. */
static char *put_pem(char *out, const char *label, const void *bytes, size_t len)
{
	char *encoded = secret_new(BASE64_MAX);
	size_t n;

	text_base64(encoded, bytes, len);
	n = strlen(encoded);
	out += snprintf(out, KEY_FILE_MAX / 2, "-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < n; i += LINE)
		out += snprintf(out, LINE + 2, "%.*s\n", LINE, encoded + i);
	out += snprintf(out, KEY_FILE_MAX / 2, "-----END %s-----\n", label);
	secret_free(encoded, BASE64_MAX);

	return out;
}


static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(errno);
		text += n;
		len -= (size_t)n;
	}

	return fsync(fd) ? err_errno(errno) : 0;
}


/* The name of a new file is durable once its folder is. */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : mem_str(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	free(folder);
}


int key_save(const struct key *k, const char *path, struct fault *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	uint8_t *seed, *blob;
	char *text, *end;
	size_t len = SEED;
	int err;

	if (fd < 0)
		return fault_set(f, err_errno(errno), "The key file %s cannot be made: %s.",
				 path, strerror(errno));

	seed = secret_new(SEED);
	blob = secret_new(BLOB_MAX);
	text = secret_new(KEY_FILE_MAX);
	must(EVP_PKEY_get_raw_private_key(k->pkey, seed, &len));
	end = put_pem(text, "OPENSSH PRIVATE KEY", blob, ssh_private(blob, &k->public, seed));
	memcpy(blob, der_prefix, DER_PREFIX);
	memcpy(blob + DER_PREFIX, seed, SEED);
	end = put_pem(end, "PRIVATE KEY", blob, KEY_DER);
	err = write_all(fd, text, (size_t)(end - text));
	secret_free(text, KEY_FILE_MAX);
	secret_free(blob, BLOB_MAX);
	secret_free(seed, SEED);

	if (close(fd) && !err)
		err = err_errno(errno);
	if (err) {
		(void)unlink(path);
		return fault_set(f, err, "The key file %s cannot be written: %s.", path,
				 err_text(err));
	}
	sync_folder(path);

	return 0;
}


static struct bytes get_string(struct bytes *in)
{
	return bytes_part(in, bytes_u32(in));
}


static bool get_is(struct bytes *in, const char *want)
{
	struct bytes s = get_string(in);

	return !s.bad && s.left == strlen(want) && memcmp(s.at, want, s.left) == 0;
}


static bool get_public(struct public_key *out, struct bytes *in)
{
	struct bytes s;

	if (!get_is(in, SSH_TYPE))
		return false;
	s = get_string(in);
	if (s.bad || s.left != sizeof(out->b))
		return false;
	memcpy(out->b, s.at, sizeof(out->b));

	return true;
}


static int not_a_key(struct fault *f, const char *why)
{
	return fault_set(f, E_SYNTAX, "This is no Ed25519 private key file: %s.", why);
}


static int check_halves(const struct key *k, const struct public_key *said, struct fault *f)
{
	if (memcmp(k->public.b, said->b, sizeof(said->b)) == 0)
		return 0;

	return fault_set(f, E_CRYPTO, "The halves of this private key file are not one key.");
}


static int read_ssh_private(struct key **out, const uint8_t *blob, size_t len, struct fault *f)
{
	struct bytes in, section, both;
	struct public_key outside, inside;
	const uint8_t *magic;
	struct key *k;
	int err;

	bytes_init(&in, blob, len);
	magic = bytes_take(&in, sizeof(SSH_MAGIC));
	if (!magic || memcmp(magic, SSH_MAGIC, sizeof(SSH_MAGIC)) != 0)
		return not_a_key(f, "the OpenSSH block is damaged");
	if (!get_is(&in, "none") || !get_is(&in, "none") || !get_is(&in, ""))
		return not_a_key(f, "it is encrypted with a passphrase");
	if (bytes_u32(&in) != 1)
		return not_a_key(f, "the OpenSSH block must hold one key");
	section = get_string(&in);
	if (!get_public(&outside, &section))
		return not_a_key(f, "the OpenSSH block holds another kind of key");
	section = get_string(&in);
	if (bytes_u32(&section) != bytes_u32(&section) || !get_public(&inside, &section))
		return not_a_key(f, "the OpenSSH block is damaged");
	both = get_string(&section);
	if (both.bad || both.left != SSH_SEED)
		return not_a_key(f, "the OpenSSH block is damaged");

	k = from_seed(both.at);
	err = check_halves(k, &outside, f);
	if (!err)
		err = check_halves(k, &inside, f);
	memcpy(inside.b, both.at + SEED, sizeof(inside.b));
	if (!err)
		err = check_halves(k, &inside, f);
	if (err) {
		key_free(k);
		return err;
	}
	*out = k;

	return 0;
}


static int read_pkcs8(struct key **out, const uint8_t *blob, size_t len, struct fault *f)
{
	if (len != KEY_DER || memcmp(blob, der_prefix, DER_PREFIX) != 0)
		return not_a_key(f, "the PKCS#8 block holds another kind of key");
	*out = from_seed(blob + DER_PREFIX);

	return 0;
}

/* One PEM block found in a text. */
struct pem {
	char label[32];
	const char *body; /* base64 lines */
	size_t body_len;
	const char *rest; /* after the block */
};


/* The next block from `at`, or false. */
static bool next_pem(struct pem *out, const char *at, const char *end)
{
	static const char begin[] = "-----BEGIN ";
	const char *start = memmem(at, (size_t)(end - at), begin, strlen(begin));
	const char *label, *close;
	char last[64];
	int n;

	if (!start)
		return false;
	label = start + strlen(begin);
	close = memmem(label, (size_t)(end - label), "-----\n", 6);
	if (!close || (size_t)(close - label) >= sizeof(out->label))
		return false;
	memcpy(out->label, label, (size_t)(close - label));
	out->label[close - label] = '\0';
	out->body = close + 6;
	n = snprintf(last, sizeof(last), "-----END %s-----", out->label);
	close = memmem(out->body, (size_t)(end - out->body), last, (size_t)n);
	if (!close)
		return false;
	out->body_len = (size_t)(close - out->body);
	out->rest = close + n;

	return true;
}


/* The bytes of a block; *len is the room and then the bytes. */
static int pem_bytes(uint8_t *out, size_t *len, const struct pem *p)
{
	char *joined = secret_new(KEY_FILE_MAX);
	size_t n = 0;
	int err = E_SYNTAX;

	if (p->body_len < KEY_FILE_MAX) {
		for (size_t i = 0; i < p->body_len; i++)
			if (p->body[i] != '\n' && p->body[i] != '\r')
				joined[n++] = p->body[i];
		err = text_unbase64(out, len, joined, n, false);
	}
	secret_free(joined, KEY_FILE_MAX);

	return err;
}


static int read_block(struct key **out, const struct pem *p, struct fault *f)
{
	size_t len = BLOB_MAX;
	uint8_t *blob;
	int err;

	if (strstr(p->label, "ENCRYPTED"))
		return not_a_key(f, "it is encrypted with a passphrase");

	blob = secret_new(BLOB_MAX);
	if (pem_bytes(blob, &len, p))
		err = not_a_key(f, "its base64 is damaged");
	else if (text_eq(p->label, "OPENSSH PRIVATE KEY"))
		err = read_ssh_private(out, blob, len, f);
	else if (text_eq(p->label, "PRIVATE KEY"))
		err = read_pkcs8(out, blob, len, f);
	else
		err = fault_set(f, E_SYNTAX, "A private key file holds no \"%s\".", p->label);
	secret_free(blob, BLOB_MAX);

	return err;
}


int key_parse(struct key **out, const char *text, size_t len, struct fault *f)
{
	struct key *found = NULL, *k = NULL;
	struct pem p = { .rest = text };
	int err = 0;

	while (!err && next_pem(&p, p.rest, text + len)) {
		err = read_block(&k, &p, f);
		if (!err && found) {
			err = check_halves(found, &k->public, f);
			key_free(k);
		} else if (!err) {
			found = k;
		}
	}
	if (!err && !found)
		err = not_a_key(f, "it has no \"PRIVATE KEY\" block");
	if (err) {
		key_free(found);
		return err;
	}
	*out = found;

	return 0;
}


static int read_file(char *text, size_t *len, int fd)
{
	size_t got = 0;

	while (got < *len) {
		ssize_t n = read(fd, text + got, *len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(errno);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*len = got;

	return 0;
}


int key_load(struct key **out, const char *path, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = KEY_FILE_MAX;
	struct stat st;
	char *text;
	int err;

	if (fd < 0 || fstat(fd, &st)) {
		err = fault_set(f, err_errno(errno), "The key file %s cannot be read: %s.",
				path, strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return err;
	}
	if (st.st_mode & 077) {
		(void)close(fd);
		return fault_set(f, E_DENIED,
				 "The key file %s can be read by others; make it mode 0600.",
				 path);
	}

	text = secret_new(KEY_FILE_MAX);
	err = read_file(text, &len, fd);
	(void)close(fd);
	if (err)
		err = fault_set(f, err, "The key file %s cannot be read.", path);
	else if (len == KEY_FILE_MAX)
		err = fault_set(f, E_TOOBIG, "The key file %s is too large.", path);
	else
		err = key_parse(out, text, len, f);
	secret_free(text, KEY_FILE_MAX);
	if (err)
		fault_at(f, path, 0, 0);

	return err;
}


void key_hex(char out[KEY_HEX_SIZE], const struct public_key *k)
{
	text_hex(out, k->b, sizeof(k->b));
}


void key_line(char out[KEY_LINE_SIZE], const struct public_key *k, const char *comment)
{
	uint8_t blob[SSH_PUBLIC];
	char encoded[(SSH_PUBLIC + 2) / 3 * 4 + 1];
	struct out o = { blob };

	put_ssh_public(&o, k);
	text_base64(encoded, blob, sizeof(blob));
	(void)snprintf(out, KEY_LINE_SIZE, "%s %s%s%s", SSH_TYPE, encoded, *comment ? " " : "",
		       comment);
}


void key_pem(char out[KEY_PEM_SIZE], const struct public_key *k)
{
	uint8_t der[KEY_SPKI];
	char encoded[(KEY_SPKI + 2) / 3 * 4 + 1];

	memcpy(der, spki_prefix, SPKI_PREFIX);
	memcpy(der + SPKI_PREFIX, k->b, sizeof(k->b));
	text_base64(encoded, der, sizeof(der));
	(void)snprintf(out, KEY_PEM_SIZE,
		       "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", encoded);
}


static bool parse_pem(struct public_key *out, const char *text, size_t len)
{
	uint8_t der[KEY_SPKI];
	size_t der_len = sizeof(der);
	struct pem p;

	if (!next_pem(&p, text, text + len) || p.rest != text + len ||
	    !text_eq(p.label, "PUBLIC KEY") || pem_bytes(der, &der_len, &p) ||
	    der_len != sizeof(der) || memcmp(der, spki_prefix, SPKI_PREFIX) != 0)
		return false;
	memcpy(out->b, der + SPKI_PREFIX, sizeof(out->b));

	return true;
}


static bool parse_line(struct public_key *out, const char *text, size_t len)
{
	const char *at = text + strlen(SSH_TYPE) + 1, *end;
	uint8_t blob[SSH_PUBLIC];
	size_t blob_len = sizeof(blob);
	struct bytes in;

	if (memchr(text, '\n', len))
		return false;
	end = memchr(at, ' ', (size_t)(text + len - at));
	if (!end)
		end = text + len;
	if (text_unbase64(blob, &blob_len, at, (size_t)(end - at), false))
		return false;
	bytes_init(&in, blob, blob_len);

	return get_public(out, &in) && bytes_end(&in);
}


static bool parse_hex(struct public_key *out, const char *text, size_t len)
{
	char hex[KEY_HEX_SIZE] = "";

	if (len != KEY_HEX_SIZE - 1)
		return false;
	memcpy(hex, text, len);

	return text_unhex(out->b, sizeof(out->b), hex) == 0;
}


static bool white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}


int key_public_parse(struct public_key *out, const char *text, size_t len, struct fault *f)
{
	bool ok;

	while (len && white(*text)) {
		text++;
		len--;
	}
	while (len && white(text[len - 1]))
		len--;

	if (len > strlen(SSH_TYPE) && memcmp(text, SSH_TYPE " ", strlen(SSH_TYPE) + 1) == 0)
		ok = parse_line(out, text, len);
	else if (len > 5 && memcmp(text, "-----", 5) == 0)
		ok = parse_pem(out, text, len);
	else
		ok = parse_hex(out, text, len);

	return ok ? 0
		  : fault_set(
			    f, E_SYNTAX,
			    "This is no Ed25519 public key: it should be 64 hexadecimal digits, "
			    "an \"ssh-ed25519\" line, a \"PUBLIC KEY\" PEM block or a vkey.");
}
