-- Which scopes does this load touch? Only they are modelled again.
-- Out: touched (scope), new_scopes (message_id, kind, scope, number) for the changed messages, gathered (all that is modelled again),
-- stood (what leaves
-- `placed`, by account and channel), said_more (by how much more or less is said in an hour: what leaves, and what comes slice by slice).

-- Private messages without a thread form a stream for each customer; who that is, only the replies tell, so all
-- of one source are modelled together. A tree gets its scope later, with its root.
CREATE OR REPLACE TEMP TABLE new_scopes AS
SELECT message_id, kind, scope, CASE WHEN kind = 'thread' THEN scope_number_by(scope, thread_key) ELSE scope_number(scope) END AS number
FROM (
    SELECT message_id, kind, thread_key,
        concat(kind, '|', platform, '|', namespace, CASE WHEN kind = 'thread' THEN concat('|', thread_key) ELSE '' END) AS scope
    FROM changed_messages
    WHERE kind IN ('thread', 'customer')
) AS named;

-- What is looked for is found step by step, by its number first: of a table that is there the database knows how small it is, and
-- reads no more of the others than it has to.
CREATE OR REPLACE TEMP TABLE answered AS
SELECT DISTINCT number_of(reply_to_key) AS number FROM changed_messages WHERE kind = 'tree' AND reply_to_key IS NOT NULL;

CREATE OR REPLACE TEMP TABLE perhaps_parents AS
SELECT k.message_id FROM keys AS k SEMI JOIN answered AS a ON a.number = k.number;

CREATE OR REPLACE TEMP TABLE related AS
SELECT p.message_id -- the parents of new messages
FROM messages AS p
SEMI JOIN perhaps_parents AS f ON f.message_id = p.message_id
JOIN changed_messages AS c ON c.kind = 'tree' AND c.platform = p.platform AND c.namespace = p.namespace AND c.reply_to_key = p.message_key
UNION ALL
SELECT s.message_id FROM scopes AS s SEMI JOIN named AS n ON n.message_id = s.message_id WHERE s.kind = 'tree';

CREATE OR REPLACE TEMP TABLE top_keys AS -- the keys by which trees may be named that these messages belong to
SELECT *, scope_number_by(tree_scope(platform, namespace, top_key), top_key) AS number
FROM (
    -- the branches that waited for this message as their missing parent
    SELECT platform, namespace, message_key AS top_key FROM changed_messages WHERE kind = 'tree'
    UNION ALL -- the branches that wait for the same missing parent
    SELECT platform, namespace, reply_to_key FROM changed_messages WHERE kind = 'tree' AND reply_to_key IS NOT NULL
) AS keys_of_trees;

CREATE OR REPLACE TEMP TABLE touched AS
SELECT scope, number FROM new_scopes
UNION
SELECT scope, scope_number(scope) FROM dropped_scopes WHERE scope IS NOT NULL
UNION -- the tree that the parent stands in, and trees that call a new name
SELECT s.scope, s.number FROM scopes AS s SEMI JOIN related AS r ON r.message_id = s.message_id;

-- Everything that stands in a touched scope is taken out and modelled again. It is found by its scope once, and by the numbers
-- of its messages from then on: what came lately lies together, and nothing else is read.
CREATE OR REPLACE TEMP TABLE perhaps_standing AS
SELECT s.message_id FROM scopes AS s SEMI JOIN (
    SELECT number FROM touched UNION ALL SELECT number FROM top_keys
) AS t ON t.number = s.number;

CREATE OR REPLACE TEMP TABLE perhaps_there AS
SELECT s.message_id, s.kind, s.scope, s.number FROM scopes AS s SEMI JOIN perhaps_standing AS f ON f.message_id = s.message_id;

CREATE OR REPLACE TEMP TABLE standing AS
SELECT p.message_id, p.kind, p.scope, p.number
FROM perhaps_there AS p
SEMI JOIN (
    SELECT scope FROM touched
    UNION ALL
    SELECT tree_scope(t.platform, t.namespace, t.top_key) AS scope FROM top_keys AS t SEMI JOIN perhaps_there AS s ON s.number = t.number
) AS t ON t.scope = p.scope;

CREATE OR REPLACE TEMP TABLE leaving AS
SELECT message_id FROM standing
UNION
SELECT message_id FROM removed
UNION
SELECT message_id FROM changed;

CREATE OR REPLACE TEMP TABLE gathered AS
SELECT m.message_id, m.platform, m.namespace, m.message_key, m.reply_to_key, s.kind, s.scope, s.number
FROM standing AS s
ANTI JOIN changed AS c ON c.message_id = s.message_id
JOIN messages AS m ON m.message_id = s.message_id
UNION ALL
SELECT c.message_id, c.platform, c.namespace, c.message_key, c.reply_to_key, c.kind, n.scope, n.number
FROM changed_messages AS c
LEFT JOIN new_scopes AS n ON n.message_id = c.message_id;

-- What leaves the accounts and channels that had something there: what is known of them may not be what it was.
CREATE OR REPLACE TEMP TABLE had_place AS
SELECT p.conversation_id, p.account, p.channel, p.role, p.visible, p.chaser, p.sent_at, p."hour"
FROM placed AS p
SEMI JOIN leaving AS l ON l.message_id = p.message_id;

CREATE OR REPLACE TEMP TABLE stood AS
SELECT account, channel, count(*) FILTER (WHERE role <> 'system') AS messages, min(sent_at) AS first_at, max(sent_at) AS as_of
FROM had_place
GROUP BY account, channel;

CREATE OR REPLACE TEMP TABLE said_more AS
SELECT account, channel, "hour", -count(*) FILTER (WHERE role = 'customer') AS messages_in, -count(*) FILTER (WHERE chaser) AS chasers,
    -count(*) FILTER (WHERE role = 'agent') AS replies_out
FROM had_place
WHERE visible AND role IN ('customer', 'agent')
GROUP BY account, channel, "hour";

-- A conversation is found by when it began: they lie in the order of time.
CREATE OR REPLACE TEMP TABLE begun AS
SELECT DISTINCT conversation_id, sent_at FROM had_place;

DELETE FROM scopes WHERE message_id IN (SELECT message_id FROM leaving);
DELETE FROM placed WHERE message_id IN (SELECT message_id FROM leaving);
DELETE FROM conversations USING begun AS b
WHERE conversations.started_at = b.sent_at AND conversations.conversation_id = b.conversation_id;
DELETE FROM waits WHERE start_id IN (SELECT message_id FROM leaving);
DELETE FROM replies WHERE message_id IN (SELECT message_id FROM leaving);
