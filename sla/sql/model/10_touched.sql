-- Which scopes does this load touch? Only they are modelled again.
-- In: changed (message_id of what is new or newer), dropped_scopes (scopes that lost a message).
-- Out: touched (scope), new_scopes (message_id, kind, scope) for the changed messages.

CREATE OR REPLACE TEMP TABLE changed_messages AS
SELECT m.*,
    CASE
        WHEN m.role = 'system' AND (m.event IS NULL OR m.thread_key IS NULL) THEN 'none'
        WHEN e.platform IS NOT NULL THEN 'endless'
        WHEN m.platform IN ('x', 'facebook') AND m.visibility <> 'public' THEN 'endless'
        WHEN m.thread_key IS NOT NULL THEN 'thread'
        ELSE 'tree'
    END AS kind
FROM messages AS m
SEMI JOIN changed AS c ON c.message_id = m.message_id
LEFT JOIN endless_platforms AS e ON e.platform = m.platform;

-- A handle seen for the first time can change what a mention means in trees that are already there.
CREATE OR REPLACE TEMP TABLE new_handles AS
WITH spoken AS (
    SELECT platform, namespace, coalesce(account, author_key) AS account
    FROM changed_messages
    WHERE account IS NOT NULL OR (role IN ('agent', 'bot') AND author_key IS NOT NULL)
)
SELECT s.platform, s.namespace, lower(s.account) AS handle, min(s.account) AS account
FROM spoken AS s
ANTI JOIN handles AS h
    ON h.platform = s.platform AND h.namespace = s.namespace AND h.handle = lower(s.account)
GROUP BY s.platform, s.namespace, lower(s.account);

INSERT INTO handles SELECT platform, namespace, handle, account FROM new_handles;

-- Messages of chat apps without a thread are told apart by the customer; a reply by whom it answers.
CREATE OR REPLACE TEMP TABLE new_scopes AS
SELECT c.message_id, c.kind,
    concat(
        c.kind, '|', c.platform, '|', c.namespace, '|',
        CASE
            WHEN c.kind = 'thread' THEN c.thread_key
            WHEN c.kind = 'endless' THEN coalesce(
                'thread ' || c.thread_key,
                'customer ' || CASE WHEN c.role = 'customer' THEN c.author_key ELSE p.author_key END
            )
        END
    ) AS scope
FROM changed_messages AS c
LEFT JOIN messages AS p
    ON c.kind = 'endless' AND c.thread_key IS NULL AND c.role <> 'customer' AND p.role = 'customer'
    AND p.platform = c.platform AND p.namespace = c.namespace AND p.message_key = c.reply_to_key
WHERE c.kind <> 'tree';

CREATE OR REPLACE TEMP TABLE touched AS
WITH changed_trees AS (
    SELECT * FROM changed_messages WHERE kind = 'tree'
), candidates AS (
    SELECT scope FROM new_scopes WHERE kind IN ('thread', 'endless')
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
CREATE OR REPLACE TEMP TABLE work AS
SELECT m.*, s.kind, s.scope
FROM scopes AS s
SEMI JOIN touched AS t ON t.scope = s.scope
JOIN messages AS m ON m.message_id = s.message_id
ANTI JOIN changed AS c ON c.message_id = m.message_id
UNION ALL
SELECT c.*, n.scope
FROM changed_messages AS c
LEFT JOIN new_scopes AS n ON n.message_id = c.message_id;

DELETE FROM scopes WHERE scope IN (SELECT scope FROM touched);
DELETE FROM placed WHERE scope IN (SELECT scope FROM touched);
DELETE FROM conversations WHERE scope IN (SELECT scope FROM touched);
DELETE FROM waits WHERE scope IN (SELECT scope FROM touched);
