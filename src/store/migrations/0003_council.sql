-- 0003: the depositary's register of instruments; agenda items as far as the gate needs them.

CREATE TABLE council_instrument (
	id         @text PRIMARY KEY,
	type       @text NOT NULL,
	package    @text,
	title      @text NOT NULL,     -- JSON by language
	state      @text NOT NULL CHECK (state IN ('negotiated', 'adopted', 'open-for-signature',
	                                 'awaiting-deposits', 'in-force', 'amended', 'terminated')),
	signed     @text,
	place      @text,              -- JSON by language
	adopted    @text,
	in_force   @text,              -- confirmed
	terminated @text,
	reason     @text,
	seq        @int8 NOT NULL
) @strict;

CREATE TABLE council_signatory (
	instrument @text NOT NULL REFERENCES council_instrument (id),
	party      @text NOT NULL,
	signed     @text,
	PRIMARY KEY (instrument, party)
) @strict;

CREATE TABLE council_text (
	instrument @text NOT NULL REFERENCES council_instrument (id),
	language   @text NOT NULL,
	seq        @int8 NOT NULL,
	digest     @text NOT NULL,
	authentic  @int8 NOT NULL,
	at         @int8 NOT NULL,
	PRIMARY KEY (instrument, language, seq)
) @strict;

CREATE TABLE council_stage (
	instrument @text NOT NULL REFERENCES council_instrument (id),
	party      @text NOT NULL,
	stage      @text NOT NULL,
	seq        @int8 NOT NULL,
	date       @text,
	reference  @text,
	PRIMARY KEY (instrument, party, stage, seq)
) @strict;

CREATE TABLE council_deposit (
	instrument  @text NOT NULL REFERENCES council_instrument (id),
	party       @text NOT NULL,
	seq         @int8 NOT NULL,
	kind        @text NOT NULL,
	received    @text NOT NULL,
	withdrawn   @text,
	text        @text,
	scan        @text,
	signed_by   @text,
	reservation @text,
	notice_year   @int8,
	notice_number @int8,
	PRIMARY KEY (instrument, party, seq)
) @strict;

-- The depositary's letters about deposits that were refused.
CREATE TABLE council_held (
	act    @id,
	letter @text NOT NULL,
	note   @text,
	at     @int8 NOT NULL
) @strict;

CREATE TABLE council_rectification (
	act        @id,
	instrument @text NOT NULL REFERENCES council_instrument (id),
	language   @text NOT NULL,
	digest     @text NOT NULL,
	error      @text NOT NULL,
	until      @text NOT NULL,
	confirmed  @int8
) @strict;

CREATE TABLE council_objection (
	seq        @id,
	instrument @text NOT NULL REFERENCES council_instrument (id),
	to_act     @int8 NOT NULL,
	party      @text NOT NULL,
	text       @text NOT NULL
) @strict;

CREATE TABLE council_agenda (
	id      @id,
	body    @text NOT NULL,
	title   @text NOT NULL,
	purpose @text NOT NULL,
	status  @text,
	party   @text,
	at      @int8 NOT NULL
) @strict;

-- What other modules may read.
CREATE VIEW council_pub_in_force AS SELECT id, type, in_force FROM council_instrument;
CREATE VIEW council_pub_ratified AS
	SELECT DISTINCT instrument, party FROM council_stage WHERE stage = 'ratified';
CREATE VIEW council_pub_deposit AS
	SELECT instrument, party, received FROM council_deposit WHERE withdrawn IS NULL;
CREATE VIEW council_pub_signatory AS SELECT instrument, party FROM council_signatory;
