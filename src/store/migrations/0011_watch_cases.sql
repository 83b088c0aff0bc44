-- 0011: crisis files: what happened, how far it is within competence, what was done about it.

CREATE TABLE watch_case (
	id       @id,
	kind     @text NOT NULL,
	party    @text NOT NULL,       -- concerned
	title    @text NOT NULL,
	text     @text NOT NULL,
	basis    @text NOT NULL,       -- JSON: articles that found it
	exercise @int8 NOT NULL CHECK (exercise IN (0, 1)),
	at       @int8 NOT NULL,
	opened_by @text,               -- the party that gave notice; or NULL
	mandate  @text,                -- within, partly, outside
	mandate_note @text,
	scope    @text,                -- collective, bilateral
	outcome  @text,
	answer   @text,
	closed_at @int8
) @strict;

CREATE TABLE watch_case_entry (
	file   @int8 NOT NULL REFERENCES watch_case (id),
	seq    @int8 NOT NULL,
	at     @int8 NOT NULL,
	entry  @text NOT NULL,         -- note, option, step
	kind   @text NOT NULL,
	text   @text NOT NULL,
	reference @text,
	party  @text,
	office @text,
	PRIMARY KEY (file, seq)
) @strict;
