-- 0022: figures that are fetched from the system of a member.  A feed is like a token: no act, but
-- of a person, in whose seat its reports are submitted.  Times are wall clock.

CREATE TABLE watch_feed (
	id        @text PRIMARY KEY,
	party     @text NOT NULL,
	person    @text NOT NULL,      -- who set it, and answers for it
	office    @text NOT NULL,
	name      @text NOT NULL,
	url       @text NOT NULL,
	bearer    @text NOT NULL,      -- sent to the host; '': none
	indicator @text,               -- where the file does not say it
	day_order @text,
	minute    @int8 NOT NULL,      -- of the day, UTC, at which it is fetched
	every     @int8 NOT NULL,      -- hours from one time to the next
	next_at   @int8 NOT NULL,
	tries     @int8 NOT NULL,      -- in vain since the last that came
	made_at   @int8 NOT NULL,
	ended_at  @int8
) @strict;
CREATE INDEX watch_feed_next ON watch_feed (ended_at, next_at);

CREATE TABLE watch_feed_run (
	feed    @text NOT NULL,
	at      @int8 NOT NULL,
	outcome @text NOT NULL,
	text    @text,
	cells   @int8 NOT NULL,
	seq     @int8,                 -- the report
	PRIMARY KEY (feed, at)
) @strict;

CREATE TABLE watch_feed_problem (
	feed    @text NOT NULL,
	at      @int8 NOT NULL,
	number  @int8 NOT NULL,
	blocks  @int8 NOT NULL,
	line    @int8,                 -- none: the file as a whole
	col     @text,                 -- as spreadsheets name it
	heading @text,
	text    @text NOT NULL,
	PRIMARY KEY (feed, at, number)
) @strict;
