-- Staging rows (incoming, with the number of each key, in the order of time) become messages: what is known already adds nothing, an edited one replaces the older.
-- What a load holds of a message is kept even where another version of it counts: unload.sql goes back to it.
-- Out: arrivals (what is new or newer: its row, and its message where it is known), changed (message_id), dropped_scopes (scope), removed (what stood there before).

CREATE OR REPLACE TEMP TABLE coming AS SELECT number, count(*) AS n FROM incoming GROUP BY number;

CREATE OR REPLACE TEMP TABLE perhaps_known AS
SELECT k.message_id, k.number FROM keys AS k SEMI JOIN coming AS c ON c.number = k.number;

CREATE OR REPLACE TEMP TABLE known_already AS
SELECT m.* FROM messages AS m SEMI JOIN perhaps_known AS f ON f.message_id = m.message_id;

-- What comes more than once, or may be known: the rest is new, and need not be held together with anything.
CREATE OR REPLACE TEMP TABLE doubtful AS
SELECT number FROM coming WHERE n > 1
UNION
SELECT number FROM perhaps_known;

CREATE OR REPLACE TEMP TABLE compared AS
WITH newest AS ( -- the same message twice in one file: the later edit counts, else the later row
    SELECT i.*, i.rowid AS place
    FROM incoming AS i
    SEMI JOIN doubtful AS d ON d.number = i.number
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
SELECT i.rowid AS place, CAST(NULL AS BIGINT) AS message_id FROM incoming AS i ANTI JOIN doubtful AS d ON d.number = i.number
UNION ALL
SELECT place, message_id FROM compared WHERE message_id IS NULL OR (newer AND NOT same AND NOT clash);

INSERT INTO repeated SELECT load_id, message_id, known_load FROM compared WHERE same AND load_id <> known_load;

INSERT INTO versions
SELECT message_id, load_id, platform, namespace, message_key, account, channel, thread_key, reply_to_key,
    author_key, author_name, role, visibility, sent_at, edited_at, event, text
FROM compared WHERE message_id IS NOT NULL AND NOT newer AND NOT same AND NOT clash AND load_id <> known_load;

CREATE OR REPLACE TEMP TABLE dropped_scopes AS
SELECT DISTINCT s.scope
FROM scopes AS s
SEMI JOIN (SELECT message_id FROM arrivals WHERE message_id IS NOT NULL) AS a ON a.message_id = s.message_id;

CREATE OR REPLACE TEMP TABLE removed AS
SELECT * FROM known_already WHERE message_id IN (SELECT message_id FROM arrivals);

-- A load that grows, such as a day of the live feed, holds one version of a message.
INSERT INTO versions SELECT * FROM removed WHERE load_id <> (SELECT max(load_id) FROM incoming);

DELETE FROM messages WHERE message_id IN (SELECT message_id FROM arrivals);

CREATE OR REPLACE TEMP TABLE numbered AS
SELECT place, coalesce(message_id, nextval('message_ids')) AS message_id FROM (SELECT * FROM arrivals ORDER BY place);

INSERT INTO messages
SELECT n.message_id, i.load_id, i.platform, i.namespace, i.message_key, i.account, i.channel, i.thread_key, i.reply_to_key,
    i.author_key, i.author_name, i.role, i.visibility, i.sent_at, i.edited_at, i.event, i.text
FROM incoming AS i
JOIN numbered AS n ON n.place = i.rowid;

CREATE OR REPLACE TEMP TABLE changed AS SELECT message_id FROM numbered;
