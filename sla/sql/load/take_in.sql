-- Staging rows (incoming) become messages: what is known already adds nothing, an edited one replaces the older.
-- What a load holds of a message is kept even where another version of it counts: unload.sql goes back to it.
-- Out: arrivals (what is new or newer), changed (message_id), dropped_scopes (scope), removed (what stood there before).

CREATE OR REPLACE TEMP TABLE coming AS SELECT DISTINCT number_of(message_key) AS number FROM incoming;

CREATE OR REPLACE TEMP TABLE perhaps_known AS
SELECT k.message_id FROM keys AS k SEMI JOIN coming AS c ON c.number = k.number;

CREATE OR REPLACE TEMP TABLE known_already AS
SELECT m.* FROM messages AS m SEMI JOIN perhaps_known AS f ON f.message_id = m.message_id;

CREATE OR REPLACE TEMP TABLE compared AS
WITH newest AS ( -- the same message twice in one file: the later edit counts, else the later row
    SELECT *
    FROM incoming
    QUALIFY row_number() OVER (
        PARTITION BY platform, namespace, message_key ORDER BY edited_at DESC NULLS LAST, line DESC NULLS LAST
    ) = 1
)
SELECT n.*, m.message_id, m.load_id AS known_load,
    coalesce(n.edited_at >= m.edited_at, m.edited_at IS NULL) AS newer,
    n.account IS NOT DISTINCT FROM m.account AND n.channel IS NOT DISTINCT FROM m.channel
    AND n.thread_key IS NOT DISTINCT FROM m.thread_key AND n.reply_to_key IS NOT DISTINCT FROM m.reply_to_key
    AND n.author_key IS NOT DISTINCT FROM m.author_key AND n.author_name IS NOT DISTINCT FROM m.author_name
    AND n.role = m.role AND n.visibility = m.visibility AND n.sent_at = m.sent_at
    AND n.edited_at IS NOT DISTINCT FROM m.edited_at AND n.event IS NOT DISTINCT FROM m.event
    AND n.text IS NOT DISTINCT FROM m.text AS same,
    -- the same key for another account's message, which is no edit: it is not taken
    coalesce(n.account <> m.account AND n.sent_at <> m.sent_at AND n.text <> m.text, false) AS clash, m.account AS known_account
FROM newest AS n
LEFT JOIN known_already AS m
    ON m.platform = n.platform AND m.namespace = n.namespace AND m.message_key = n.message_key;

CREATE OR REPLACE TEMP TABLE arrivals AS
SELECT * EXCLUDE (known_load, same, clash, known_account) REPLACE (message_id IS NOT NULL AS newer)
FROM compared WHERE message_id IS NULL OR (newer AND NOT same AND NOT clash);

INSERT INTO repeated SELECT load_id, message_id, known_load FROM compared WHERE same AND load_id <> known_load;

INSERT INTO versions
SELECT message_id, load_id, platform, namespace, message_key, account, channel, thread_key, reply_to_key,
    author_key, author_name, role, visibility, sent_at, edited_at, event, text
FROM compared WHERE message_id IS NOT NULL AND NOT newer AND NOT same AND NOT clash AND load_id <> known_load;

CREATE OR REPLACE TEMP TABLE dropped_scopes AS
SELECT DISTINCT s.scope
FROM scopes AS s
SEMI JOIN (SELECT message_id FROM arrivals WHERE newer) AS a ON a.message_id = s.message_id;

CREATE OR REPLACE TEMP TABLE removed AS
SELECT * FROM known_already WHERE message_id IN (SELECT message_id FROM arrivals WHERE newer);

-- A load that grows, such as a day of the live feed, holds one version of a message.
INSERT INTO versions SELECT * FROM removed WHERE load_id <> (SELECT max(load_id) FROM incoming);

DELETE FROM messages WHERE message_id IN (SELECT message_id FROM arrivals WHERE newer);

-- In the order of time, which everything that is made of them keeps: who asks about a month reads little else.
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT * REPLACE (coalesce(message_id, nextval('message_ids')) AS message_id) FROM (SELECT * FROM arrivals ORDER BY sent_at);

INSERT INTO messages
SELECT message_id, load_id, platform, namespace, message_key, account, channel, thread_key, reply_to_key,
    author_key, author_name, role, visibility, sent_at, edited_at, event, text
FROM numbered;

CREATE OR REPLACE TEMP TABLE changed AS SELECT message_id FROM numbered;
