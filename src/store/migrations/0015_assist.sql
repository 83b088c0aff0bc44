-- 0015: help that one member asks of another; nothing is deleted.

CREATE TABLE assist_request (
	id       @id,                  -- the act that sent it
	party    @text NOT NULL,
	to_party @text NOT NULL,
	mode     @text NOT NULL,
	kind     @text NOT NULL CHECK (kind IN ('actual', 'exercise', 'test')),
	title    @text NOT NULL,
	event    @text NOT NULL,
	contact  @text NOT NULL,
	reason   @text,
	state    @text NOT NULL CHECK (state IN ('sent', 'acknowledged', 'answered', 'agreed', 'under-way',
	                               'completed', 'closed', 'withdrawn')),
	sent_at  @int8 NOT NULL,
	due_at   @int8 NOT NULL,
	revision @int8 NOT NULL,
	consultation @int8,
	forewarned @int8,
	closed_at @int8,
	note     @text,
	asker_agrees @int8 NOT NULL,
	giver_agrees @int8 NOT NULL
) @strict;
CREATE INDEX assist_request_party ON assist_request (party, id);
CREATE INDEX assist_request_to ON assist_request (to_party, id);

CREATE TABLE assist_forewarning (
	id       @id,
	party    @text NOT NULL,
	to_party @text NOT NULL,
	kind     @text NOT NULL,
	event    @text NOT NULL,
	needs    @text NOT NULL,
	at       @int8 NOT NULL
) @strict;

CREATE TABLE assist_line (
	request    @int8 NOT NULL REFERENCES assist_request (id),
	line       @int8 NOT NULL,
	item       @text NOT NULL,
	category   @text NOT NULL,
	quantity   @int8 NOT NULL,
	unit       @text NOT NULL,
	needed_by  @text NOT NULL,
	place      @text NOT NULL,
	conditions @text,
	assessment @text,
	cannot     @int8 NOT NULL,
	PRIMARY KEY (request, line)
) @clustered;

CREATE TABLE assist_offer (
	id        @id,
	request   @int8 NOT NULL REFERENCES assist_request (id),
	line      @int8 NOT NULL,
	party     @text NOT NULL,
	quantity  @int8 NOT NULL,
	ready     @text NOT NULL,
	terms     @text NOT NULL,
	estimate  @int8,
	currency  @text,
	transport @text NOT NULL,
	until     @int8 NOT NULL,
	text      @text,
	state     @text NOT NULL,
	accepted  @int8,
	departed  @int8,
	arrived   @int8,
	asked     @text,
	needed    @int8 NOT NULL
) @strict;
CREATE INDEX assist_offer_request ON assist_offer (request, line, id);
CREATE INDEX assist_offer_until ON assist_offer (state, until);

CREATE TABLE assist_step (
	request  @int8 NOT NULL,
	seq      @int8 NOT NULL,
	at       @int8 NOT NULL,
	step     @text NOT NULL,
	party    @text,
	office   @text,
	offer    @int8,
	quantity @int8,
	text     @text,
	PRIMARY KEY (request, seq)
) @clustered;

CREATE TABLE assist_cost (
	offer    @int8 NOT NULL,
	seq      @int8 NOT NULL,
	stage    @text NOT NULL,
	amount   @int8 NOT NULL,
	currency @text NOT NULL,
	text     @text,
	PRIMARY KEY (offer, seq)
) @clustered;

CREATE VIEW assist_pub_request AS
	SELECT id, party, to_party, kind, state, sent_at, consultation FROM assist_request;
