-- An account's waits as the forecast takes them: when each was asked and replied to, in seconds on the clock asked for.
-- A wait that was closed unanswered has no reply, as an open one. What a bot ended, or whose length is unknown, stays out. Of a
-- channel of which nothing has been heard for $stale seconds only those count that were a day old by then: nobody knows
-- what became of the others, and those of them that are known to be answered were the quick ones.
-- At least the latest $at_least waits, and from a round number on, so that one more wait seldom moves the beginning.
WITH fresh AS (
    SELECT account, channel,
        CASE WHEN epoch_us($now::TIMESTAMPTZ) - epoch_us(as_of) > CAST($stale AS BIGINT) * 1000000
            THEN epoch_us(as_of) - CAST(86400 AS BIGINT) * 1000000 END AS until
    FROM known
    WHERE account = $account
), asked AS (
    SELECT
        CASE WHEN $clock = 'open' THEN w.started_open ELSE epoch_us(w.started_at) END AS asked,
        CASE WHEN w.outcome <> 'answered' THEN NULL
            WHEN $clock = 'open' THEN w.started_open + w.open_seconds * 1000000
            ELSE epoch_us(w.ended_at) END AS replied,
        row_number() OVER (ORDER BY w.started_at, w.wait_id) AS place,
        count(*) OVER () AS n
    FROM waits AS w
    JOIN fresh AS f ON f.account = w.account AND f.channel = w.channel
    WHERE w.outcome <> 'bot' AND NOT w.unknown
        AND (f.until IS NULL OR epoch_us(w.started_at) <= f.until)
        AND ($clock = 'calendar' OR w.started_open IS NOT NULL)
)
SELECT CAST(asked / 1000000.0 AS DOUBLE) AS asked, coalesce(replied / 1000000.0, CAST('infinity' AS DOUBLE)) AS replied
FROM asked
WHERE place > (n - CAST($at_least AS BIGINT)) // 1000 * 1000
ORDER BY place
