-- Staging rows (incoming) become messages: what is known already adds nothing, an edited one replaces the older.
-- Out: arrivals (what is new or newer), changed (message_id), dropped_scopes (scope).

CREATE OR REPLACE TEMP TABLE arrivals AS
WITH newest AS ( -- the same message twice in one file: the later edit counts, else the later row
    SELECT *
    FROM incoming
    QUALIFY row_number() OVER (
        PARTITION BY platform, namespace, message_key ORDER BY edited_at DESC NULLS LAST, line DESC NULLS LAST
    ) = 1
)
SELECT n.*, m.message_id,
    m.message_id IS NOT NULL AS newer
FROM newest AS n
LEFT JOIN messages AS m
    ON m.platform = n.platform AND m.namespace = n.namespace AND m.message_key = n.message_key
WHERE m.message_id IS NULL OR (
    coalesce(n.edited_at >= m.edited_at, m.edited_at IS NULL)
    AND (
        n.account IS DISTINCT FROM m.account OR n.channel IS DISTINCT FROM m.channel
        OR n.thread_key IS DISTINCT FROM m.thread_key OR n.reply_to_key IS DISTINCT FROM m.reply_to_key
        OR n.author_key IS DISTINCT FROM m.author_key OR n.author_name IS DISTINCT FROM m.author_name
        OR n.role <> m.role OR n.visibility <> m.visibility OR n.sent_at <> m.sent_at
        OR n.edited_at IS DISTINCT FROM m.edited_at OR n.event IS DISTINCT FROM m.event
        OR n.text IS DISTINCT FROM m.text
    )
);

CREATE OR REPLACE TEMP TABLE dropped_scopes AS
SELECT DISTINCT s.scope
FROM scopes AS s
SEMI JOIN (SELECT message_id FROM arrivals WHERE newer) AS a ON a.message_id = s.message_id;

DELETE FROM messages WHERE message_id IN (SELECT message_id FROM arrivals WHERE newer);

CREATE OR REPLACE TEMP TABLE numbered AS
SELECT * REPLACE (coalesce(message_id, nextval('message_ids')) AS message_id) FROM arrivals;

INSERT INTO messages
SELECT message_id, load_id, platform, namespace, message_key, account, channel, thread_key, reply_to_key,
    author_key, author_name, role, visibility, sent_at, edited_at, event, text
FROM numbered;

CREATE OR REPLACE TEMP TABLE changed AS SELECT message_id FROM numbered;
