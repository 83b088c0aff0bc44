-- 0002: parties, facts, statuses, offices; numbered notices.
-- Dates are texts YYYY-MM-DD (or YYYY-MM, YYYY where the charter knew no more) in the zone of
-- the seat; a "to" date is the first day after.  Texts by language are JSON {"en": "..."}.
-- Nothing is deleted.

CREATE TABLE act_notice (
	year    @int8 NOT NULL,
	number  @int8 NOT NULL,
	seq     @int8 NOT NULL,        -- the act it tells of
	at      @int8 NOT NULL,
	kind    @text NOT NULL,
	subject @text NOT NULL,
	PRIMARY KEY (year, number)
) @strict;
CREATE TABLE act_notice_to (
	year        @int8 NOT NULL,
	number      @int8 NOT NULL,
	party       @text NOT NULL,
	received_at @int8,
	PRIMARY KEY (year, number, party)
) @strict;

CREATE TABLE act_charter_proposal (
	seq          @id,
	hash         @text NOT NULL,
	text         @text NOT NULL,
	effective_at @int8,
	instrument   @text,
	adopted      @int8             -- the act that adopted it
) @strict;

-- What bodies decided, with each party's position.
CREATE TABLE act_decision (
	seq     @id,
	body    @text NOT NULL,
	about   @text NOT NULL,        -- "file/12", "party/ol", "charter/7"
	what    @text NOT NULL,        -- propose, grant, refuse, suspend, resume, end, judge, adopt
	rule    @text NOT NULL,
	outcome @text NOT NULL,
	date    @text NOT NULL
) @strict;
CREATE INDEX act_decision_about ON act_decision (about, seq);
CREATE TABLE act_position (
	seq      @int8 NOT NULL REFERENCES act_decision (seq),
	party    @text NOT NULL,
	position @text NOT NULL,
	text     @text,
	PRIMARY KEY (seq, party)
) @strict;

CREATE TABLE parties_party (
	id   @text PRIMARY KEY,
	kind @text NOT NULL,
	code @text
) @strict;

CREATE TABLE parties_name (
	party     @text NOT NULL REFERENCES parties_party (id),
	from_date @text NOT NULL,      -- '' for the first name
	name      @text NOT NULL,
	short     @text NOT NULL,
	PRIMARY KEY (party, from_date)
) @strict;

CREATE TABLE parties_status (
	party     @text NOT NULL REFERENCES parties_party (id),
	from_date @text NOT NULL,
	status    @text NOT NULL,
	to_date   @text,
	reason    @text,
	seq       @int8 NOT NULL,
	PRIMARY KEY (party, from_date)
) @strict;

CREATE TABLE parties_suspension (
	party     @text NOT NULL REFERENCES parties_party (id),
	from_date @text NOT NULL,
	to_date   @text,
	reason    @text,
	PRIMARY KEY (party, from_date)
) @strict;

CREATE TABLE parties_fact (
	party  @text NOT NULL REFERENCES parties_party (id),
	fact   @text NOT NULL,
	seq    @int8 NOT NULL,
	value  @int8 NOT NULL CHECK (value IN (0, 1)),
	date   @text NOT NULL,
	until  @text,
	source @text,
	PRIMARY KEY (party, fact, seq)
) @strict;

-- The newest set of a relation counts; parties not in it have none.
CREATE TABLE parties_relation_set (
	party    @text NOT NULL REFERENCES parties_party (id),
	relation @text NOT NULL,
	seq      @int8 NOT NULL,
	date     @text NOT NULL,
	source   @text,
	PRIMARY KEY (party, relation, seq)
) @strict;
CREATE TABLE parties_relation (
	party      @text NOT NULL,
	relation   @text NOT NULL,
	seq        @int8 NOT NULL,
	with_party @text NOT NULL,
	PRIMARY KEY (party, relation, seq, with_party)
) @strict;

CREATE TABLE parties_challenge (
	party     @text NOT NULL REFERENCES parties_party (id),
	fact      @text NOT NULL,
	by_party  @text NOT NULL,
	seq       @int8 NOT NULL,
	reason    @text NOT NULL,
	withdrawn @int8,               -- the act that withdrew it
	PRIMARY KEY (party, fact, by_party, seq)
) @strict;

CREATE TABLE parties_file (
	id           @id,              -- the act that opened it
	party        @text NOT NULL REFERENCES parties_party (id),
	status       @text NOT NULL,
	state        @text NOT NULL CHECK (state IN ('enquiry', 'applied', 'returned', 'examined',
	                                   'proposed', 'granted', 'refused', 'withdrawn')),
	charter      @text NOT NULL,   -- the version under which it began and will finish
	opened_at    @int8 NOT NULL,
	changed_at   @int8 NOT NULL,
	examined_at  @int8,
	letter       @text,
	declarations @text NOT NULL,   -- JSON list of ids
	areas        @text NOT NULL,   -- JSON list
	supporters   @text NOT NULL,   -- JSON list of parties
	note         @text,
	remind       @text
) @strict;
CREATE INDEX parties_file_party ON parties_file (party, id);

CREATE TABLE parties_examination (
	seq   @id,
	file  @int8 NOT NULL REFERENCES parties_file (id),
	at    @int8 NOT NULL,
	cells @text NOT NULL,          -- the criteria table as it stood, JSON
	note  @text
) @strict;

CREATE TABLE parties_judgement (
	file      @int8 NOT NULL REFERENCES parties_file (id),
	criterion @text NOT NULL,
	seq       @int8 NOT NULL,
	answer    @int8 NOT NULL,
	date      @text NOT NULL,
	reasons   @text NOT NULL,
	PRIMARY KEY (file, criterion, seq)
) @strict;

CREATE TABLE parties_review (
	id        @id,
	party     @text NOT NULL REFERENCES parties_party (id),
	status    @text NOT NULL,
	criterion @text NOT NULL,
	opened_at @int8 NOT NULL,
	closed_at @int8,
	outcome   @text
) @strict;

CREATE TABLE parties_withdrawal (
	seq   @id,
	party @text NOT NULL REFERENCES parties_party (id),
	given @text NOT NULL,
	ends  @text NOT NULL,
	note  @text NOT NULL
) @strict;

CREATE TABLE parties_holder (
	office    @text NOT NULL,
	party     @text NOT NULL,      -- '' for an office of the organisation
	from_date @text NOT NULL,
	seq       @int8 NOT NULL,
	to_date   @text,               -- the last day in office
	from_party @text,              -- the party the person comes from
	person    @text,               -- shown name, or "private/SEQ/FIELD"
	acting    @int8 NOT NULL,
	PRIMARY KEY (office, party, from_date, seq)
) @strict;

CREATE TABLE parties_chair (
	body     @text NOT NULL,
	since_at @int8 NOT NULL,
	party    @text NOT NULL,
	seq      @int8 NOT NULL,
	PRIMARY KEY (body, since_at, seq)
) @strict;
