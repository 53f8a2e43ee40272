-- for each slice
-- A conversation is one episode of a stream; streams that have an end of their own have one episode.

-- Accounts without a time zone in the settings are told in UTC.
INSERT INTO zones
SELECT DISTINCT account, 'UTC' FROM streams WHERE account NOT IN (SELECT account FROM zones);

-- Local times by quarters of an hour, of which there are few: no zone is set otherwise.
CREATE OR REPLACE TEMP TABLE quarters AS
WITH met AS (
    SELECT DISTINCT account, epoch_us(sent_at) // 900000000 AS quarter FROM streams
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

-- Every message that belongs to somebody, with all that is known of it.
CREATE OR REPLACE TEMP TABLE spoken AS
WITH counted AS (
    SELECT t.message_id, t.stream_id, t.position, t.kind, t.account, t.visible, t.event, t.sent_at, epoch_us(t.sent_at) // 900000000 AS quarter, t.act, t.closing_words, t.turn, t.closer,
        t.early_reply_id, t.early_replied_at, t.start_position,
        count(e.position) OVER (
            PARTITION BY t.stream_id ORDER BY t.position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS episode
    FROM turns AS t
    LEFT JOIN episode_starts AS e ON e.stream_id = t.stream_id AND e.position = t.position
), local AS (
    SELECT c.* EXCLUDE (quarter), b.scope, b.customer, b.parent_id, w.platform, w.namespace, w.message_key, coalesce(w.channel, w.platform) AS channel, w.role, w.visibility,
        CASE WHEN c.episode = 0 THEN b.stream ELSE concat(b.stream, '#', c.episode + 1) END AS conversation_id, s.signature,
        -- a reply is credited to who signed it, else to who sent it
        CASE WHEN w.role = 'agent' THEN coalesce(s.signature, w.author_name, w.author_key) END AS agent,
        q."hour", q."day", q."week", q."month", q.weekday, q.hour_of_day, q.hour_of_week
    FROM counted AS c
    JOIN belonging AS b ON b.message_id = c.message_id
    JOIN work AS w ON w.message_id = c.message_id
    JOIN quarters AS q ON q.account = c.account AND q.quarter = c.quarter
    LEFT JOIN agent_words AS s ON s.message_id = c.message_id
)
SELECT l.*, m.team
FROM local AS l
-- team membership is the one at that time
LEFT JOIN teams AS m ON m.agent = l.agent AND l."day" >= m.since AND l."day" < m.until;

INSERT INTO conversations
SELECT min(conversation_id), min(scope), min(kind), min(platform), min(account),
    arg_min(channel, position), arg_min(customer, position) FILTER (WHERE customer IS NOT NULL),
    CASE arg_min(role, position) FILTER (WHERE visible) WHEN 'customer' THEN 'customer' ELSE 'brand' END,
    min(sent_at), max(sent_at), count(*)
FROM spoken
WHERE role <> 'system'
GROUP BY stream_id, episode;

INSERT INTO placed
SELECT message_id, scope, conversation_id, account, channel, role, visible, closing_words, closer, sent_at, position, agent, team,
    "hour", "day", "week", "month", weekday, hour_of_day, hour_of_week, coalesce(act = 'C' AND position > start_position, false)
FROM spoken
ORDER BY sent_at;

INSERT INTO heard
SELECT account, channel, count(*) FILTER (WHERE role <> 'system'), min(sent_at), max(sent_at) FROM spoken GROUP BY account, channel;

INSERT INTO said_more
SELECT account, channel, "hour", count(*) FILTER (WHERE role = 'customer'), count(*) FILTER (WHERE act = 'C' AND position > start_position),
    count(*) FILTER (WHERE role = 'agent')
FROM spoken
WHERE visible AND role IN ('customer', 'agent')
GROUP BY account, channel, "hour";
