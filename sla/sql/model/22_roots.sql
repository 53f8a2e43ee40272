-- The tree of a message is named by its topmost key, also when that message itself is missing. In and below a circle
-- of replies each message is a tree of its own; all of them are one scope, as a change of one can undo the circle.
CREATE OR REPLACE TEMP TABLE rooted AS
WITH tops AS (
    SELECT c.message_id, c.up_id, p.parent_id IS NOT NULL AS in_cycle, up.least
    FROM climb AS c
    JOIN parents AS p ON p.message_id = c.up_id
    JOIN climb AS up ON up.message_id = c.up_id
), circles AS (
    SELECT t.least, arg_min(w.message_key, (length(w.message_key), w.message_key)) AS name
    FROM tops AS t
    JOIN gathered AS w ON w.message_id = t.up_id
    WHERE t.in_cycle
    GROUP BY t.least
), named AS (
    SELECT w.message_id, w.kind, w.platform, w.namespace, CASE WHEN t.in_cycle THEN NULL ELSE p.parent_id END AS parent_id,
        CASE WHEN t.in_cycle THEN w.message_key ELSE coalesce(top.reply_to_key, top.message_key) END AS tree_key,
        coalesce(circles.name, top.reply_to_key, top.message_key) AS scope_key
    FROM gathered AS w
    JOIN tops AS t ON t.message_id = w.message_id
    JOIN parents AS p ON p.message_id = w.message_id
    JOIN gathered AS top ON top.message_id = t.up_id
    LEFT JOIN circles ON t.in_cycle AND circles.least = t.least
), told AS (
    SELECT *, tree_scope(platform, namespace, tree_key) AS tree,
        tree_scope(platform, namespace, scope_key) AS scope
    FROM named
)
SELECT message_id, kind, parent_id, tree, scope, scope_number_by(scope, scope_key) AS number FROM told;

INSERT INTO scopes SELECT message_id, kind, scope, number FROM rooted WHERE kind = 'tree';
INSERT INTO scopes SELECT message_id, kind, scope, number FROM gathered WHERE kind IN ('thread', 'customer') AND scope IS NOT NULL;
