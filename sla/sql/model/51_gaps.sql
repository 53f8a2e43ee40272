-- Where an episode could end: a silence longer than the gap on an endless stream.
-- A wait that is open and young enough holds the episode together; `pending` is the oldest one before the silence.
CREATE OR REPLACE TEMP TABLE gaps AS
WITH visible AS (
    SELECT stream, position, turn, act, sent_at,
        lag(sent_at) OVER (PARTITION BY stream ORDER BY position) AS before_at
    FROM turns WHERE kind = 'endless' AND visible
), asked AS (
    SELECT stream, turn, min(position) AS asked_position, arg_min(sent_at, position) AS asked_at
    FROM turns
    WHERE kind = 'endless' AND act = 'C' AND NOT closer AND early_reply_id IS NULL
    GROUP BY stream, turn
)
SELECT v.stream, v.turn, v.position, v.sent_at,
    CASE WHEN a.asked_position < v.position THEN a.asked_at END AS pending_at,
    row_number() OVER (PARTITION BY v.stream, v.turn ORDER BY v.position) AS nth
FROM visible AS v
CROSS JOIN rules AS r
LEFT JOIN asked AS a ON a.stream = v.stream AND a.turn = v.turn
WHERE epoch_us(v.sent_at) - epoch_us(v.before_at) > r.episode_gap_seconds * 1000000;
