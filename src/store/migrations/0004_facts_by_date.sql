-- 0004: facts by date, so that the newest of a party is found at once however many there are.

ALTER TABLE parties_fact RENAME TO parties_fact_by_act;
CREATE TABLE parties_fact (
	party  @text NOT NULL REFERENCES parties_party (id),
	fact   @text NOT NULL,
	date   @text NOT NULL,
	seq    @int8 NOT NULL,
	value  @int8 NOT NULL CHECK (value IN (0, 1)),
	until  @text,
	source @text,
	PRIMARY KEY (party, fact, date, seq)
) @strict;
INSERT INTO parties_fact (party, fact, date, seq, value, until, source)
	SELECT party, fact, date, seq, value, until, source FROM parties_fact_by_act;
DROP TABLE parties_fact_by_act;
