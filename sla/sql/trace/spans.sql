-- The opening hours that were counted: the channel's open spans, cut to the wait (to *as of* while it is open).
-- Spans that touch are one. A span counts the whole seconds by which it moves the clock on, so they add up to the
-- wait's open seconds to the second.
-- In: wait_id and start_id, by which less is read. Out: opens_at, closes_at, seconds, in order; nothing when no hours are counted.
WITH cut AS (
    SELECT greatest(s.opens_at, w.started_at) AS opens_at,
        least(s.closes_at, coalesce(w.ended_at, k.as_of)) AS closes_at
    FROM waits AS w
    JOIN known AS k ON k.account = w.account AND k.channel = w.channel
    JOIN open_spans AS s ON s.calendar = k.calendar
    WHERE w.start_id = $start_id AND w.wait_id = $wait_id AND NOT w.unknown AND w.started_open IS NOT NULL
), told_apart AS (
    SELECT *, CASE WHEN opens_at = lag(closes_at) OVER (ORDER BY opens_at) THEN 0 ELSE 1 END AS begins
    FROM cut
    WHERE opens_at < closes_at
), numbered AS (
    SELECT *, sum(begins) OVER (ORDER BY opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS span
    FROM told_apart
), joined AS (
    SELECT min(opens_at) AS opens_at, max(closes_at) AS closes_at,
        epoch_us(max(closes_at)) - epoch_us(min(opens_at)) AS microseconds
    FROM numbered
    GROUP BY span
), added AS (
    SELECT *, sum(microseconds) OVER (ORDER BY opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS until_here
    FROM joined
)
SELECT opens_at, closes_at, CAST(until_here // 1000000 - (until_here - microseconds) // 1000000 AS BIGINT) AS seconds
FROM added
ORDER BY opens_at
