-- 0007: the duty desk: shifts, the log, contacts and calls, situation reports, risks, readiness.
-- Persons appear by office.  Entries are added and corrected by later ones, never changed.

CREATE TABLE watch_shift (
	id        @id,
	opened_at @int8 NOT NULL,
	person    @text,
	office    @text,
	state     @text NOT NULL CHECK (state IN ('open', 'handed-over', 'closed')),
	before    @int8,               -- the shift that handed over to it
	summary   @text,               -- said at the hand-over
	points    @text,               -- JSON: what stays open
	handed_at @int8,
	closed_at @int8
) @strict;

CREATE TABLE watch_log (
	id       @id,
	shift    @int8 NOT NULL REFERENCES watch_shift (id),
	at       @int8 NOT NULL,
	office   @text,
	kind     @text NOT NULL,
	text     @text NOT NULL,
	party    @text,
	corrects @int8
) @strict;

CREATE TABLE watch_contact (
	id      @id,
	party   @text NOT NULL,
	role    @text NOT NULL,
	name    @text NOT NULL,        -- JSON by language
	office  @text NOT NULL,
	phone   @text NOT NULL,
	mail    @text,
	always  @int8 NOT NULL,        -- reached at any hour
	at      @int8 NOT NULL,
	ended_at @int8
) @strict;
CREATE INDEX watch_contact_of ON watch_contact (party, ended_at);

CREATE TABLE watch_round (
	id        @id,
	topic     @text NOT NULL,
	parties   @text NOT NULL,      -- JSON
	opened_at @int8 NOT NULL,
	closed_at @int8,
	outcome   @text
) @strict;

CREATE TABLE watch_call (
	id       @id,
	at       @int8 NOT NULL,
	party    @text NOT NULL,
	contact  @int8,
	round    @int8,
	kind     @text NOT NULL,       -- test, call
	reached  @int8 NOT NULL,
	whom     @text,
	topic    @text,
	note     @text,
	follow_up @text,
	office   @text
) @strict;
CREATE INDEX watch_call_round ON watch_call (round, party);
CREATE INDEX watch_call_contact ON watch_call (contact, id);

-- Numbered from 1 in each year; each names the one before.
CREATE TABLE watch_sitrep (
	id      @id,
	year    @int8 NOT NULL,
	number  @int8 NOT NULL,
	before  @int8,
	corrects @int8,
	at      @int8 NOT NULL,
	kind    @text NOT NULL,
	title   @text NOT NULL,
	text    @text NOT NULL,
	first   @int8,
	last    @int8,
	office  @text,
	UNIQUE (year, number)
) @strict;

CREATE TABLE watch_source (
	sitrep    @int8 NOT NULL REFERENCES watch_sitrep (id),
	number    @int8 NOT NULL,
	source    @text NOT NULL,
	says      @text NOT NULL,
	party     @text,
	indicator @text,
	day       @int8,
	value     @int8,
	reported  @int8,               -- what the member had reported by then
	PRIMARY KEY (sitrep, number)
) @strict;

CREATE TABLE watch_risk (
	id     @id,
	title  @text NOT NULL,
	text   @text NOT NULL,
	owner  @text NOT NULL,
	party  @text,
	at     @int8 NOT NULL,
	closed_at @int8
) @strict;

CREATE TABLE watch_review (
	risk   @int8 NOT NULL REFERENCES watch_risk (id),
	seq    @int8 NOT NULL,
	at     @int8 NOT NULL,
	likelihood  @int8 NOT NULL,
	consequence @int8 NOT NULL,
	text   @text NOT NULL,
	next   @text NOT NULL,
	office @text,
	PRIMARY KEY (risk, seq)
) @strict;

CREATE TABLE watch_standby (
	id       @id,
	topic    @text NOT NULL,
	scope    @text NOT NULL,
	with_whom @text,
	since    @text NOT NULL,
	at       @int8 NOT NULL,
	state    @text NOT NULL CHECK (state IN ('declared', 'activated', 'released')),
	activated_on @text,
	released_on  @text,
	reason   @text
) @strict;
