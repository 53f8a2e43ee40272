-- Every message that belongs to somebody, with the stream it stands in; what belongs to nobody is left out.
CREATE OR REPLACE TEMP TABLE owners AS
-- A thread's messages that name no account belong to the account that the thread's first messages name.
SELECT scope, arg_min(account, (sent_at, length(message_key), message_key)) AS account
FROM work WHERE kind IN ('thread', 'endless') AND account IS NOT NULL
GROUP BY scope;

CREATE OR REPLACE TEMP TABLE streams AS
WITH in_trees AS (
    SELECT w.message_id, r.scope, 'tree' AS kind, w.platform, p.account, p.customer, r.parent_id,
        concat(substr(r.scope, 6), '|', p.account, '|', p.customer) AS stream
    FROM work AS w
    JOIN rooted AS r ON r.message_id = w.message_id
    JOIN parties AS p ON p.message_id = w.message_id
    WHERE p.account IS NOT NULL AND p.customer IS NOT NULL
), in_threads AS (
    SELECT w.message_id, w.scope, w.kind, w.platform, coalesce(w.account, o.account) AS account,
        CASE WHEN w.role = 'customer' THEN w.author_key END AS customer, parent.message_id AS parent_id,
        concat(substr(w.scope, length(w.kind) + 2), '|', coalesce(w.account, o.account)) AS stream
    FROM work AS w
    LEFT JOIN owners AS o ON o.scope = w.scope
    LEFT JOIN work AS parent
        ON parent.scope = w.scope AND parent.platform = w.platform AND parent.namespace = w.namespace
        AND parent.message_key = w.reply_to_key AND w.reply_to_key IS NOT NULL
    WHERE w.kind IN ('thread', 'endless') AND w.scope IS NOT NULL AND coalesce(w.account, o.account) IS NOT NULL
), both_kinds AS (
    SELECT * FROM in_trees
    UNION ALL
    SELECT * FROM in_threads
)
SELECT b.*, w.message_key, coalesce(w.channel, w.platform) AS channel, w.role, w.event, w.sent_at, w.text,
    w.author_key, w.author_name,
    w.role IN ('customer', 'agent', 'bot') AND w.visibility <> 'internal' AS visible,
    row_number() OVER (
        PARTITION BY b.stream ORDER BY w.sent_at, w.event IS NOT NULL, length(w.message_key), w.message_key
    ) AS position
FROM both_kinds AS b
JOIN work AS w ON w.message_id = b.message_id
WHERE w.role <> 'system' OR w.event IS NOT NULL;
