-- 0010: daily bulletins: what was published in which language, by its digest.

CREATE TABLE watch_bulletin (
	id    @id,
	day   @int8 NOT NULL,
	at    @int8 NOT NULL,
	as_of @int8 NOT NULL,          -- ms: figures as known then
	texts @text NOT NULL,          -- JSON: language and digest
	office @text,
	corrects @int8
) @strict;
CREATE INDEX watch_bulletin_day ON watch_bulletin (day, id);
