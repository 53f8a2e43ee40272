-- Pointer jumping: every round doubles how far a pointer reaches, so the depth of a tree costs log2 rounds.
-- A circle of replies never settles: who reaches further than there are messages has been all around it, and the next step
-- makes its messages roots.
-- repeat while: SELECT coalesce(bool_or(moved) AND max(reach) < count(*), false) FROM climb
-- at most: 64
CREATE OR REPLACE TEMP TABLE climb AS
SELECT a.message_id, b.up_id, b.up_id <> a.up_id AS moved, least(a.least, b.least) AS least, a.reach * 2 AS reach
FROM climb AS a
JOIN climb AS b ON b.message_id = a.up_id;
