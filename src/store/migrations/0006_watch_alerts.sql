-- 0006: thresholds, signals that join alerts, and crisis levels.  Nothing is deleted.

CREATE TABLE watch_threshold (
	party     @text NOT NULL,      -- '': every party
	indicator @text NOT NULL,      -- '': every indicator counted by day
	rule      @text NOT NULL,
	seq       @int8 NOT NULL,      -- the last one counts
	enabled   @int8 NOT NULL CHECK (enabled IN (0, 1)),
	baseline  @int8 NOT NULL,
	alpha     @real NOT NULL,
	least     @real NOT NULL,
	above     @real NOT NULL,
	days      @int8 NOT NULL,
	flagged   @int8 NOT NULL,      -- days of the replay before it was saved
	vain      @int8 NOT NULL,
	reason    @text NOT NULL,
	office    @text,
	at        @int8 NOT NULL,
	PRIMARY KEY (party, indicator, rule, seq)
) @strict;

-- Each time that new figures went through the rules.
CREATE TABLE watch_run (
	id      @id,
	at      @int8 NOT NULL,
	upto    @int8 NOT NULL,        -- the last act whose figures it saw
	series  @int8 NOT NULL,
	signals @int8 NOT NULL
) @strict;

CREATE TABLE watch_alert (
	id         @id,
	party      @text NOT NULL,
	area       @text NOT NULL,
	indicator  @text NOT NULL,
	grade      @text NOT NULL CHECK (grade IN ('signal', 'deterioration')),
	state      @text NOT NULL CHECK (state IN ('open', 'confirmed', 'assessed',
	                                 'characterised', 'monitored', 'closed')),
	opened_at  @int8 NOT NULL,
	verify_due @int8 NOT NULL,
	lapsed     @int8 NOT NULL,
	answer     @text,
	answered_at @int8,
	likelihood  @int8,
	consequence @int8,
	outcome    @text,
	participants @text,            -- JSON
	closed_at  @int8,
	first_day  @int8 NOT NULL,
	last_day   @int8 NOT NULL,
	signals    @int8 NOT NULL
) @strict;
CREATE INDEX watch_alert_open ON watch_alert (party, area, indicator, state);

CREATE TABLE watch_signal (
	id    @id,
	alert @int8 NOT NULL REFERENCES watch_alert (id),
	rule  @text NOT NULL,
	day   @int8 NOT NULL,
	value @int8,
	bound @real,
	score @real,
	run   @int8 NOT NULL,
	at    @int8 NOT NULL
) @strict;
CREATE INDEX watch_signal_of ON watch_signal (alert, rule, day);

-- What was done about an alert, with the evidence as it was at that moment.
CREATE TABLE watch_step (
	alert    @int8 NOT NULL REFERENCES watch_alert (id),
	seq      @int8 NOT NULL,
	step     @text NOT NULL,
	at       @int8 NOT NULL,
	party    @text,
	office   @text,
	text     @text,
	evidence @text,                -- JSON
	PRIMARY KEY (alert, seq)
) @strict;

CREATE TABLE watch_level (
	id       @id,
	level    @text NOT NULL,
	before   @text,
	at       @int8 NOT NULL,
	office   @text,
	body     @text,
	reason   @text,
	proposal @int8,
	evidence @text,                -- JSON
	draft_due @int8,
	draft_at  @int8,
	draft    @text,
	draft_digest @text
) @strict;

CREATE TABLE watch_proposal (
	id       @id,
	level    @text NOT NULL,
	rule     @text NOT NULL,       -- the trigger of the charter
	party    @text,                -- that asked
	at       @int8 NOT NULL,
	due      @int8 NOT NULL,
	state    @text NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'overtaken')),
	reason   @text,
	evidence @text NOT NULL,       -- JSON
	settled_at @int8,
	settled_office @text,
	answer   @text
) @strict;

CREATE TABLE watch_action (
	id      @id,
	level   @int8 NOT NULL REFERENCES watch_level (id),
	action  @text NOT NULL,
	at      @int8 NOT NULL,
	done_at @int8,
	office  @text,
	note    @text
) @strict;
