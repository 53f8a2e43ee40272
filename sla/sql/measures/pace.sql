-- title: Pace
-- definition: Whether the queue grows or shrinks: how many waits began and ended in the last hour, and when nobody waits any more if that goes on.
-- formula: waiting / (ended − begun) × 1 hour, where more ended than began
-- unit: waits; whole seconds on the calendar clock
-- waits: all
-- keys: account, channel
-- waiting: open waits not older than the horizon (24 hours unless set)
-- begun: waits begun in the hour up to as of, the latest one of several accounts
-- ended: waits answered or closed in that hour, those given up before then left out
-- clears_seconds: time until nobody waits at this pace; 0 when nobody does; empty when the queue does not shrink
WITH {chosen}, {lately}, latest AS (
    SELECT {keys} max(as_of) AS latest_at
    FROM known
    WHERE ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
    {group_by}
), turned AS ( -- whatever waits, and is not given up, or ended in the last hour before that, began so lately
    SELECT c.*, epoch_us(coalesce(c.ended_at, k.as_of)) - epoch_us(c.started_at) <= CAST($horizon AS BIGINT) * 1000000 AS in_time
    FROM chosen AS c
    JOIN lately AS d ON d.account = c.account AND d.channel = c.channel AND d."day" = c."day"
    JOIN known AS k ON k.account = c.account AND k.channel = c.channel
    WHERE epoch_us(k.as_of) - epoch_us(c.started_at) <= (CAST($horizon AS BIGINT) + 3600) * 1000000
), beside AS (
    SELECT {counted_keys} c.latest_at, q.outcome, q.unknown, q.started_at, q.ended_at, q.in_time
    FROM latest AS c
    LEFT JOIN turned AS q ON {same_keys}
), counted AS (
    SELECT {keys}
        count(CASE WHEN outcome = 'open' AND in_time THEN 1 END) AS waiting,
        count(CASE WHEN NOT unknown AND started_at > latest_at - INTERVAL 1 HOUR THEN 1 END) AS begun,
        count(CASE WHEN NOT unknown AND in_time AND ended_at > latest_at - INTERVAL 1 HOUR THEN 1 END) AS ended
    FROM beside
    {group_by}
)
SELECT {keys} waiting, begun, ended,
    CASE
        WHEN waiting = 0 THEN 0
        WHEN ended > begun THEN CAST(ceil(CAST(waiting AS DOUBLE) * 3600 / (ended - begun)) AS BIGINT)
    END AS clears_seconds
FROM counted
{order_by}
