-- 0012: a token may be of somebody on the staff of a body, as a session is.

ALTER TABLE parties_token ADD COLUMN body @text;
