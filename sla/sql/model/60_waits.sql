-- for each slice
-- The unit of every response metric. A wait starts at the oldest message that needs a reply and ends at the
-- first reply in its stream that the customer can see, however late; what comes in between are chasers.
CREATE OR REPLACE TEMP TABLE endings AS
SELECT stream_id, turn, act, position, message_id, sent_at FROM spoken WHERE act IN ('A', 'B', 'K');

-- After a bot's answer, an agent who replies before the customer writes again ends the wait after all.
CREATE OR REPLACE TEMP TABLE after_bots AS
WITH following AS (
    SELECT b.stream_id, b.position,
        min(s.position) FILTER (WHERE s.act = 'A') AS reply_position,
        min(s.position) FILTER (WHERE s.act = 'C') AS question_position
    FROM endings AS b
    JOIN spoken AS s ON s.stream_id = b.stream_id AND s.position > b.position
    WHERE b.act = 'B'
    GROUP BY b.stream_id, b.position
)
SELECT f.stream_id, f.position, a.message_id, a.sent_at
FROM following AS f
JOIN spoken AS a ON a.stream_id = f.stream_id AND a.position = f.reply_position
WHERE f.question_position IS NULL OR f.reply_position < f.question_position;

CREATE OR REPLACE TEMP TABLE opened AS
WITH questions AS (
    SELECT message_id, stream_id, episode, position, account, channel, turn, sent_at, start_position, early_reply_id, early_replied_at
    FROM spoken WHERE act = 'C'
), starts AS (
    SELECT *, CASE WHEN early_reply_id IS NULL THEN turn END AS awaited_turn FROM questions
    WHERE position = start_position
        -- answered before it was asked, as far as the clock goes, while nothing else was waited for
        OR (early_reply_id IS NOT NULL AND (start_position IS NULL OR position < start_position))
), chased AS (
    SELECT stream_id, turn, count(*) AS chasers, min(sent_at) AS first_at
    FROM questions WHERE position > start_position
    GROUP BY stream_id, turn
)
SELECT s.message_id, s.stream_id, s.episode, s.position, s.account, s.channel, s.sent_at AS started_at, s.early_reply_id IS NOT NULL AS early,
    CASE WHEN s.early_reply_id IS NOT NULL THEN 0 ELSE coalesce(c.chasers, 0) END AS chasers,
    CASE WHEN s.early_reply_id IS NULL THEN c.first_at END AS chased_at,
    CASE
        WHEN s.early_reply_id IS NOT NULL OR a.message_id IS NOT NULL OR e.act = 'A' THEN 'answered'
        WHEN e.act = 'B' THEN 'bot'
        WHEN e.act = 'K' THEN 'closed'
        ELSE 'open'
    END AS outcome,
    coalesce(s.early_reply_id, a.message_id, e.message_id) AS end_id,
    coalesce(s.early_replied_at, a.sent_at, e.sent_at) AS ended_at
FROM starts AS s
LEFT JOIN chased AS c ON c.stream_id = s.stream_id AND c.turn = s.turn
LEFT JOIN endings AS e ON e.stream_id = s.stream_id AND e.turn = s.awaited_turn
LEFT JOIN after_bots AS a ON a.stream_id = e.stream_id AND a.position = e.position;

INSERT INTO waits
WITH kept AS ( -- the channel's opening hours, where it has some of its own, else the account's
    SELECT o.message_id, o.started_at, o.ended_at, coalesce(c.calendar, a.calendar) AS calendar
    FROM opened AS o
    LEFT JOIN kept_hours AS c ON c.account = o.account AND c.channel = o.channel
    LEFT JOIN kept_hours AS a ON a.account = o.account AND a.channel = ''
), open_time AS (
    SELECT o.message_id,
        CASE WHEN s.calendar IS NOT NULL
            THEN s."before" + least(epoch_us(o.started_at), epoch_us(s.closes_at)) - epoch_us(s.opens_at) END AS started_open,
        CASE WHEN s.calendar IS NOT NULL THEN o.started_at < s.closes_at END AS in_hours,
        -- an ASOF join may find a row for an instant that is NULL
        CASE WHEN t.calendar IS NOT NULL AND o.ended_at IS NOT NULL
            THEN t."before" + least(epoch_us(o.ended_at), epoch_us(t.closes_at)) - epoch_us(t.opens_at) END AS ended_open
    FROM kept AS o
    ASOF LEFT JOIN open_spans AS s ON s.calendar = o.calendar AND s.opens_at <= o.started_at
    ASOF LEFT JOIN open_spans AS t ON t.calendar = o.calendar AND t.opens_at <= o.ended_at
), firsts AS (
    SELECT stream_id, episode, min(position) AS position FROM opened GROUP BY stream_id, episode
), clocked AS (
    SELECT o.*, o.ended_at < o.started_at AS unknown, t.started_open, t.in_hours, t.ended_open, o.position = f.position AS "first"
    FROM opened AS o
    JOIN open_time AS t ON t.message_id = o.message_id
    JOIN firsts AS f ON f.stream_id = o.stream_id AND f.episode = o.episode
)
SELECT concat(s.platform, ':', s.namespace, CASE WHEN s.namespace = '' THEN '' ELSE '/' END, s.message_key),
    s.scope, s.conversation_id, s.platform, s.account, s.channel,
    c."first",
    c.started_at, c.ended_at, c.outcome, coalesce(c.unknown, false),
    CASE
        WHEN c.unknown THEN NULL
        WHEN c.early THEN 0
        ELSE (epoch_us(c.ended_at) - epoch_us(c.started_at)) // 1000000
    END,
    CASE WHEN c.unknown THEN NULL ELSE (c.ended_open - c.started_open) // 1000000 END,
    c.started_open, c.chasers, (epoch_us(c.chased_at) - epoch_us(c.started_at)) // 1000000,
    CASE WHEN c.outcome = 'answered' THEN r.agent END, CASE WHEN c.outcome = 'answered' THEN r.team END,
    c.message_id, c.end_id, s."hour", s."day", s."week", s."month", s.weekday, s.hour_of_day, s.hour_of_week, s.visibility, c.in_hours
FROM clocked AS c
JOIN spoken AS s ON s.message_id = c.message_id
LEFT JOIN spoken AS r ON r.message_id = c.end_id
ORDER BY c.started_at;
