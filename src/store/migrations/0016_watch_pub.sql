-- 0016: what other modules may read of the daily picture.

-- Alerts whose outcome is a consultation, with whom it proposes (JSON).
CREATE VIEW watch_pub_consult AS
	SELECT id, party, area, indicator, participants FROM watch_alert WHERE outcome = 'consult';

-- Levels as they were reached; the last stands.
CREATE VIEW watch_pub_level AS SELECT id, level, at FROM watch_level;

-- Crisis files that are open.
CREATE VIEW watch_pub_case AS
	SELECT id, kind, party, title, exercise FROM watch_case WHERE closed_at IS NULL;
