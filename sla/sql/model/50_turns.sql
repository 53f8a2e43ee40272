-- for each slice
-- What each message does to the clock: asks (C), replies (A), answers as a bot (B), closes (K), or nothing.
-- `turn` counts the endings before a message, so everything between two endings shares one turn.
CREATE OR REPLACE TEMP TABLE turns AS
WITH spoken AS (
    SELECT s.message_id, s.stream_id, s.position, s.kind, s.account, s.visible, s.event, s.sent_at, s.parent_id,
        CASE
            WHEN s.role = 'customer' AND s.visible THEN 'C'
            WHEN s.role = 'agent' AND s.visible THEN 'A'
            WHEN s.role = 'bot' AND s.visible AND b.author_key IS NOT NULL THEN 'B'
            WHEN s.event = 'closed' THEN 'K'
        END AS act,
        coalesce(c.closing, false) AS closing_words
    FROM streams AS s
    LEFT JOIN counted_bots AS b ON b.author_key = s.author_key
    LEFT JOIN customer_words AS c ON c.message_id = s.message_id
), remembered AS ( -- who spoke last: only after an agent's reply can "thanks" be a closer
    SELECT s.* EXCLUDE (parent_id), u.closers,
        last_value(CASE WHEN act IN ('A', 'B') OR (act = 'C' AND NOT (closing_words AND u.closers)) THEN act END IGNORE NULLS) OVER (
            PARTITION BY stream_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS act_before,
        count(*) FILTER (WHERE act IN ('A', 'B', 'K')) OVER (
            PARTITION BY stream_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS turn
    FROM spoken AS s
    CROSS JOIN rules AS u
), answered_before AS ( -- an agent's reply that stands before the message it answers (an edited review)
    SELECT q.message_id, arg_min(a.message_id, a.position) AS reply_id, min(a.position) AS reply_position,
        min(a.sent_at) AS replied_at
    FROM spoken AS a
    JOIN spoken AS q
        ON q.message_id = a.parent_id AND q.stream_id = a.stream_id AND q.act = 'C' AND a.position < q.position
    WHERE a.act = 'A'
    GROUP BY q.message_id
), judged AS (
    SELECT r.* EXCLUDE (act_before, closers),
        coalesce(r.closers AND act = 'C' AND closing_words AND act_before = 'A' AND e.reply_id IS NULL, false) AS closer,
        e.reply_id AS early_reply_id, e.replied_at AS early_replied_at
    FROM remembered AS r
    LEFT JOIN answered_before AS e ON e.message_id = r.message_id
)
SELECT *, -- what a turn waits for an answer to
    min(CASE WHEN act = 'C' AND NOT closer AND early_reply_id IS NULL THEN position END) OVER (
        PARTITION BY stream_id, turn
    ) AS start_position
FROM judged;
