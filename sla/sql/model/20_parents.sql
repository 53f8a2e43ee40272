-- Reply trees: each message's parent, where it is known, and a pointer that climbs to the top. `least` is the
-- least number on its way, which names a circle of replies.
CREATE OR REPLACE TEMP TABLE parents AS
SELECT w.message_id, p.message_id AS parent_id
FROM gathered AS w
LEFT JOIN gathered AS p
    ON p.kind = w.kind AND p.platform = w.platform AND p.namespace = w.namespace
    AND p.message_key = w.reply_to_key
WHERE w.kind IN ('tree', 'customer');

CREATE OR REPLACE TEMP TABLE climb AS
SELECT message_id, coalesce(parent_id, message_id) AS up_id, parent_id IS NOT NULL AS moved,
    message_id AS least, CAST(1 AS BIGINT) AS reach
FROM parents;
