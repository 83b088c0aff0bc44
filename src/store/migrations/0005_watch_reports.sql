-- 0005: figures reported by the parties, in two times; findings about their quality.
-- Days are counted from 1970-01-01.  A report proposes its figures where a second person must
-- confirm; a figure stands in watch_cell from the act that recorded it.  Nothing is deleted.

CREATE TABLE watch_place (
	party      @text NOT NULL,
	area       @text NOT NULL,     -- '': the party as a whole
	name       @text,              -- JSON by language
	code       @text,
	aliases    @text NOT NULL,     -- JSON
	population @int8,
	latitude   @real,
	longitude  @real,
	seq        @int8 NOT NULL,
	PRIMARY KEY (party, area)
) @strict;

CREATE TABLE watch_series (
	id        @id,
	party     @text NOT NULL,
	area      @text NOT NULL,
	indicator @text NOT NULL,
	UNIQUE (party, area, indicator)
) @strict;

CREATE TABLE watch_cell (
	series @int8 NOT NULL,
	day    @int8 NOT NULL,
	seq    @int8 NOT NULL,         -- the act since which it stands
	value  @int8,
	whole  @int8,
	state  @text CHECK (state IN ('not-reported', 'not-available')),
	PRIMARY KEY (series, day, seq)
) @clustered;

CREATE TABLE watch_report (
	id      @id,
	party   @text NOT NULL,
	at      @int8 NOT NULL,
	state   @text NOT NULL CHECK (state IN ('recorded', 'proposed', 'confirmed', 'rejected')),
	cells   @int8 NOT NULL,
	changed @int8 NOT NULL,
	first   @int8,
	last    @int8,
	share   @real,
	source  @text,
	reason  @text,
	note    @text,
	person  @text,
	office  @text,
	stands_seq @int8,              -- since which act its figures stand
	stands_at  @int8,
	second_person @text,
	second_office @text,
	answer     @text,
	settled_at @int8
) @strict;
CREATE INDEX watch_report_stands ON watch_report (stands_at, stands_seq);
CREATE UNIQUE INDEX watch_report_act ON watch_report (stands_seq);
CREATE INDEX watch_report_party ON watch_report (party, id);

CREATE TABLE watch_proposed (
	report @int8 NOT NULL REFERENCES watch_report (id),
	series @int8 NOT NULL,
	day    @int8 NOT NULL,
	value  @int8,
	whole  @int8,
	state  @text,
	PRIMARY KEY (report, series, day)
) @clustered;

CREATE TABLE watch_finding (
	id        @id,
	party     @text NOT NULL,
	area      @text NOT NULL,
	indicator @text,
	kind      @text NOT NULL,
	day       @int8 NOT NULL,
	last      @int8,
	value     @int8,
	expected  @int8,
	at        @int8 NOT NULL,
	report    @int8,
	state     @text NOT NULL,
	text      @text,
	settled_at @int8
) @strict;
CREATE INDEX watch_finding_of ON watch_finding (party, kind, state);
