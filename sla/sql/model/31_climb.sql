-- for each slice
-- Up the account's own messages in between, to the one that answers somebody else.
-- repeat while: SELECT coalesce(bool_or(moved), false) FROM climb
-- at most: 34
CREATE OR REPLACE TEMP TABLE climb AS
SELECT a.message_id, b.up_id, b.up_id <> a.up_id AS moved
FROM climb AS a
JOIN climb AS b ON b.message_id = a.up_id;
