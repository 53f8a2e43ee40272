-- for each slice
-- Every message that belongs to somebody, with the stream it stands in; what belongs to nobody is left out.
-- A thread's messages that name no account belong to the account that its first messages name; a thread in
-- which anything is said in private is an endless stream as a whole.
CREATE OR REPLACE TEMP TABLE threads AS
SELECT scope, bool_or(endless) AS endless,
    arg_min(account, (sent_at, length(message_key), message_key)) FILTER (WHERE account IS NOT NULL) AS account
FROM work WHERE kind = 'thread'
GROUP BY scope;

CREATE OR REPLACE TEMP TABLE belonging AS
WITH in_trees AS (
    SELECT w.message_id, CASE WHEN w.kind = 'tree' THEN r.scope ELSE w.scope END AS scope,
        CASE WHEN w.kind = 'tree' THEN 'tree' ELSE 'endless' END AS kind, p.account, p.customer, r.parent_id,
        concat(
            CASE WHEN w.kind = 'tree' THEN substr(r.tree, 6) ELSE substr(w.scope, 10) END, '|', p.account, '|', p.customer
        ) AS stream
    FROM work AS w
    JOIN rooted AS r ON r.message_id = w.message_id
    JOIN parties AS p ON p.message_id = w.message_id
    WHERE p.account IS NOT NULL AND p.customer IS NOT NULL AND (w.role <> 'system' OR w.event IS NOT NULL)
), in_threads AS (
    SELECT w.message_id, w.scope, CASE WHEN t.endless THEN 'endless' ELSE 'thread' END AS kind,
        coalesce(w.account, t.account) AS account,
        CASE WHEN w.role = 'customer' THEN w.author_key END AS customer, parent.message_id AS parent_id,
        concat(substr(w.scope, 8), '|', coalesce(w.account, t.account)) AS stream
    FROM work AS w
    JOIN threads AS t ON t.scope = w.scope
    LEFT JOIN work AS parent
        ON parent.scope = w.scope AND parent.platform = w.platform AND parent.namespace = w.namespace
        AND parent.message_key = w.reply_to_key
    WHERE coalesce(w.account, t.account) IS NOT NULL AND (w.role <> 'system' OR w.event IS NOT NULL)
)
SELECT * FROM in_trees
UNION ALL
SELECT * FROM in_threads;

-- The order within a stream. Names and texts stay where they are: windows and joins carry few columns quickly.
CREATE OR REPLACE TEMP TABLE streams AS
SELECT w.message_id, b.kind, b.account, b.parent_id, w.role, w.event, w.sent_at, w.author_key,
    w.role IN ('customer', 'agent', 'bot') AND w.visibility <> 'internal' AS visible,
    row_number() OVER in_order AS position,
    first_value(w.message_id) OVER in_order AS stream_id -- a number is quicker to hold together than a name
FROM belonging AS b
JOIN work AS w ON w.message_id = b.message_id
WINDOW in_order AS (PARTITION BY b.stream ORDER BY w.sent_at, w.event IS NOT NULL, length(w.message_key), w.message_key);
