-- 0018: the gap board reads lines in the order of items, from the index alone.

CREATE INDEX assist_line_item ON assist_line (category, item, unit, request, line, quantity);
