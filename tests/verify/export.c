/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * export DIR [ACTS]: make a ledger over invented acts and write it as the files that a server
 * would serve, for verifiers that nobody here wrote:
 *
 *	DIR/data                     the data folder: its format, db/comity.sqlite3
 *	DIR/log/checkpoint, DIR/log/tile/...
 *	DIR/record/N.json, N.sigsum-proof, N.tlog-proof
 *	DIR/bundle.tar    records 7, 77 and 150 with their proofs
 *	DIR/keys          the signers of leaves, OpenSSH lines
 *	DIR/all-keys      these and the log
 *	DIR/policy        the log, no witnesses (Sigsum)
 *	DIR/recorder.key  the recorder's private key
 *	DIR/log.vkey, DIR/log.pem, DIR/recorder.pem, DIR/seal.pem
 *	DIR/cosigned.sigsum-proof, cosigned.tlog-proof   of record 1, two witnesses of three
 *	DIR/policy-2of3, policy-3of3    that want so many (Sigsum)
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chronicle.h"
#include "ledger/bundle.h"


static void die(const char *what)
{
	(void)fprintf(stderr, "export: %s\n", what);
	exit(1);
}


/* Write DIR/NAME, making the folders on the way. */
static void put(const char *dir, const char *name, const void *bytes, size_t len)
{
	char path[PATH_MAX];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (char *at = path + strlen(dir); (at = strchr(at + 1, '/'));) {
		*at = '\0';
		(void)mkdir(path, 0755);
		*at = '/';
	}
	f = fopen(path, "wbe");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
		die(path);
}


static void put_text(const char *dir, const char *name, const char *text)
{
	put(dir, name, text, strlen(text));
}


static void put_keys(const char *dir, const struct chronicle *c)
{
	char a[KEY_LINE_SIZE], b[KEY_LINE_SIZE], l[KEY_LINE_SIZE], hex[KEY_HEX_SIZE];
	char pem[KEY_PEM_SIZE], vkey[NOTE_VKEY_SIZE], text[4 * KEY_LINE_SIZE];
	struct note_key log;

	key_line(a, key_public(c->recorder), "recorder");
	key_line(b, key_public(c->seal), "seal");
	key_line(l, key_public(c->log_key), "log");
	(void)snprintf(text, sizeof(text), "%s\n%s\n", a, b);
	put_text(dir, "keys", text);
	(void)snprintf(text, sizeof(text), "%s\n%s\n%s\n", a, b, l);
	put_text(dir, "all-keys", text);
	key_hex(hex, key_public(c->log_key));
	(void)snprintf(text, sizeof(text), "log %s\nquorum none\n", hex);
	put_text(dir, "policy", text);
	checkpoint_key(&log, key_public(c->log_key));
	note_vkey(vkey, &log);
	put_text(dir, "log.vkey", vkey);
	key_pem(pem, key_public(c->log_key));
	put_text(dir, "log.pem", pem);
	key_pem(pem, key_public(c->recorder));
	put_text(dir, "recorder.pem", pem);
	(void)snprintf(text, sizeof(text), "%s/recorder.key", dir);
	if (key_save(c->recorder, text, NULL))
		die(text);
	key_pem(pem, key_public(c->seal));
	put_text(dir, "seal.pem", pem);
}


static void put_tile(const char *dir, struct chronicle *c, const struct tile *t)
{
	char path[TILE_PATH_SIZE], name[TILE_PATH_SIZE + 4];
	struct buf b;

	buf_init(&b, 0);
	if (log_read_tile(&b, c->st, 0, t))
		die("a tile cannot be read");
	tile_path(path, t);
	(void)snprintf(name, sizeof(name), "log/%s", path);
	put(dir, name, b.data, b.len);
	buf_clear(&b);
}


static void put_log(const char *dir, struct chronicle *c)
{
	struct log_info info;
	struct buf b;

	buf_init(&b, 0);
	if (log_info(&info, c->st, 0) || log_read_checkpoint(&b, c->st, 0))
		die("the log cannot be read");
	put(dir, "log/checkpoint", b.data, b.len);
	buf_clear(&b);
	for (int level = TILE_ENTRIES; level < 3; level++) {
		struct tile t = { .level = level };

		while ((t.width = tile_width(level, t.index, info.size)) > 0) {
			put_tile(dir, c, &t);
			t.index++;
		}
	}
}


static void put_record(const char *dir, struct chronicle *c, int64_t seq)
{
	static const char *const suffix[] = { "sigsum-proof", "tlog-proof" };
	char record[CHRONICLE_RECORD_SIZE], name[60];

	chronicle_record(record, seq);
	(void)snprintf(name, sizeof(name), "record/%lld.json", (long long)seq);
	put_text(dir, name, record);
	for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
		struct buf b;

		buf_init(&b, 0);
		if (log_proof(&b, c->st, seq, (enum proof_kind)kind, NULL))
			die("a proof cannot be read");
		(void)snprintf(name, sizeof(name), "record/%lld.%s", (long long)seq,
			       suffix[kind]);
		put(dir, name, b.data, b.len);
		buf_clear(&b);
	}
}


static void put_bundle(const char *dir, struct chronicle *c, int64_t acts)
{
	static const int64_t seqs[] = { 7, 77, 150 };
	char record[CHRONICLE_RECORD_SIZE];
	struct buf b, part[3];

	buf_init(&b, BUNDLE_MAX);
	for (size_t i = 0; i < ARRAY_LEN(seqs) && seqs[i] <= acts; i++) {
		for (int k = 0; k < 3; k++)
			buf_init(&part[k], 0);
		chronicle_record(record, seqs[i]);
		buf_str(&part[0], record);
		if (log_proof(&part[1], c->st, seqs[i], PROOF_SIGSUM, NULL) ||
		    log_proof(&part[2], c->st, seqs[i], PROOF_TLOG, NULL))
			die("a proof cannot be read");
		bundle_add(&b, seqs[i], &part[0], &part[1], &part[2]);
		for (int k = 0; k < 3; k++)
			buf_clear(&part[k]);
	}
	bundle_end(&b);
	put(dir, "bundle.tar", b.data, b.len);
	buf_clear(&b);
}


/* A witness's line under the checkpoint in `note`. */
static void cosign(struct buf *note, struct note_key *out, const struct key *k, int n)
{
	uint8_t line[8 + KEY_SIGNATURE] = { 0, 0, 0, 0, 0x68, 0, 0, (uint8_t)n };
	size_t text = (size_t)(strstr(note->data, "\n\n") + 1 - note->data);
	struct buf message;
	char name[40];

	(void)snprintf(name, sizeof(name), "witness.example/w%d", n);
	if (note_key(out, name, NOTE_COSIGNATURE, key_public(k)))
		die("a witness has no name");
	buf_init(&message, 0);
	checkpoint_cosigned(&message, note->data, text, 0x68000000 + (uint64_t)n);
	key_sign(line + 8, k, message.data, message.len);
	note_sign_line(note, name, out->id, line, sizeof(line));
	buf_clear(&message);
}


static void put_policy(const char *dir, const struct chronicle *c, struct key *const witness[3],
		       int k)
{
	char text[600], name[20], hex[KEY_HEX_SIZE];
	int n;

	key_hex(hex, key_public(c->log_key));
	n = snprintf(text, sizeof(text), "log %s\n", hex);
	for (int i = 0; i < 3; i++) {
		key_hex(hex, key_public(witness[i]));
		n += snprintf(text + n, sizeof(text) - (size_t)n, "witness w%d %s\n", i, hex);
	}
	(void)snprintf(text + n, sizeof(text) - (size_t)n,
		       "group states %d w0 w1 w2\nquorum states\n", k);
	(void)snprintf(name, sizeof(name), "policy-%dof3", k);
	put_text(dir, name, text);
}


/* The proof of record 1 under a checkpoint that two witnesses have signed. */
static void put_cosigned(const char *dir, struct chronicle *c)
{
	static const char *const names[] = { "cosigned.sigsum-proof", "cosigned.tlog-proof" };
	struct key *witness[3] = { NULL };
	struct note_key known[2];
	struct merkle_proof path;
	struct log_info info;
	struct log_source source = { c->st, 1 };
	struct proof_parts parts = { .path = &path, .witnesses = known, .witnesses_count = 2 };
	struct tile_reader *r;
	struct leaf leaf;
	struct buf note, out;
	int64_t log;

	buf_init(&note, 0);
	if (log_find(&log, &parts.index, &leaf, c->st, 1) || log_info(&info, c->st, 0) ||
	    log_read_checkpoint(&note, c->st, 0))
		die("the log cannot be read");
	r = tile_reader_new(info.size, log_fetch, &source);
	if (merkle_inclusion(&path, parts.index, info.size, tile_read, r))
		die("a proof cannot be made");
	tile_reader_free(r);
	for (int i = 0; i < 3; i++)
		if (key_generate(&witness[i]))
			die("no key");
	for (int i = 0; i < 2; i++)
		cosign(&note, &known[i], witness[i], i);
	parts.leaf = &leaf;
	parts.note = note.data;
	parts.note_len = note.len;
	for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
		buf_init(&out, 0);
		if (proof_write(&out, (enum proof_kind)kind, &parts, NULL))
			die("a proof cannot be written");
		put(dir, names[kind], out.data, out.len);
		buf_clear(&out);
	}
	put_policy(dir, c, witness, 2);
	put_policy(dir, c, witness, 3);
	for (int i = 0; i < 3; i++)
		key_free(witness[i]);
	buf_clear(&note);
}


int main(int argc, char **argv)
{
	long acts = argc > 2 ? strtol(argv[2], NULL, 10) : 300;
	char where[PATH_MAX];
	struct chronicle *c;

	if (argc < 2 || acts < 1)
		die("usage: export DIR [ACTS]");
	(void)mkdir(argv[1], 0755);
	put_text(argv[1], "data/db/keep", "");
	put_text(argv[1], "data/format", "comity data 1\ndemo\n");
	(void)snprintf(where, sizeof(where), "%s/data/db/comity.sqlite3", argv[1]);
	c = chronicle_new(where);
	for (long done = 0; done < acts; done += 100) {
		chronicle_acts(c, acts - done < 100 ? (size_t)(acts - done) : 100);
		chronicle_sign(c);
	}
	put_keys(argv[1], c);
	put_log(argv[1], c);
	for (int64_t seq = 1; seq <= acts && seq <= 1000; seq++)
		put_record(argv[1], c, seq);
	put_cosigned(argv[1], c);
	put_bundle(argv[1], c, acts);
	chronicle_free(c);

	return 0;
}
