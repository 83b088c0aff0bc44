-- 0014: rooms of video meetings: items, who is where, presence, who had the floor, admitted devices.
-- A room's `asked` and an item's `statuses` are JSON lists.  Persons are ids, offices with them.

CREATE TABLE confer_room (
	id        @id,
	kind      @text NOT NULL CHECK (kind IN ('meeting', 'consultation', 'desk')),
	title     @text NOT NULL,
	body      @text NOT NULL,
	channel   @text NOT NULL,
	mode      @text NOT NULL CHECK (mode IN ('floor', 'free')),
	asked     @text NOT NULL,
	per_party @int8,
	state     @text NOT NULL CHECK (state IN ('open', 'suspended', 'closed')),
	item      @int8,               -- the one that is called
	office    @text NOT NULL,      -- who opened it presides where the body has no chair
	party     @text,
	opened_at @int8 NOT NULL,
	closed_at @int8
) @strict;
CREATE INDEX confer_room_state ON confer_room (state, id);

CREATE TABLE confer_item (
	room     @int8 NOT NULL REFERENCES confer_room (id),
	number   @int8 NOT NULL,
	title    @text NOT NULL,
	class    @text NOT NULL,
	statuses @text NOT NULL,
	closed   @int8 NOT NULL CHECK (closed IN (0, 1)),
	state    @text NOT NULL CHECK (state IN ('listed', 'called', 'suspended', 'done')),
	raised_by @text,               -- the party that raised its class; '': the organisation's own
	PRIMARY KEY (room, number)
) @strict;

CREATE TABLE confer_place (
	room     @int8 NOT NULL REFERENCES confer_room (id),
	person   @text NOT NULL,
	party    @text,
	office   @text NOT NULL,
	body     @text,
	place    @text NOT NULL CHECK (place IN ('in', 'lobby', 'out', 'removed')),
	since    @int8 NOT NULL,
	muted    @int8 NOT NULL CHECK (muted IN (0, 1)),
	floor    @int8,                -- the act that gave it
	hand     @text,
	hand_seq @int8,
	presence @int8,                -- the act that began it
	device   @text,
	PRIMARY KEY (room, person)
) @strict;

CREATE TABLE confer_presence (
	room   @int8 NOT NULL,
	person @text NOT NULL,
	seq    @int8 NOT NULL,
	party  @text,
	office @text NOT NULL,
	since  @int8 NOT NULL,
	until  @int8,
	PRIMARY KEY (room, person, seq)
) @strict;

CREATE TABLE confer_intervention (
	room     @int8 NOT NULL,
	person   @text NOT NULL,
	seq      @int8 NOT NULL,
	item     @int8,
	party    @text,
	office   @text NOT NULL,
	kind     @text NOT NULL CHECK (kind IN ('floor', 'point-of-order', 'invited')),
	advisory @int8 NOT NULL CHECK (advisory IN (0, 1)),
	since    @int8 NOT NULL,
	until    @int8,
	PRIMARY KEY (room, person, seq)
) @strict;

CREATE TABLE confer_device (
	party    @text NOT NULL,
	device   @text NOT NULL,
	seq      @int8 NOT NULL,
	person   @text NOT NULL,
	at       @int8 NOT NULL,
	ended_at @int8,
	PRIMARY KEY (party, device, seq)
) @strict;

CREATE VIEW parties_pub_person AS SELECT id, state FROM parties_person;
CREATE VIEW parties_pub_seat AS
	SELECT s.person, s.office, s.body FROM parties_seat s JOIN parties_person p ON p.id = s.person
	WHERE s.ended IS NULL AND p.state = 'active';

-- Below: not of the record.  The last texts of each room's text channel.

CREATE TABLE confer_text (
	room   @int8 NOT NULL,
	number @int8 NOT NULL,
	at     @int8 NOT NULL,
	person @text NOT NULL,
	party  @text,
	office @text NOT NULL,
	text   @text NOT NULL,
	PRIMARY KEY (room, number)
) @strict;
