-- The tree of a message is named by its topmost key, also when that message itself is missing.
CREATE OR REPLACE TEMP TABLE rooted AS
WITH tops AS (
    SELECT c.message_id, c.up_id, p.parent_id IS NOT NULL AS in_cycle
    FROM climb AS c
    JOIN parents AS p ON p.message_id = c.up_id
)
SELECT w.message_id,
    CASE WHEN t.in_cycle THEN NULL ELSE p.parent_id END AS parent_id,
    concat(
        'tree|', w.platform, '|', w.namespace, '|',
        CASE WHEN t.in_cycle THEN w.message_key ELSE coalesce(top.reply_to_key, top.message_key) END
    ) AS tree
FROM work AS w
JOIN tops AS t ON t.message_id = w.message_id
JOIN parents AS p ON p.message_id = w.message_id
JOIN work AS top ON top.message_id = t.up_id
WHERE w.kind IN ('tree', 'customer');

INSERT INTO scopes SELECT r.message_id, 'tree', r.tree FROM rooted AS r JOIN work AS w USING (message_id) WHERE w.kind = 'tree';
INSERT INTO scopes SELECT message_id, kind, scope FROM work WHERE kind IN ('thread', 'customer') AND scope IS NOT NULL;
