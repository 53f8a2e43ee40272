-- Which scopes does this load touch? Only they are modelled again.
-- In: changed (message_id of what is new or newer), dropped_scopes (scopes that lost a message), removed (messages
-- that are gone, or as they stood before).
-- Out: touched (scope), new_scopes (message_id, kind, scope) for the changed messages, stood (account, channel).

CREATE OR REPLACE TEMP TABLE changed_messages AS
SELECT m.message_id, m.platform, m.namespace, m.message_key, m.account, m.channel, m.thread_key, m.reply_to_key,
    m.author_key, m.role,
    CASE
        WHEN m.role = 'system' AND (m.event IS NULL OR m.thread_key IS NULL) THEN 'none'
        WHEN m.thread_key IS NOT NULL THEN 'thread'
        -- a note among them stands with them, because a reply may hang below it
        WHEN e.platform IS NOT NULL OR (m.platform IN ('x', 'facebook', 'slack', 'discord') AND m.visibility <> 'public') THEN 'customer'
        ELSE 'tree'
    END AS kind
FROM messages AS m
SEMI JOIN changed AS c ON c.message_id = m.message_id
LEFT JOIN endless_platforms AS e ON e.platform = m.platform;

-- The brand's own names: accounts, and whoever writes for them. A name that is new, gone, or another account's than
-- before can change what a mention means in trees that are already there. An account's own name goes before
-- that of somebody who writes for it.
CREATE OR REPLACE TEMP TABLE new_handles AS
WITH gone AS ( -- names that a message bore which is gone or says something else now
    SELECT platform, namespace, lower(account) AS handle FROM removed WHERE account IS NOT NULL
    UNION
    SELECT platform, namespace, lower(author_key) FROM removed WHERE role IN ('agent', 'bot') AND author_key IS NOT NULL
), bearing AS ( -- for these, everybody who bears them still
    SELECT m.platform, m.namespace, m.account, m.author_key, m.role
    FROM messages AS m
    SEMI JOIN gone AS g ON g.platform = m.platform AND g.namespace = m.namespace
        AND (g.handle = lower(m.account) OR g.handle = lower(m.author_key))
    UNION ALL
    SELECT platform, namespace, account, author_key, role FROM changed_messages
), own AS (
    SELECT platform, namespace, lower(account) AS handle, account, 1 AS rank
    FROM bearing WHERE account IS NOT NULL
    UNION ALL
    SELECT platform, namespace, lower(author_key), coalesce(account, author_key), 2
    FROM bearing WHERE role IN ('agent', 'bot') AND author_key IS NOT NULL
    UNION ALL
    SELECT h.platform, h.namespace, h.handle, h.account, h.rank
    FROM handles AS h
    ANTI JOIN gone AS g ON g.platform = h.platform AND g.namespace = h.namespace AND g.handle = h.handle
), best AS (
    SELECT platform, namespace, handle, arg_min(account, (rank, account)) AS account, min(rank) AS rank
    FROM own
    GROUP BY platform, namespace, handle
)
SELECT coalesce(b.platform, h.platform) AS platform, coalesce(b.namespace, h.namespace) AS namespace,
    coalesce(b.handle, h.handle) AS handle, b.account, b.rank
FROM best AS b
FULL JOIN handles AS h ON h.platform = b.platform AND h.namespace = b.namespace AND h.handle = b.handle
WHERE b.account IS DISTINCT FROM h.account OR b.rank IS DISTINCT FROM h.rank;

DELETE FROM handles WHERE EXISTS (
    SELECT 1 FROM new_handles AS n
    WHERE n.platform = handles.platform AND n.namespace = handles.namespace AND n.handle = handles.handle
);

INSERT INTO handles SELECT platform, namespace, handle, account, rank FROM new_handles WHERE account IS NOT NULL;

-- Private messages without a thread form a stream for each customer; who that is, only the replies tell, so all
-- of one source are modelled together. A tree gets its scope later, with its root.
CREATE OR REPLACE TEMP TABLE new_scopes AS
SELECT message_id, kind,
    concat(kind, '|', platform, '|', namespace, CASE WHEN kind = 'thread' THEN concat('|', thread_key) ELSE '' END)
        AS scope
FROM changed_messages
WHERE kind IN ('thread', 'customer');

CREATE OR REPLACE TEMP TABLE touched AS
WITH changed_trees AS (
    SELECT * FROM changed_messages WHERE kind = 'tree'
), candidates AS (
    SELECT scope FROM new_scopes
    UNION ALL
    SELECT scope FROM dropped_scopes
    UNION ALL -- the tree that the parent stands in
    SELECT s.scope
    FROM changed_trees AS c
    JOIN messages AS p
        ON p.platform = c.platform AND p.namespace = c.namespace AND p.message_key = c.reply_to_key
    JOIN scopes AS s ON s.message_id = p.message_id
    UNION ALL -- the branches that waited for this message as their missing parent
    SELECT concat('tree|', platform, '|', namespace, '|', message_key) FROM changed_trees
    UNION ALL -- the branches that wait for the same missing parent
    SELECT concat('tree|', platform, '|', namespace, '|', reply_to_key)
    FROM changed_trees WHERE reply_to_key IS NOT NULL
    UNION ALL -- trees in which a name turns out to be an account's
    SELECT s.scope
    FROM new_handles AS h
    JOIN messages AS m ON m.platform = h.platform AND m.namespace = h.namespace
    JOIN scopes AS s ON s.message_id = m.message_id AND s.kind = 'tree'
    WHERE contains(lower(m.text), '@' || h.handle)
)
SELECT DISTINCT scope FROM candidates WHERE scope IS NOT NULL;

-- Everything that stands in a touched scope is taken out and modelled again.
CREATE OR REPLACE TEMP TABLE gathered AS
WITH placed_anew AS (
    SELECT s.message_id, s.kind, s.scope
    FROM scopes AS s
    SEMI JOIN touched AS t ON t.scope = s.scope
    ANTI JOIN changed AS c ON c.message_id = s.message_id
    UNION ALL
    SELECT c.message_id, c.kind, n.scope
    FROM changed_messages AS c
    LEFT JOIN new_scopes AS n ON n.message_id = c.message_id
)
SELECT m.message_id, m.platform, m.namespace, m.message_key, m.reply_to_key, p.kind, p.scope
FROM placed_anew AS p
JOIN messages AS m ON m.message_id = p.message_id;

-- The accounts and channels that had something there: what is known of them may not be what it was.
CREATE OR REPLACE TEMP TABLE stood AS
SELECT DISTINCT p.account, p.channel FROM placed AS p SEMI JOIN touched AS t ON t.scope = p.scope;

DELETE FROM scopes WHERE scope IN (SELECT scope FROM touched);
DELETE FROM placed WHERE scope IN (SELECT scope FROM touched);
DELETE FROM conversations WHERE scope IN (SELECT scope FROM touched);
DELETE FROM waits WHERE scope IN (SELECT scope FROM touched);
DELETE FROM replies WHERE scope IN (SELECT scope FROM touched);
