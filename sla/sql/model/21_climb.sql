-- Pointer jumping: every round doubles how far a pointer reaches, so the depth of a tree costs log2 rounds.
-- A cycle of replies never settles; the rounds are bounded, and the next step makes its messages roots.
-- repeat while: SELECT coalesce(bool_or(moved), false) FROM climb
-- at most: 34
CREATE OR REPLACE TEMP TABLE climb AS
SELECT a.message_id, b.up_id, b.up_id <> a.up_id AS moved, least(a.least, b.least) AS least
FROM climb AS a
JOIN climb AS b ON b.message_id = a.up_id;
