-- The spans of a calendar in order: when each opens and closes, and the open time before it (all in µs).
SELECT CAST(epoch_us(opens_at) AS DOUBLE) AS opens, CAST(epoch_us(closes_at) AS DOUBLE) AS closes, CAST("before" AS DOUBLE) AS gone
FROM open_spans
WHERE calendar = $calendar
ORDER BY opens_at
