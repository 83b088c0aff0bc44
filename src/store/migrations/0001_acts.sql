-- 0001: the acts, the charter versions they were judged by, and the ledger over them.
-- Times are milliseconds since 1970-01-01T00:00:00Z.

-- Every act that was judged, done or refused.  seq is the act counter.
CREATE TABLE act_record (
	seq     @id,
	id      @text NOT NULL UNIQUE, -- chosen by the client
	kind    @text NOT NULL,
	subject @text NOT NULL,        -- "party/uz", "instrument/third-protocol"
	at      @int8 NOT NULL,
	person  @text,                 -- null: the machine (a due time)
	office  @text,
	party   @text,
	done    @int8 NOT NULL CHECK (done IN (0, 1)),
	code    @text,                 -- of a refusal
	rule    @text,
	see     @text NOT NULL,        -- who may see it: act/seat.h
	request @blob NOT NULL,        -- SHA-256 of what was asked, to know the same act again
	record  @text                  -- the canonical record that the leaf commits to; null: erased
) @strict;
CREATE INDEX act_record_subject ON act_record (subject, done, seq);

-- The parts of a body that the law may order to be erased; the record holds their digests.
CREATE TABLE act_private (
	seq   @int8 NOT NULL REFERENCES act_record (seq),
	field @text NOT NULL,
	nonce @text NOT NULL,
	value @text,                   -- null: erased
	PRIMARY KEY (seq, field)
) @strict;

-- Attempts without a right; not part of the record, kept for a limited time.
CREATE TABLE act_security (
	n       @id,
	at      @int8 NOT NULL,
	person  @text,
	office  @text,
	party   @text,
	what    @text NOT NULL,
	subject @text
) @strict;

-- Versions of the charter: judged by the one with the greatest effective_at not after the act.
CREATE TABLE act_charter (
	seq          @id,              -- the act that brought it
	hash         @text NOT NULL,
	effective_at @int8 NOT NULL,
	text         @text NOT NULL
) @strict;

-- One row per log of this ledger: a restored backup begins a new one (architecture.md).
CREATE TABLE ledger_log (
	log    @id,                    -- 1, 2, ...
	origin @text NOT NULL UNIQUE,
	key    @blob NOT NULL,         -- Ed25519 public key, 32 bytes
	opened @int8 NOT NULL,
	prior  @text                   -- the checkpoint that leaf 0 commits to; null: the first log
) @strict;

-- The public keys that sign leaves; a leaf names its key by hash.
CREATE TABLE ledger_key (
	hash  @blob NOT NULL,          -- SHA-256 of the key
	key   @blob NOT NULL,          -- Ed25519, 32 bytes
	name  @text NOT NULL,          -- "recorder", "seal-<party>"
	since @int8 NOT NULL,
	PRIMARY KEY (hash)
) @strict;

-- Leaves in order; leaf is 128 bytes (Sigsum), hash its RFC 6962 leaf hash.
CREATE TABLE ledger_leaf (
	log   @int8 NOT NULL REFERENCES ledger_log (log),
	idx   @int8 NOT NULL,
	seq   @int8,                   -- of the act; null for the first leaf of a later log
	leaf  @blob NOT NULL,
	hash  @blob NOT NULL,
	PRIMARY KEY (log, idx)
) @strict;
CREATE INDEX ledger_leaf_seq ON ledger_leaf (seq);

-- Hashes of full tiles: level 1 holds the roots of 256 leaves, level 2 of 65,536, ...
CREATE TABLE ledger_node (
	log   @int8 NOT NULL REFERENCES ledger_log (log),
	level @int8 NOT NULL,
	idx   @int8 NOT NULL,
	hash  @blob NOT NULL,
	PRIMARY KEY (log, level, idx)
) @strict;

-- Signed checkpoints, in order of size.
CREATE TABLE ledger_checkpoint (
	log  @int8 NOT NULL REFERENCES ledger_log (log),
	size @int8 NOT NULL,
	at   @int8 NOT NULL,
	note @text NOT NULL,           -- the signed note as served
	PRIMARY KEY (log, size)
) @strict;
