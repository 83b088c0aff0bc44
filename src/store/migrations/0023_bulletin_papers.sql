-- 0023: the digests of bulletins on paper, beside those of their words.

ALTER TABLE watch_bulletin ADD COLUMN papers @text; -- JSON: one for each text, "" none; NULL: none
