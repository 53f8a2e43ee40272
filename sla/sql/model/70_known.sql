-- As of: up to when each account and channel is known. A poll that brought nothing counts: it is a system row.
-- What was known is carried on with what came and what went; only where the first or the last went is all of it looked at again.

-- Whose a message says it is.
CREATE OR REPLACE TEMP MACRO own_account(account, role, author_key) AS coalesce(account, CASE WHEN role IN ('agent', 'bot') THEN author_key END);

CREATE OR REPLACE TEMP TABLE touching AS
WITH each_one AS ( -- what belongs to somebody, and what the account itself sent or a source said of it
    SELECT account, channel, messages, first_at, as_of, true AS here FROM heard
    UNION ALL
    SELECT own_account(account, role, author_key), coalesce(channel, platform), 0, sent_at AS first_at, sent_at AS as_of, true FROM changed_messages
    UNION ALL
    SELECT account, channel, -messages, first_at, as_of, false FROM stood
    UNION ALL
    SELECT own_account(account, role, author_key), coalesce(channel, platform), 0, sent_at AS first_at, sent_at AS as_of, false FROM removed
), moved AS (
    SELECT account, channel, sum(messages) AS messages, min(CASE WHEN here THEN first_at END) AS first_in, max(CASE WHEN here THEN as_of END) AS last_in,
        min(CASE WHEN NOT here THEN first_at END) AS first_out, max(CASE WHEN NOT here THEN as_of END) AS last_out
    FROM each_one
    WHERE account IS NOT NULL
    GROUP BY account, channel
)
SELECT m.account, m.channel, CAST(coalesce(k.messages, 0) + m.messages AS BIGINT) AS messages,
    least(k.first_at, m.first_in) AS first_at, greatest(k.as_of, m.last_in) AS as_of,
    coalesce((m.first_out <= k.first_at AND (m.first_in IS NULL OR m.first_in > k.first_at))
        OR (m.last_out >= k.as_of AND (m.last_in IS NULL OR m.last_in < k.as_of)), m.first_in IS NULL) AS lost
FROM moved AS m
LEFT JOIN known AS k ON k.account = m.account AND k.channel = m.channel;

CREATE OR REPLACE TEMP TABLE samples AS
SELECT m.message_id, own_account(m.account, m.role, m.author_key) AS account, coalesce(m.channel, m.platform) AS channel
FROM messages AS m
WHERE m.load_id IN (SELECT load_id FROM loads WHERE sample);

CREATE OR REPLACE TEMP TABLE sampled AS
SELECT account, channel FROM samples
UNION
SELECT p.account, p.channel FROM placed AS p SEMI JOIN samples AS s ON s.message_id = p.message_id;

CREATE OR REPLACE TEMP TABLE renewed AS
WITH again AS (
    SELECT account, channel FROM touching WHERE lost
), seen AS (
    SELECT p.account, p.channel, p.sent_at, p.role <> 'system' AS counted
    FROM placed AS p
    JOIN again AS t ON t.account = p.account AND t.channel = p.channel
    UNION ALL
    SELECT t.account, t.channel, m.sent_at, false AS counted
    FROM messages AS m
    JOIN again AS t
        ON t.account = own_account(m.account, m.role, m.author_key)
        AND t.channel = coalesce(m.channel, m.platform)
), counted AS (
    SELECT account, channel, min(sent_at) AS first_at, max(sent_at) AS as_of, count(*) FILTER (WHERE counted) AS messages
    FROM seen
    GROUP BY account, channel
    UNION ALL
    SELECT account, channel, first_at, as_of, messages FROM touching WHERE NOT lost
)
SELECT c.account, c.channel, c.first_at, c.as_of, c.messages, s.account IS NOT NULL AS sample
FROM counted AS c
LEFT JOIN sampled AS s ON s.account = c.account AND s.channel = c.channel;

DELETE FROM known
WHERE EXISTS (SELECT 1 FROM touching AS t WHERE t.account = known.account AND t.channel = known.channel);

INSERT INTO known
WITH kept AS ( -- the channel's opening hours, where it has some of its own, else the account's
    SELECT r.*, coalesce(c.calendar, a.calendar) AS calendar
    FROM renewed AS r
    LEFT JOIN calendars AS c ON c.account = r.account AND c.channel = r.channel
    LEFT JOIN calendars AS a ON a.account = r.account AND a.channel = ''
)
SELECT r.account, r.channel, r.first_at, r.as_of,
    CASE WHEN s.calendar IS NOT NULL
        THEN s."before" + least(epoch_us(r.as_of), epoch_us(s.closes_at)) - epoch_us(s.opens_at) END,
    r.messages, r.sample, r.calendar
FROM kept AS r
ASOF LEFT JOIN open_spans AS s ON s.calendar = r.calendar AND s.opens_at <= r.as_of;

-- An account of which there is no more than a poll or a closing is told in UTC as well.
INSERT INTO zones SELECT DISTINCT account, 'UTC' FROM known WHERE account NOT IN (SELECT account FROM zones);
