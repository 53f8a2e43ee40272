-- for each slice
-- A conversation is one episode of a stream; streams that have an end of their own have one episode.

-- A blank is of any kind, as \s is only of ASCII. A signature is initials or a name after ^, glued or not, or after
-- a blank and a dash, ~ or *, then with no small letter first. Only links and counts such as 1/2 may follow it.
CREATE OR REPLACE TEMP MACRO signature_rule() AS (
    '(?:\^[\s\v\x1c-\x1f\x{85}\p{Z}]?(\p{L}+)|(?:^|[\s\v\x1c-\x1f\x{85}\p{Z}])[\-–—~*][\s\v\x1c-\x1f\x{85}\p{Z}]?([\p{Lu}\p{Lt}\p{Lo}]\p{L}*))'
    || '((?:[\s\v\x1c-\x1f\x{85}\p{Z}]+(?:(?:https?://|www\.)[^\s\v\x1c-\x1f\x{85}\p{Z}]+|[0-9]/[0-9]|\([0-9]/[0-9]\)))*)[\s\v\x1c-\x1f\x{85}\p{Z}]*$'
);

CREATE OR REPLACE TEMP TABLE signatures AS
WITH read AS (
    SELECT t.message_id, regexp_extract(nfc_normalize(w.text), signature_rule(), ['initials', 'name', 'after']) AS signed
    FROM turns AS t
    JOIN work AS w ON w.message_id = t.message_id
    WHERE t.act = 'A'
)
SELECT message_id, concat(upper(signed.initials), signed.name) AS signature
FROM read
WHERE length(concat(signed.initials, signed.name)) BETWEEN 1 AND 20;

CREATE OR REPLACE TEMP TABLE spoken AS
WITH counted AS (
    SELECT t.message_id, t.act, t.closing_words, t.turn, t.closer, t.early_reply_id, t.early_replied_at, t.start_position,
        count(e.position) OVER (
            PARTITION BY t.stream_id ORDER BY t.position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS episode
    FROM turns AS t
    LEFT JOIN episode_starts AS e ON e.stream_id = t.stream_id AND e.position = t.position
)
SELECT m.*, c.* EXCLUDE (message_id), CASE WHEN c.episode = 0 THEN m.stream ELSE concat(m.stream, '#', c.episode + 1) END AS conversation_id,
    s.signature
FROM streams AS m
JOIN counted AS c ON c.message_id = m.message_id
LEFT JOIN signatures AS s ON s.message_id = m.message_id;

INSERT INTO conversations
SELECT min(conversation_id), min(scope), min(kind), min(platform), min(account),
    arg_min(channel, position), arg_min(customer, position) FILTER (WHERE customer IS NOT NULL),
    CASE arg_min(role, position) FILTER (WHERE visible) WHEN 'customer' THEN 'customer' ELSE 'brand' END,
    min(sent_at), max(sent_at), count(*)
FROM spoken
WHERE role <> 'system'
GROUP BY stream_id, episode;

-- Accounts without a time zone in the settings are told in UTC.
INSERT INTO zones
SELECT DISTINCT account, 'UTC' FROM spoken WHERE account NOT IN (SELECT account FROM zones);

-- Local times by quarters of an hour, of which there are few: no zone is set otherwise.
CREATE OR REPLACE TEMP TABLE quarters AS
WITH met AS (
    SELECT DISTINCT account, epoch_us(sent_at) // 900000000 AS quarter FROM spoken
), zoned AS (
    SELECT m.account, m.quarter, z.time_zone FROM met AS m JOIN zones AS z ON z.account = m.account
), local AS (
    SELECT time_zone, quarter, timezone(time_zone, to_timestamp(quarter * 900)) AS local_at
    FROM (SELECT DISTINCT time_zone, quarter FROM zoned) AS told
)
SELECT z.account, z.quarter, date_trunc('hour', local_at) AS "hour", local_at::DATE AS "day",
    date_trunc('week', local_at)::DATE AS "week", date_trunc('month', local_at)::DATE AS "month",
    isodow(local_at) - 1 AS weekday, hour(local_at) AS hour_of_day,
    (isodow(local_at) - 1) * 24 + hour(local_at) AS hour_of_week
FROM zoned AS z
JOIN local AS l ON l.time_zone = z.time_zone AND l.quarter = z.quarter;

CREATE OR REPLACE TEMP TABLE settled AS
WITH local AS (
    SELECT s.*, q."hour", q."day", q."week", q."month", q.weekday, q.hour_of_day, q.hour_of_week,
        -- a reply is credited to who signed it, else to who sent it
        CASE WHEN s.role = 'agent' THEN coalesce(s.signature, s.author_name, s.author_key) END AS agent
    FROM spoken AS s
    JOIN quarters AS q ON q.account = s.account AND q.quarter = epoch_us(s.sent_at) // 900000000
)
SELECT l.message_id, l.scope, l.conversation_id, l.account, l.channel, l.role, l.visible, l.closing_words, l.closer, l.sent_at,
    l.position, l.agent, m.team, l."hour", l."day", l."week", l."month", l.weekday, l.hour_of_day, l.hour_of_week,
    coalesce(l.act = 'C' AND l.position > l.start_position, false) AS chaser
FROM local AS l
-- team membership is the one at that time
LEFT JOIN teams AS m ON m.agent = l.agent AND l."day" >= m.since AND l."day" < m.until;

INSERT INTO placed FROM settled ORDER BY sent_at;

INSERT INTO heard
SELECT account, channel, count(*) FILTER (WHERE role <> 'system'), min(sent_at), max(sent_at) FROM settled GROUP BY account, channel;
