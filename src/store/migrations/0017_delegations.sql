-- 0017: who is accredited to which body; a day counts when from_date <= day <= until_date.

CREATE TABLE parties_accreditation (
	person     @text NOT NULL REFERENCES parties_person (id),
	body       @text NOT NULL,
	seq        @int8 NOT NULL,
	from_date  @text NOT NULL,
	until_date @text,
	ended      @int8,              -- the act that ended or replaced it
	PRIMARY KEY (person, body, seq)
) @strict;
CREATE INDEX parties_accreditation_body ON parties_accreditation (body, person);

-- What other modules may read.
CREATE VIEW parties_pub_accredited AS
	SELECT a.body, p.party, a.person, a.from_date, a.until_date
	FROM parties_accreditation a JOIN parties_person p ON p.id = a.person
	WHERE a.ended IS NULL AND p.state IN ('invited', 'active');
