-- 0024: what goes out of the house knows of a reset of access.

DROP VIEW parties_pub_of;
CREATE VIEW parties_pub_of AS SELECT id, party, state, fresh_at FROM parties_person;
