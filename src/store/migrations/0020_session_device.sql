-- 0020: what a session was begun with, in a word or two, so that its person knows it again.

ALTER TABLE parties_session ADD COLUMN device @text;
