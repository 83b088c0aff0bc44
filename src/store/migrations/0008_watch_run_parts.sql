-- 0008: a run over very many series is done in parts, so that other acts come in between.
-- A run that is not done goes on in the next, with the same figures.

ALTER TABLE watch_run ADD COLUMN since @int8 NOT NULL DEFAULT 0; -- the act up to which the run before saw
ALTER TABLE watch_run ADD COLUMN done @int8 NOT NULL DEFAULT -1; -- of its series, how many; -1: all
