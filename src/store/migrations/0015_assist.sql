-- 0015: bilateral assistance: requests by lines, offers, what became of them.

CREATE TABLE assist_request (
	id         @id,
	mode       @text NOT NULL CHECK (mode IN ('actual', 'exercise', 'test')),
	state      @text NOT NULL CHECK (state IN ('forewarned', 'sent', 'acknowledged', 'closed',
	                                 'withdrawn')),
	party      @text NOT NULL,
	asked      @text NOT NULL,
	title      @text NOT NULL,
	reason     @text NOT NULL,
	contact    @text,
	assessment @text,
	reply_by   @int8,
	alert      @int8,
	consultation @int8,
	revision   @int8 NOT NULL,
	sent_at    @int8,
	closed_at  @int8,
	closing    @text,
	agreed_party @int8 NOT NULL CHECK (agreed_party IN (0, 1)),
	agreed_asked @int8 NOT NULL CHECK (agreed_asked IN (0, 1))
) @strict;
CREATE INDEX assist_request_of ON assist_request (party, id);
CREATE INDEX assist_request_to ON assist_request (asked, id);

CREATE TABLE assist_line (
	request    @int8 NOT NULL REFERENCES assist_request (id),
	line       @int8 NOT NULL,
	category   @text NOT NULL,
	item       @text NOT NULL,
	unit       @text NOT NULL,
	quantity   @int8 NOT NULL,     -- 0: needed no longer
	needed_by  @int8 NOT NULL,
	place      @text NOT NULL,
	conditions @text,
	revision   @int8 NOT NULL,
	cannot     @text,              -- why the party that was asked cannot
	PRIMARY KEY (request, line)
) @clustered;

CREATE TABLE assist_offer (
	request   @int8 NOT NULL REFERENCES assist_request (id),
	offer     @int8 NOT NULL,
	line      @int8 NOT NULL,
	state     @text NOT NULL CHECK (state IN ('offered', 'countered', 'to-reconfirm', 'declined',
	                                'withdrawn', 'accepted', 'committed', 'not-needed',
	                                'departed', 'arrived', 'released')),
	quantity  @int8 NOT NULL,
	accepted  @int8,
	arrived   @int8,
	ready     @int8,
	embark    @text,
	transport @text,
	days      @int8,
	self_sufficient @int8,
	cost      @text,
	terms     @text,
	valid_until @int8 NOT NULL,
	counter   @int8,
	counter_terms @text,
	needed    @int8,               -- still, as asked before departure
	discrepancy @text,
	PRIMARY KEY (request, offer)
) @clustered;

-- Everything that happened, for trails and times.
CREATE TABLE assist_step (
	request  @int8 NOT NULL REFERENCES assist_request (id),
	seq      @int8 NOT NULL,
	offer    @int8 NOT NULL,       -- 0: the request as a whole
	at       @int8 NOT NULL,
	step     @text NOT NULL,
	party    @text,
	office   @text,
	quantity @int8,
	text     @text,
	PRIMARY KEY (request, seq, offer)
) @clustered;

CREATE TABLE assist_cost (
	request  @int8 NOT NULL REFERENCES assist_request (id),
	offer    @int8 NOT NULL,
	seq      @int8 NOT NULL,
	stage    @text NOT NULL,
	amount   @int8 NOT NULL,
	currency @text NOT NULL,
	party    @text NOT NULL,
	text     @text,
	PRIMARY KEY (request, offer, seq)
) @strict;
