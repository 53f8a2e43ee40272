-- What is new, and which names turn out to be the brand's own.
-- In: changed (message_id of what is new or newer), dropped_scopes (scopes that lost a message), removed (messages
-- that are gone, or as they stood before).
-- Out: changed_messages, new_handles, named (message_id of what calls a new name; still empty).

-- Of what this transaction writes the database counts no row when it plans a join, and takes the smallest table that was there before for
-- the larger side. So the small ones are written here as well, and joined from here.
CREATE OR REPLACE TEMP TABLE endless AS FROM endless_platforms;
CREATE OR REPLACE TEMP TABLE counted_bots AS FROM answering_bots;
CREATE OR REPLACE TEMP TABLE teams AS FROM memberships;
CREATE OR REPLACE TEMP TABLE kept_hours AS FROM calendars;

CREATE OR REPLACE TEMP TABLE changed_messages AS
SELECT m.message_id, m.platform, m.namespace, m.message_key, m.account, m.channel, m.thread_key, m.reply_to_key,
    m.author_key, m.role, m.sent_at,
    CASE
        WHEN m.role = 'system' AND (m.event IS NULL OR m.thread_key IS NULL) THEN 'none'
        WHEN m.thread_key IS NOT NULL THEN 'thread'
        -- a note among them stands with them, because a reply may hang below it
        WHEN e.platform IS NOT NULL OR (m.platform IN ('x', 'facebook', 'slack', 'discord') AND m.visibility <> 'public') THEN 'customer'
        ELSE 'tree'
    END AS kind
FROM messages AS m
SEMI JOIN changed AS c ON c.message_id = m.message_id
LEFT JOIN endless AS e ON e.platform = m.platform;

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

CREATE OR REPLACE TEMP TABLE named (message_id BIGINT);

DELETE FROM keys WHERE message_id IN (SELECT message_id FROM removed UNION SELECT message_id FROM changed);
INSERT INTO keys SELECT message_id, number_of(message_key) FROM changed_messages;
