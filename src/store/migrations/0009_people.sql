-- 0009: people who sign in.  Persons and their offices come of acts; what proves who somebody is
-- (sessions, passkeys, passwords, links, tokens) does not, and never stands in a record.

CREATE TABLE parties_person (
	id            @text PRIMARY KEY,   -- "p" and the act that invited
	party         @text NOT NULL,      -- '': the organisation itself
	name          @text NOT NULL,      -- where its private part is kept: "private/SEQ/name"
	administrator @int8 NOT NULL CHECK (administrator IN (0, 1)),
	passwords     @int8 NOT NULL CHECK (passwords IN (0, 1)),
	state         @text NOT NULL CHECK (state IN ('invited', 'active', 'ended', 'erased')),
	made_at       @int8 NOT NULL,
	enrolled_at   @int8,
	fresh_at      @int8 NOT NULL,      -- what proved the person before does so no longer
	hold_until    @int8,               -- no voting until then
	ended_at      @int8
) @strict;
CREATE INDEX parties_person_party ON parties_person (party, id);

CREATE TABLE parties_seat (
	person @text NOT NULL REFERENCES parties_person (id),
	office @text NOT NULL,
	body   @text NOT NULL,             -- '': not on the staff of a body
	seq    @int8 NOT NULL,
	ended  @int8,                      -- the act that took it back
	PRIMARY KEY (person, office, body, seq)
) @strict;

-- Below: not of the record.  Times are wall clock, also where a demonstration has its own.

CREATE TABLE parties_session (
	hash        @text PRIMARY KEY,     -- SHA-256 of what the browser holds
	person      @text NOT NULL,
	office      @text NOT NULL,
	party       @text,
	body        @text,
	made_at     @int8 NOT NULL,
	seen_at     @int8 NOT NULL,
	verified_at @int8 NOT NULL         -- when the person last proved to be there
) @strict;
CREATE INDEX parties_session_person ON parties_session (person);

CREATE TABLE parties_link (
	hash    @text PRIMARY KEY,
	person  @text NOT NULL,
	made_at @int8 NOT NULL,
	until   @int8 NOT NULL,
	used_at @int8
) @strict;
CREATE INDEX parties_link_person ON parties_link (person);

CREATE TABLE parties_ceremony (
	hash   @text PRIMARY KEY,          -- of the challenge, which is answered once
	what   @text NOT NULL CHECK (what IN ('make', 'get', 'code')),
	person @text,
	secret @blob,                      -- of a code that is being set up
	until  @int8 NOT NULL
) @strict;

CREATE TABLE parties_passkey (
	id       @text PRIMARY KEY,        -- base64url, as browsers give it
	person   @text NOT NULL,
	name     @text NOT NULL,
	alg      @int8 NOT NULL,           -- COSE
	key      @blob NOT NULL,
	counter  @int8 NOT NULL,
	synced   @int8 NOT NULL CHECK (synced IN (0, 1)),
	made_at  @int8 NOT NULL,
	used_at  @int8,
	ended_at @int8
) @strict;
CREATE INDEX parties_passkey_person ON parties_passkey (person);

CREATE TABLE parties_password (
	person  @text PRIMARY KEY,
	hash    @text NOT NULL,            -- Argon2id
	secret  @blob NOT NULL,            -- of the one-time codes (RFC 6238)
	step    @int8 NOT NULL,            -- the last that was used
	made_at @int8 NOT NULL,
	wrong   @int8 NOT NULL,            -- tries since the last right one
	wrong_at @int8 NOT NULL
) @strict;

CREATE TABLE parties_token (
	hash     @text PRIMARY KEY,
	id       @text NOT NULL,
	person   @text NOT NULL,           -- who made it, and answers for it
	office   @text NOT NULL,
	party    @text,
	name     @text NOT NULL,
	kinds    @text NOT NULL,           -- acts it may do, separated by spaces; '': it only reads
	made_at  @int8 NOT NULL,
	until    @int8 NOT NULL,
	used_at  @int8,
	ended_at @int8
) @strict;
CREATE INDEX parties_token_person ON parties_token (person);
