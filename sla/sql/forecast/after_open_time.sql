-- The time (µs) until $seconds of a calendar's open time have gone by from $now; no row beyond the hours that are worked out.
WITH spans AS (
    SELECT * FROM open_spans WHERE calendar = $calendar
), here AS (
    SELECT "before" + least(epoch_us($now::TIMESTAMPTZ), epoch_us(closes_at)) - epoch_us(opens_at) AS gone
    FROM spans WHERE opens_at <= $now
    ORDER BY opens_at DESC LIMIT 1
), target AS (SELECT gone + CAST($seconds AS BIGINT) * 1000000 AS aim FROM here)
SELECT epoch_us(opens_at) + aim - "before" - epoch_us($now::TIMESTAMPTZ)
FROM spans, target
WHERE "before" + epoch_us(closes_at) - epoch_us(opens_at) >= aim AND closes_at > $now::TIMESTAMPTZ
ORDER BY opens_at LIMIT 1
