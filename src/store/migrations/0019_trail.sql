-- 0019: the trail from a report to help: a room knows the consultation that it is held for, and
-- modules may read of each other which act was which step.

ALTER TABLE confer_room ADD COLUMN consultation @int8;
CREATE INDEX confer_room_consultation ON confer_room (consultation);

-- Rooms of consultations; `asked` is a JSON list of parties, empty for all.
CREATE VIEW confer_pub_room AS
	SELECT id, consultation, title, asked, opened_at, closed_at FROM confer_room
	WHERE consultation IS NOT NULL;

-- Who was inside the room of a consultation, and how long.
CREATE VIEW confer_pub_presence AS
	SELECT r.consultation, p.party, p.person, p.seq, p.since, p.until
	FROM confer_room r JOIN confer_presence p ON p.room = r.id
	WHERE r.consultation IS NOT NULL AND p.party IS NOT NULL;

-- Parties at a consultation: as recorded by hand, and as they were in its room.
CREATE VIEW council_attendance AS
	SELECT consultation, party, NULL AS person, in_at, out_at, persons FROM council_presence
	UNION ALL
	SELECT consultation, party, person, since, until, NULL FROM confer_pub_presence;

-- The words by which a note that all agreed to was agreed; the last made it so.
CREATE VIEW council_pub_agreed AS
	SELECT w.consultation, w.seq FROM council_note_word w
	JOIN council_consultation c ON c.id = w.consultation AND c.version = w.version
	WHERE w.answer = 'agree' AND c.state = 'agreed';

-- Acts that were done, by what they are about.
CREATE VIEW act_pub_done AS
	SELECT seq, kind, subject, at, party, office FROM act_record WHERE done = 1;

-- What was done about an alert, by which act; the first is the run that flagged it.
CREATE VIEW watch_pub_step AS
	SELECT alert, seq, step, at, party, text FROM watch_step;
CREATE VIEW watch_pub_flagged AS
	SELECT a.id AS alert, min(s.run) AS seq FROM watch_alert a
	JOIN watch_signal s ON s.alert = a.id GROUP BY a.id;

-- The report that stands since an act.
CREATE INDEX watch_report_since ON watch_report (stands_seq);

-- Reports that gave figures to the series of an alert, by the act since which they stand.
CREATE VIEW watch_pub_reported AS
	SELECT a.id AS alert, r.id AS report, r.at, r.party, r.stands_seq
	FROM watch_alert a
	JOIN watch_series s ON s.party = a.party AND s.area = a.area AND s.indicator = a.indicator
	JOIN watch_cell c ON c.series = s.id AND c.day >= a.first_day - 1 AND c.day <= a.last_day
	JOIN watch_report r ON r.stands_seq = c.seq AND r.party = a.party;
