-- 0025: the boundaries that the organisation shows as its own; the last stand.

CREATE TABLE watch_boundary (
	id     @int8 PRIMARY KEY, -- the act
	at     @int8 NOT NULL,
	office @text,
	name   @text NOT NULL,
	file   @text              -- GeoJSON; NULL: none are shown any more
) @strict;
