-- for each slice
-- Where a stream is cut into episodes, each a conversation of its own.
-- An endless stream is cut by a silence longer than the gap, but not while a wait that began in the episode is
-- open and young enough. A wait outlives its episode: it goes on until somebody replies.
CREATE OR REPLACE TEMP TABLE episode_starts AS
WITH visible AS (
    SELECT stream_id, position, turn, sent_at,
        lag(sent_at) OVER (PARTITION BY stream_id ORDER BY position) AS before_at
    FROM turns WHERE kind = 'endless' AND visible
), asked AS ( -- the question that is open in a turn, from its place on
    SELECT stream_id, turn, min(position) AS position, arg_min(sent_at, position) AS asked_at
    FROM turns
    WHERE kind = 'endless' AND act = 'C' AND NOT closer AND early_reply_id IS NULL
    GROUP BY stream_id, turn
)
SELECT v.stream_id, v.position
FROM visible AS v
CROSS JOIN rules AS r
LEFT JOIN asked AS a ON a.stream_id = v.stream_id AND a.turn = v.turn AND a.position < v.position
WHERE epoch_us(v.sent_at) - epoch_us(v.before_at) > r.episode_gap_seconds * 1000000
    AND (
        a.stream_id IS NULL
        OR epoch_us(v.sent_at) - epoch_us(a.asked_at) >= r.episode_open_seconds * 1000000
    )
UNION ALL
-- A closed ticket that the customer writes to again starts a new episode.
SELECT stream_id, position
FROM (
    SELECT stream_id, position, act,
        last_value(CASE WHEN act IN ('C', 'K') THEN act WHEN event = 'reopened' THEN 'R' END IGNORE NULLS) OVER (
            PARTITION BY stream_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS state
    FROM turns
    WHERE kind = 'thread'
) AS tickets
WHERE act = 'C' AND state = 'K';
