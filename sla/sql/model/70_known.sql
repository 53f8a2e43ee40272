-- As of: up to when each account and channel is known. A poll that brought nothing counts: it is a system row.
CREATE OR REPLACE TEMP TABLE touching AS
SELECT account, channel FROM heard
UNION
SELECT account, channel FROM stood
UNION
SELECT coalesce(account, CASE WHEN role IN ('agent', 'bot') THEN author_key END), coalesce(channel, platform)
FROM removed
UNION
SELECT coalesce(account, CASE WHEN role IN ('agent', 'bot') THEN author_key END), coalesce(channel, platform)
FROM changed_messages;

CREATE OR REPLACE TEMP TABLE renewed AS
WITH seen AS ( -- what belongs to somebody, and what the account itself sent or a source said of it
    SELECT p.account, p.channel, p.sent_at, m.load_id, p.role <> 'system' AS counted
    FROM placed AS p
    JOIN messages AS m ON m.message_id = p.message_id
    SEMI JOIN touching AS t ON t.account = p.account AND t.channel = p.channel
    UNION ALL
    SELECT t.account, t.channel, m.sent_at, m.load_id, false AS counted
    FROM messages AS m
    JOIN touching AS t
        ON t.account = coalesce(m.account, CASE WHEN m.role IN ('agent', 'bot') THEN m.author_key END)
        AND t.channel = coalesce(m.channel, m.platform)
)
SELECT s.account, s.channel, min(s.sent_at) AS first_at, max(s.sent_at) AS as_of,
    count(*) FILTER (WHERE s.counted) AS messages, coalesce(bool_or(l.sample), false) AS sample
FROM seen AS s
LEFT JOIN loads AS l ON l.load_id = s.load_id
GROUP BY s.account, s.channel;

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
