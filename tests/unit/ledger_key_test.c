/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keys: signatures by RFC 8032, files that other tools read and write, public forms. */
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "ledger/key.h"
#include "t.h"

/* RFC 8032 section 7.1, test 1 and test 2. */
#define SEED1 "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUB1  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define SIG1                                                                         \
	"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590" \
	"a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
#define SEED2 "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
#define PUB2  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define SIG2                                                                         \
	"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e" \
	"15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"

/* An unencrypted key as ssh-keygen and sigsum-key write it; made for this test. */
#define SSH_PUB "73ae40a502b283903894e7c6fa3be1f8846f5ad9c9aa13e534e66af8e3dde7b7"
#define SSH_FILE                                                             \
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"                              \
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz\n" \
	"c2gtZWQyNTUxOQAAACBzrkClArKDkDiU58b6O+H4hG9a2cmqE+U05mr4493ntwAA\n" \
	"AIjfJRBe3yUQXgAAAAtzc2gtZWQyNTUxOQAAACBzrkClArKDkDiU58b6O+H4hG9a\n" \
	"2cmqE+U05mr4493ntwAAAEBrwcvsJzCze4qYFZRM2DU6wmfa6HFLSDo4S0btYIGp\n" \
	"gHOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3ee3AAAAAAECAwQF\n"         \
	"-----END OPENSSH PRIVATE KEY-----\n"


/* The PKCS#8 file of a seed, as openssl genpkey writes it. */
static void pkcs8(char *out, size_t size, const char *seed)
{
	char encoded[80];
	uint8_t der[48];

	T_OK(text_unhex(der, 16, "302e020100300506032b657004220420"));
	T_OK(text_unhex(der + 16, 32, seed));
	text_base64(encoded, der, sizeof(der));
	(void)snprintf(out, size,
		       "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", encoded);
}


static struct key *of_seed(const char *seed)
{
	struct key *k = NULL;
	struct fault f = { 0 };
	char text[256];

	pkcs8(text, sizeof(text), seed);
	ck_assert_msg(key_parse(&k, text, strlen(text), &f) == 0, "%s", f.text);

	return k;
}


static void check_vector(const char *seed, const char *pub, const char *want, const char *msg,
			 size_t len)
{
	struct key *k = of_seed(seed);
	char hex[KEY_HEX_SIZE], sig_hex[2 * KEY_SIGNATURE + 1];
	uint8_t sig[KEY_SIGNATURE];

	key_hex(hex, key_public(k));
	T_STR(pub, hex);
	key_sign(sig, k, msg, len);
	text_hex(sig_hex, sig, sizeof(sig));
	T_STR(want, sig_hex);
	T_OK(key_verify(key_public(k), msg, len, sig));
	sig[40] ^= 1;
	T_INT(E_CRYPTO, key_verify(key_public(k), msg, len, sig));
	key_free(k);
}


T(signatures_are_those_of_rfc_8032)
{
	check_vector(SEED1, PUB1, SIG1, "", 0);
	check_vector(SEED2, PUB2, SIG2, "\x72", 1);
}


T(another_message_or_key_does_not_verify)
{
	struct key *a = of_seed(SEED1), *b = of_seed(SEED2);
	uint8_t sig[KEY_SIGNATURE];

	key_sign(sig, a, "act", 3);
	T_OK(key_verify(key_public(a), "act", 3, sig));
	T_INT(E_CRYPTO, key_verify(key_public(a), "acts", 4, sig));
	T_INT(E_CRYPTO, key_verify(key_public(b), "act", 3, sig));
	key_free(a);
	key_free(b);
}


T(a_saved_key_comes_back_and_nobody_else_may_read_it)
{
	struct key *k = NULL, *back = NULL;
	struct fault f = { 0 };
	char path[200];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/recorder.key", t_tmp());
	T_OK(key_generate(&k));
	ck_assert_msg(key_save(k, path, &f) == 0, "%s", f.text);
	T_INT(0, stat(path, &st));
	T_INT(0600, st.st_mode & 07777);
	T_INT(E_EXISTS, key_save(k, path, &f));

	T_OK(key_load(&back, path, &f));
	T_INT(0, memcmp(key_public(k), key_public(back), sizeof(struct public_key)));
	key_free(back);

	T_INT(0, chmod(path, 0640));
	f = (struct fault){ 0 };
	T_INT(E_DENIED, key_load(&back, path, &f));
	ck_assert_ptr_nonnull(strstr(f.text, "0600"));
	T_INT(E_ABSENT, key_load(&back, "/nowhere/at.all", &f));
	T_INT(E_ABSENT, key_save(k, "/nowhere/at.all", &f));
	key_free(k);
}


T(two_generated_keys_differ)
{
	struct key *a = NULL, *b = NULL;

	T_OK(key_generate(&a));
	T_OK(key_generate(&b));
	ck_assert(memcmp(key_public(a), key_public(b), sizeof(struct public_key)) != 0);
	key_free(a);
	key_free(b);
	key_free(NULL);
}


T(a_file_of_ssh_keygen_is_read)
{
	struct key *k = NULL;
	char hex[KEY_HEX_SIZE];

	T_OK(key_parse(&k, SSH_FILE, strlen(SSH_FILE), NULL));
	key_hex(hex, key_public(k));
	T_STR(SSH_PUB, hex);
	key_free(k);
}


static void not_parsed(int want, const char *text, const char *why)
{
	struct key *k = NULL;
	struct fault f = { 0 };

	T_INT(want, key_parse(&k, text, strlen(text), &f));
	ck_assert_ptr_null(k);
	ck_assert_msg(strstr(f.text, why) != NULL, "\"%s\" has not \"%s\"", f.text, why);
}


T(what_is_no_key_is_refused_with_its_reason)
{
	char text[2048], other[512];

	not_parsed(E_SYNTAX, "", "no \"PRIVATE KEY\" block");
	not_parsed(E_SYNTAX, "-----BEGIN PRIVATE KEY-----\n", "no \"PRIVATE KEY\" block");
	not_parsed(E_SYNTAX,
		   "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
		   "-----END ENCRYPTED PRIVATE KEY-----\n",
		   "passphrase");
	not_parsed(E_SYNTAX, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		   "\"CERTIFICATE\"");
	not_parsed(E_SYNTAX, "-----BEGIN PRIVATE KEY-----\nA?AA\n-----END PRIVATE KEY-----\n",
		   "base64");
	not_parsed(E_SYNTAX, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		   "another kind");

	/* Two blocks that are two keys. */
	pkcs8(other, sizeof(other), SEED1);
	(void)snprintf(text, sizeof(text), "%s%s", SSH_FILE, other);
	not_parsed(E_CRYPTO, text, "not one key");
}


/* Change one byte of the decoded OpenSSH block: no such file may be read as another key. */
T(no_damaged_openssh_block_gives_another_key)
{
	static const char head[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
	static const char tail[] = "-----END OPENSSH PRIVATE KEY-----\n";
	uint8_t blob[512];
	char joined[512], encoded[700], text[1024], hex[KEY_HEX_SIZE];
	size_t n = 0, len = sizeof(blob), refused = 0;

	for (const char *s = SSH_FILE + strlen(head); *s != '-'; s++)
		if (*s != '\n')
			joined[n++] = *s;
	T_OK(text_unbase64(blob, &len, joined, n, false));
	for (size_t i = 0; i < len; i++) {
		struct key *k = NULL;

		blob[i] ^= 0x10;
		text_base64(encoded, blob, len);
		(void)snprintf(text, sizeof(text), "%s%s\n%s", head, encoded, tail);
		if (key_parse(&k, text, strlen(text), NULL) == 0) {
			key_hex(hex, key_public(k));
			T_STR(SSH_PUB, hex);
			key_free(k);
		} else {
			refused++;
		}
		blob[i] ^= 0x10;
	}
	/* All but the comment's length and the padding, which hold nothing. */
	ck_assert_uint_ge(refused, len - 10);
}


static void round_trip(const char *text, size_t len, const struct public_key *want)
{
	struct public_key got;

	T_OK(key_public_parse(&got, text, len, NULL));
	T_INT(0, memcmp(want, &got, sizeof(got)));
}


T(public_keys_come_in_three_forms)
{
	struct public_key k;
	char hex[KEY_HEX_SIZE], line[KEY_LINE_SIZE], pem[KEY_PEM_SIZE], text[600];

	T_OK(text_unhex(k.b, sizeof(k.b), SSH_PUB));
	key_hex(hex, &k);
	T_STR(SSH_PUB, hex);
	round_trip(hex, strlen(hex), &k);
	key_line(line, &k, "sigsum key");
	T_STR("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3ee3"
	      " sigsum key",
	      line);
	round_trip(line, strlen(line), &k);
	key_line(line, &k, "");
	round_trip(line, strlen(line), &k);
	key_pem(pem, &k);
	T_STR("-----BEGIN PUBLIC KEY-----\n"
	      "MCowBQYDK2VwAyEAc65ApQKyg5A4lOfG+jvh+IRvWtnJqhPlNOZq+OPd57c=\n"
	      "-----END PUBLIC KEY-----\n",
	      pem);
	round_trip(pem, strlen(pem), &k);
	(void)snprintf(text, sizeof(text), "\n %s \r\n", hex);
	round_trip(text, strlen(text), &k);
}


T(what_is_no_public_key_is_refused)
{
	static const char *const bad[] = {
		"",
		" ",
		"73ae",
		PUB1 "00",
		"zz5a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
		"ssh-ed25519",
		"ssh-ed25519 ",
		"ssh-ed25519 AAAA",
		"ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3ee3",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3e",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3ee3"
		"\nssh-ed25519 AAAA",
		"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\n",
		SSH_FILE,
	};
	struct public_key k;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(key_public_parse(&k, bad[i], strlen(bad[i]), NULL) == E_SYNTAX,
			      "%s", bad[i]);
}


T(a_key_is_named_by_the_hash_of_its_bytes)
{
	struct public_key k;
	struct hash h;
	char hex[KEY_HEX_SIZE];

	T_OK(text_unhex(k.b, sizeof(k.b), SSH_PUB));
	key_hash(&h, &k);
	text_hex(hex, h.b, sizeof(h.b));
	T_STR("b88ebd4d241882260a1485a8f2eb6f2836d65fb0f6ad670aa0a8854e51d367b3", hex);
}

T_MAIN("key", C(signatures_are_those_of_rfc_8032), C(another_message_or_key_does_not_verify),
       C(a_saved_key_comes_back_and_nobody_else_may_read_it), C(two_generated_keys_differ),
       C(a_file_of_ssh_keygen_is_read), C(what_is_no_key_is_refused_with_its_reason),
       C(no_damaged_openssh_block_gives_another_key), C(public_keys_come_in_three_forms),
       C(what_is_no_public_key_is_refused), C(a_key_is_named_by_the_hash_of_its_bytes))
