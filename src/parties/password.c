/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/rand.h"
#include "parties/password.h"

enum {
	OPS = 2,
	MEMORY = 19 << 20,
};

static atomic_flag busy = ATOMIC_FLAG_INIT;

/* Of no password anybody knows, and as much work as any other. */
static const char nobodys[PASSWORD_HASH_SIZE] =
	"$argon2id$v=19$m=19456,t=2,p=1$evylHrbs1kl8fjyOiz9kSQ"
	"$Nq8jGtsBScvGls1f06Kjm/2h3dGsAUbkyfGHjnQzwCU";


static int enter(struct fault *f)
{
	if (sodium_init() < 0)
		return E_CRYPTO;
	if (atomic_flag_test_and_set(&busy))
		return fault_set(f, E_RATE, "Another password is being looked at; try again.");

	return 0;
}


static void leave(void)
{
	atomic_flag_clear(&busy);
}


/* Characters of UTF-8: bytes that do not continue one. */
static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;

	return n;
}


int password_hash(char out[PASSWORD_HASH_SIZE], const char *password, struct fault *f)
{
	size_t n = characters(password);
	int err;

	_Static_assert((int)PASSWORD_HASH_SIZE >= (int)crypto_pwhash_STRBYTES,
		       "room for a hash");
	if (n < PASSWORD_MIN || n > PASSWORD_MAX)
		return fault_set(f, E_RANGE, "A password has %d to %d characters.",
				 PASSWORD_MIN, PASSWORD_MAX);
	err = enter(f);
	if (err)
		return err;
	if (crypto_pwhash_str(out, password, strlen(password), OPS, MEMORY))
		err = E_NOMEM;
	leave();

	return err;
}


int password_check(const char *hash, const char *password, struct fault *f)
{
	int err = strlen(password) > (size_t)PASSWORD_MAX * 4 ? E_CRYPTO : enter(f);

	if (err)
		return err;
	if (crypto_pwhash_str_verify(hash ? hash : nobodys, password, strlen(password)) ||
	    !hash)
		err = E_CRYPTO;
	leave();

	return err;
}


uint32_t totp_code(const uint8_t secret[TOTP_SECRET], int64_t step)
{
	uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	size_t at;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret, TOTP_SECRET, counter, sizeof(counter), mac, &len) ||
	    len != 20)
		return UINT32_MAX;
	at = mac[19] & 0x0f;

	return (((uint32_t)(mac[at] & 0x7f) << 24) | ((uint32_t)mac[at + 1] << 16) |
		((uint32_t)mac[at + 2] << 8) | mac[at + 3]) %
	       1000000;
}


bool totp_check(int64_t *step, const uint8_t secret[TOTP_SECRET], const char *code,
		int64_t last, int64_t now)
{
	int64_t middle = now / TOTP_STEP_MS;
	bool found = false;

	if (strlen(code) != 6)
		return false;
	for (int64_t s = middle - 1; s <= middle + 1; s++) {
		char want[16];

		(void)snprintf(want, sizeof(want), "%06u", totp_code(secret, s));
		if (s > last && secret_eq(want, code, 6)) {
			found = true;
			*step = s;
		}
	}

	return found;
}


void totp_text(char out[TOTP_TEXT_SIZE], const uint8_t secret[TOTP_SECRET])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0, count = 0;
	size_t n = 0;

	for (size_t i = 0; i < TOTP_SECRET; i++) {
		bits = bits << 8 | secret[i];
		for (count += 8; count >= 5; count -= 5)
			out[n++] = digits[bits >> (count - 5) & 31];
	}
	out[n] = '\0';
}
