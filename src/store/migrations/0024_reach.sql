-- 0024: what goes out of the house knows of a reset of access; the trail of many alerts is quick.

DROP VIEW parties_pub_of;
CREATE VIEW parties_pub_of AS SELECT id, party, state, fresh_at FROM parties_person;

-- By the index, alert by alert: as a sum over all it was made anew for each.
DROP VIEW watch_pub_flagged;
CREATE VIEW watch_pub_flagged AS
	SELECT a.id AS alert, (SELECT min(s.run) FROM watch_signal s WHERE s.alert = a.id) AS seq
	FROM watch_alert a;

-- watch_report_act is the same, and unique.
DROP INDEX watch_report_since;
