-- 0013: consultations: asked for, called, held; presence, note of agreement, actions.

CREATE TABLE council_consultation (
	id         @id,
	mode       @text NOT NULL CHECK (mode IN ('actual', 'exercise', 'test')),
	state      @text NOT NULL CHECK (state IN ('asked', 'declined', 'called', 'open', 'noted',
	                                 'agreed')),
	title      @text NOT NULL,
	text       @text,
	asked_by   @text,
	asked_at   @int8,
	answer_due @int8,
	answered_at @int8,
	reason     @text,
	office     @text,              -- that called or declined it
	form       @text,
	channel    @text,
	begins     @int8,
	out_of_schedule @int8 NOT NULL CHECK (out_of_schedule IN (0, 1)),
	body       @text,
	made_for   @text,              -- the name of the body made for it
	alert      @int8,
	opened_at  @int8,
	place      @text,
	ended_at   @int8,
	version    @int8               -- of the note that stands
) @strict;

-- The seats of a body made for one consultation.
CREATE TABLE council_seat (
	consultation @int8 NOT NULL REFERENCES council_consultation (id),
	party        @text NOT NULL,
	title        @text NOT NULL,
	PRIMARY KEY (consultation, party)
) @strict;

CREATE TABLE council_reply (
	consultation @int8 NOT NULL REFERENCES council_consultation (id),
	party        @text NOT NULL,
	seq          @int8 NOT NULL,      -- the last one counts
	at           @int8 NOT NULL,
	answer       @text NOT NULL,
	late         @int8 NOT NULL,
	text         @text,
	PRIMARY KEY (consultation, party, seq)
) @strict;

CREATE TABLE council_presence (
	consultation @int8 NOT NULL REFERENCES council_consultation (id),
	party        @text NOT NULL,
	seq          @int8 NOT NULL,
	in_at        @int8 NOT NULL,
	out_at       @int8,
	persons      @int8,
	PRIMARY KEY (consultation, party, seq)
) @strict;

CREATE TABLE council_note (
	consultation @int8 NOT NULL REFERENCES council_consultation (id),
	version      @int8 NOT NULL,
	seq          @int8 NOT NULL,
	at           @int8 NOT NULL,
	outcome      @text NOT NULL,
	text         @text NOT NULL,
	agreed_at    @int8,               -- by all who were present
	PRIMARY KEY (consultation, version)
) @strict;

CREATE TABLE council_note_word (
	consultation @int8 NOT NULL REFERENCES council_consultation (id),
	version      @int8 NOT NULL,
	party        @text NOT NULL,
	seq          @int8 NOT NULL,      -- the last one counts
	at           @int8 NOT NULL,
	answer       @text NOT NULL,
	text         @text,
	PRIMARY KEY (consultation, version, party, seq)
) @strict;

CREATE TABLE council_action (
	consultation @int8 NOT NULL REFERENCES council_consultation (id),
	version      @int8 NOT NULL,
	number       @int8 NOT NULL,
	responsible  @text NOT NULL,
	text         @text NOT NULL,
	due          @text NOT NULL,
	done_at      @int8,
	evidence     @text,
	PRIMARY KEY (consultation, version, number)
) @strict;

-- For other modules: what a request for assistance starts from.
CREATE VIEW council_pub_consultation AS
	SELECT c.id, c.mode, c.state, c.title, c.alert, c.asked_by, c.asked_at, c.answered_at,
	       c.opened_at, c.ended_at, n.agreed_at
	FROM council_consultation c LEFT JOIN council_note n
	  ON n.consultation = c.id AND n.version = c.version;
CREATE VIEW watch_pub_alert AS
	SELECT id, party, indicator, grade, state, opened_at, answered_at, closed_at FROM watch_alert;
CREATE VIEW parties_pub_chair AS SELECT body, since_at, party, seq FROM parties_chair;
