/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/note.h"

#define DASH "\xe2\x80\x94 " /* U+2014, a space */

enum {
	DASH_LEN = 4,
	ID_LEN = 4,
	ID_HEX = 8,
	ML_DSA_PUBLIC = 1312,
};


/* The length of the Unicode White_Space character that s begins with, or 0. */
static size_t space_at(const char *s)
{
	static const char *const spaces[] = {
		"\t",		"\n",		"\v",
		"\f",		"\r",		" ",
		"\xc2\x85",	"\xc2\xa0",	"\xe1\x9a\x80",
		"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80",
	};

	for (size_t i = 0; i < ARRAY_LEN(spaces); i++)
		if (text_starts(s, spaces[i]))
			return strlen(spaces[i]);

	/* U+2000 to U+200A */
	return text_starts(s, "\xe2\x80") && (uint8_t)s[2] >= 0x80 && (uint8_t)s[2] <= 0x8a ? 3
											    : 0;
}


bool note_name_valid(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= NOTE_NAME_SIZE || !text_utf8(name, len))
		return false;
	for (const char *s = name; *s; s++)
		if (*s == '+' || (uint8_t)*s < ' ' || space_at(s))
			return false;

	return true;
}


static uint32_t key_id(const char *name, enum note_type type, const struct public_key *key)
{
	uint8_t tail[2 + KEY_PUBLIC] = { '\n', (uint8_t)type };
	uint8_t d[DIGEST_SIZE];

	memcpy(tail + 2, key->b, sizeof(key->b));
	digest_of_two(d, name, strlen(name), tail, sizeof(tail));

	return (uint32_t)d[0] << 24 | (uint32_t)d[1] << 16 | (uint32_t)d[2] << 8 | d[3];
}


int note_key(struct note_key *out, const char *name, enum note_type type,
	     const struct public_key *key)
{
	if (!note_name_valid(name))
		return E_SYNTAX;

	*out = (struct note_key){ .type = type, .key = *key };
	(void)text_copy(out->name, sizeof(out->name), name);
	out->id = key_id(name, type, key);

	return 0;
}


void note_vkey(char out[NOTE_VKEY_SIZE], const struct note_key *key)
{
	uint8_t raw[1 + KEY_PUBLIC];
	char encoded[(sizeof(raw) + 2) / 3 * 4 + 1];

	raw[0] = (uint8_t)key->type;
	memcpy(raw + 1, key->key.b, sizeof(key->key.b));
	text_base64(encoded, raw, sizeof(raw));
	(void)snprintf(out, NOTE_VKEY_SIZE, "%s+%08x+%s", key->name, key->id, encoded);
}


static int no_vkey(struct fault *f, const char *why)
{
	return fault_set(f, E_SYNTAX, "This is no verifier key: %s.", why);
}


/* "<name>+<id>+<base64>" cut at its two first plus signs; the base64 may have more. */
static const char *cut(char name[NOTE_NAME_SIZE], uint8_t id[ID_LEN], const char *s)
{
	const char *plus = strchr(s, '+');
	char hex[ID_HEX + 1] = "";

	if (!plus || plus - s >= NOTE_NAME_SIZE)
		return NULL;
	memcpy(name, s, (size_t)(plus - s));
	name[plus - s] = '\0';
	(void)text_copy(hex, sizeof(hex), plus + 1);
	if (strlen(hex) != ID_HEX || text_unhex(id, ID_LEN, hex) || plus[1 + ID_HEX] != '+')
		return NULL;

	return plus + 2 + ID_HEX;
}


int note_vkey_parse(struct note_key *out, const char *s, struct fault *f)
{
	uint8_t id[ID_LEN], raw[1 + ML_DSA_PUBLIC];
	char name[NOTE_NAME_SIZE];
	size_t len = sizeof(raw);
	struct public_key key;
	const char *encoded = cut(name, id, s);
	uint32_t want;

	if (!encoded || !note_name_valid(name))
		return no_vkey(f, "it should be NAME+KEYID+KEY");
	if (text_unbase64(raw, &len, encoded, strlen(encoded), false) || len == 0)
		return no_vkey(f, "its last part is not base64");
	if (raw[0] != NOTE_ED25519 && raw[0] != NOTE_COSIGNATURE)
		return fault_set(
			f, E_RANGE,
			"Keys of type %u are not verified here; 1 and 4 (Ed25519) are.",
			raw[0]);
	if (len != 1 + KEY_PUBLIC)
		return no_vkey(f, "its key has not the 32 bytes of Ed25519");

	memcpy(key.b, raw + 1, sizeof(key.b));
	want = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	if (note_key(out, name, raw[0], &key) || out->id != want)
		return no_vkey(f, "its key id is not that of its name and key");

	return 0;
}


static int bad(struct fault *f, int line, const char *why)
{
	fault_at(f, NULL, line, 1);

	return fault_set(f, E_SYNTAX, "This is no signed note: %s.", why);
}


/* Where the text ends: after the last blank line's first newline; 0 when there is none. */
static size_t text_end(const char *s, size_t len)
{
	for (size_t i = len; i >= 2; i--)
		if (s[i - 1] == '\n' && s[i - 2] == '\n')
			return i - 1;

	return 0;
}


static int lines_in(const char *s, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';

	return n;
}


/* One signature line, without its newline. */
static bool parse_line(struct note_signature *out, struct arena *a, const char *s, size_t len)
{
	const char *name = s + DASH_LEN, *space;
	size_t room = len;
	uint8_t *raw;

	if (len < DASH_LEN || memcmp(s, DASH, DASH_LEN) != 0)
		return false;
	space = memchr(name, ' ', len - DASH_LEN);
	if (!space)
		return false;
	out->name = arena_strn(a, name, (size_t)(space - name));
	raw = arena_take(a, len);
	if (!note_name_valid(out->name) ||
	    text_unbase64(raw, &room, space + 1, (size_t)(s + len - space - 1), false) ||
	    room <= ID_LEN)
		return false;
	out->id = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 |
		  raw[3];
	out->bytes = raw + ID_LEN;
	out->len = room - ID_LEN;

	return true;
}


int note_parse(struct note *out, struct arena *a, const char *s, size_t len, struct fault *f)
{
	const char *at, *end = s + len;
	int line;

	*out = (struct note){ 0 };
	if (len > NOTE_MAX)
		return fault_set(f, E_TOOBIG, "A signed note has at most %d bytes.", NOTE_MAX);
	if (!text_utf8(s, len))
		return bad(f, 1, "it is not UTF-8");
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)s[i] < ' ' && s[i] != '\n')
			return bad(f, lines_in(s, i) + 1, "it has a control character");
	if (len == 0 || end[-1] != '\n')
		return bad(f, lines_in(s, len) + 1, "its last line has no end");

	out->text = s;
	out->text_len = text_end(s, len);
	if (out->text_len == 0)
		return bad(f, 1, "no blank line stands before signatures");
	line = lines_in(s, out->text_len) + 2;
	for (at = s + out->text_len + 1; at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (out->count == NOTE_SIGNATURES)
			return bad(f, line, "it has too many signatures");
		if (!parse_line(&out->signature[out->count++], a, at, (size_t)(stop - at)))
			return bad(f, line, "this is no signature line");
		at = stop + 1;
	}
	if (out->count == 0)
		return bad(f, line, "it has no signature");

	return 0;
}


void note_sign_line(struct buf *b, const char *name, uint32_t id, const void *signature,
		    size_t len)
{
	size_t raw_len = ID_LEN + len;
	uint8_t *raw = mem_alloc(raw_len);
	char *encoded = mem_alloc((raw_len + 2) / 3 * 4 + 1);

	raw[0] = (uint8_t)(id >> 24);
	raw[1] = (uint8_t)(id >> 16);
	raw[2] = (uint8_t)(id >> 8);
	raw[3] = (uint8_t)id;
	memcpy(raw + ID_LEN, signature, len);
	text_base64(encoded, raw, raw_len);
	buf_printf(b, DASH "%s %s\n", name, encoded);
	free(encoded);
	free(raw);
}


const struct note_signature *note_find(const struct note *n, const char *name, uint32_t id)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->signature[i].id == id && text_eq(n->signature[i].name, name))
			return &n->signature[i];

	return NULL;
}


int note_verify(const struct note *n, const struct note_key *key)
{
	const struct note_signature *s = note_find(n, key->name, key->id);

	if (!s)
		return E_ABSENT;
	if (key->type != NOTE_ED25519 || s->len != KEY_SIGNATURE)
		return E_CRYPTO;

	return key_verify(&key->key, n->text, n->text_len, s->bytes);
}
