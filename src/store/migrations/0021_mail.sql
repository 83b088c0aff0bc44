-- 0021: what is told to persons by e-mail.  Not of the record: no act brings it, and what the
-- record tells stays where it is when all of this is lost.  Times are wall clock.

CREATE TABLE mail_address (
	person    @text PRIMARY KEY,
	address   @text NOT NULL,
	lang      @text NOT NULL,
	state     @text NOT NULL CHECK (state IN ('given', 'proved')),
	hash      @text,               -- SHA-256 of the code or link that went to it
	until     @int8,               -- the code or link is good
	wrong     @int8 NOT NULL,      -- codes that did not fit
	given_at  @int8 NOT NULL,
	proved_at @int8
) @strict;

-- One message, made of one item or several when it is sent.
CREATE TABLE mail_letter (
	id       @text PRIMARY KEY,    -- left of the @ in its Message-ID
	person   @text NOT NULL,
	kind     @text NOT NULL CHECK (kind IN ('digest', 'urgent', 'invitation', 'code')),
	state    @text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
	made_at  @int8 NOT NULL,
	next_at  @int8 NOT NULL,       -- when it is tried
	attempts @int8 NOT NULL,
	unsure   @int8 NOT NULL,       -- attempts after which nobody knows whether it went
	sent_at  @int8,
	reply    @text                 -- what the relay said last
) @strict;
CREATE INDEX mail_letter_state ON mail_letter (state, next_at);
CREATE INDEX mail_letter_person ON mail_letter (person, made_at);

-- One thing that a person is told, once, in the language of that time.
CREATE TABLE mail_item (
	person @text NOT NULL,
	topic  @text NOT NULL,         -- "act/123", "action/12/1/due"
	urgent @int8 NOT NULL CHECK (urgent IN (0, 1)),
	lang   @text NOT NULL,
	title  @text NOT NULL,
	text   @text NOT NULL,
	path   @text NOT NULL,         -- of the page, "/help/12"
	event  @int8,                  -- the consultation whose entry goes with it
	at     @int8 NOT NULL,
	letter @text,                  -- none: it waits for the next digest
	PRIMARY KEY (person, topic)
) @strict;
CREATE INDEX mail_item_letter ON mail_item (letter);

-- Up to which act the record was looked through.
CREATE TABLE mail_cursor (
	one @int8 PRIMARY KEY CHECK (one = 1),
	seq @int8 NOT NULL
) @strict;

CREATE VIEW parties_pub_of AS SELECT id, party, state FROM parties_person;
CREATE VIEW council_pub_call AS
	SELECT id, mode, title, asked_by, answer_due, form, channel, begins, place, body, made_for,
	       out_of_schedule
	FROM council_consultation;
CREATE VIEW council_pub_called AS SELECT consultation, party FROM council_seat;
CREATE VIEW council_pub_action AS
	SELECT a.consultation, a.number, a.responsible, a.text, a.due, a.done_at
	FROM council_action a JOIN council_consultation c
	  ON c.id = a.consultation AND c.version = a.version
	WHERE c.state = 'agreed';
CREATE VIEW assist_pub_ask AS
	SELECT id, party, to_party, kind, title, state, due_at FROM assist_request;
CREATE VIEW assist_pub_line AS
	SELECT request, line, item, quantity, unit, needed_by, place FROM assist_line;
CREATE VIEW assist_pub_offer AS SELECT id, request, line, party, quantity, accepted FROM assist_offer;
CREATE VIEW watch_pub_verify AS
	SELECT id, party, area, indicator, verify_due FROM watch_alert WHERE answered_at IS NULL;
CREATE VIEW watch_pub_proposal AS SELECT id, level, party, due, state FROM watch_proposal;
CREATE VIEW watch_pub_restatement AS
	SELECT id, party, changed, person FROM watch_report WHERE state = 'proposed';
CREATE VIEW watch_pub_overdue AS
	SELECT id, party, day FROM watch_finding WHERE kind = 'overdue';
