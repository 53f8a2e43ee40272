-- The waits of an account, or of one of its channels, as the forecast takes them: when each was asked and replied to (µs, UTC).
-- A wait that was closed unanswered has no reply, as an open one. What a bot ended, or whose length is unknown, stays out. Of a
-- channel of which nothing has been heard for $stale seconds only those count that were a day old by then: nobody knows
-- what became of the others, and those of them that are known to be answered were the quick ones.
-- At least the latest $at_least waits, and from a round number on, so that one more wait seldom moves the beginning; none from
-- before the $calendar begins. In no order: the forecast has one of its own.
WITH fresh AS (
    SELECT account, channel,
        CASE WHEN epoch_us($now::TIMESTAMPTZ) - epoch_us(as_of) > CAST($stale AS BIGINT) * 1000000
            THEN epoch_us(as_of) - CAST(86400 AS BIGINT) * 1000000 END AS until
    FROM known
    WHERE account = $account AND ($channel IS NULL OR channel = $channel)
), asked AS (
    SELECT w.wait_id, w.started_at, CASE WHEN w.outcome = 'answered' THEN w.ended_at END AS replied_at
    FROM waits AS w
    JOIN fresh AS f ON f.account = w.account AND f.channel = w.channel
    WHERE w.outcome <> 'bot' AND NOT w.unknown
        AND (f.until IS NULL OR epoch_us(w.started_at) <= f.until)
        AND ($calendar IS NULL OR w.started_at >= (SELECT min(opens_at) FROM open_spans WHERE calendar = $calendar))
), wanted AS (
    SELECT count(*) - greatest((count(*) - CAST($at_least AS BIGINT)) // 1000 * 1000, 0) AS n FROM asked
), since AS ( -- told by the time alone first, so that little more than the latest is read
    SELECT min(started_at) AS instant FROM (SELECT started_at FROM asked ORDER BY started_at DESC LIMIT (SELECT n FROM wanted)) AS latest_times
), latest AS (
    SELECT started_at, replied_at FROM asked
    WHERE started_at >= (SELECT instant FROM since)
    ORDER BY started_at DESC, wait_id DESC
    LIMIT (SELECT n FROM wanted)
)
SELECT CAST(epoch_us(started_at) AS DOUBLE) AS asked, coalesce(epoch_us(replied_at), CAST('infinity' AS DOUBLE)) AS replied
FROM latest
