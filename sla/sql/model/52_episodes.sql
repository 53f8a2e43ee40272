-- The silences that do end an episode, decided one after the other within a turn, because a message
-- that begins a new episode also begins a new wait there. `open_at` is when the open wait of the episode
-- at hand began; a later question of the same turn is looked up by its place in the stream.
CREATE OR REPLACE TEMP TABLE episode_starts AS
WITH RECURSIVE questions AS (
    SELECT t.stream, t.turn, t.position, t.sent_at
    FROM turns AS t
    SEMI JOIN gaps AS g ON g.stream = t.stream AND g.turn = t.turn
    WHERE t.act = 'C' AND NOT t.closer AND t.early_reply_id IS NULL
), next_questions AS (
    SELECT g.stream, g.turn, g.nth, min(q.position) AS position, arg_min(q.sent_at, q.position) AS sent_at
    FROM gaps AS g
    JOIN questions AS q ON q.stream = g.stream AND q.turn = g.turn AND q.position >= g.position
    GROUP BY g.stream, g.turn, g.nth
), decided AS (
    SELECT g.stream, g.turn, g.position, g.nth,
        g.pending_at IS NULL OR epoch_us(g.sent_at) - epoch_us(g.pending_at) >= r.episode_open_seconds * 1000000
            AS ends,
        CASE
            WHEN g.pending_at IS NULL
                OR epoch_us(g.sent_at) - epoch_us(g.pending_at) >= r.episode_open_seconds * 1000000
            THEN n.sent_at ELSE g.pending_at
        END AS open_at,
        CASE
            WHEN g.pending_at IS NULL
                OR epoch_us(g.sent_at) - epoch_us(g.pending_at) >= r.episode_open_seconds * 1000000
            THEN n.position ELSE 0
        END AS open_position
    FROM gaps AS g
    CROSS JOIN rules AS r
    LEFT JOIN next_questions AS n ON n.stream = g.stream AND n.turn = g.turn AND n.nth = g.nth
    WHERE g.nth = 1
    UNION ALL
    SELECT g.stream, g.turn, g.position, g.nth,
        d.open_position IS NULL OR d.open_position >= g.position
            OR epoch_us(g.sent_at) - epoch_us(d.open_at) >= r.episode_open_seconds * 1000000 AS ends,
        CASE
            WHEN d.open_position IS NULL OR d.open_position >= g.position
                OR epoch_us(g.sent_at) - epoch_us(d.open_at) >= r.episode_open_seconds * 1000000
            THEN n.sent_at ELSE d.open_at
        END AS open_at,
        CASE
            WHEN d.open_position IS NULL OR d.open_position >= g.position
                OR epoch_us(g.sent_at) - epoch_us(d.open_at) >= r.episode_open_seconds * 1000000
            THEN n.position ELSE d.open_position
        END AS open_position
    FROM decided AS d
    JOIN gaps AS g ON g.stream = d.stream AND g.turn = d.turn AND g.nth = d.nth + 1
    CROSS JOIN rules AS r
    LEFT JOIN next_questions AS n ON n.stream = g.stream AND n.turn = g.turn AND n.nth = g.nth
)
SELECT stream, position FROM decided WHERE ends
UNION ALL
-- A closed ticket that the customer writes to again starts a new episode.
SELECT stream, position
FROM (
    SELECT stream, position, act,
        last_value(CASE WHEN act IN ('C', 'K') THEN act WHEN event = 'reopened' THEN 'R' END IGNORE NULLS) OVER (
            PARTITION BY stream ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS state
    FROM turns
    WHERE kind = 'thread'
) AS tickets
WHERE act = 'C' AND state = 'K';
