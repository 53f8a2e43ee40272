-- title: Backlog
-- definition: How many waits are open at the end of each period, how old the oldest is, and how many there were at most.
-- formula: waits begun at that instant or before and not ended by then; not yet over: at as of
-- unit: waits; whole seconds on the calendar clock
-- waits: all
-- keys: hour | day | week | month, account, channel
-- at: the instant looked at: the period's end, or as of if that is earlier; of several accounts the latest
-- n: waits that are open then
-- oldest_seconds: age of the oldest of them; empty when there is none
-- highest: most waits that were open at one time within the period
WITH asked_about AS ( -- each account's channels, with the bounds of the question as instants
    SELECT k.account, k.channel, k.first_at, k.as_of, z.time_zone,
        coalesce($from_instant::TIMESTAMPTZ, timezone(z.time_zone, $from_local::TIMESTAMP)) AS since,
        coalesce($to_instant::TIMESTAMPTZ, timezone(z.time_zone, $to_local::TIMESTAMP)) AS until
    FROM known AS k
    JOIN zones AS z ON z.account = k.account
    WHERE ($account IS NULL OR k.account = $account) AND ($channel IS NULL OR k.channel = $channel)
), chosen AS ( -- a wait of no length is never open
    SELECT account, channel, started_at, ended_at
    FROM waits
    WHERE outcome <> 'bot' AND NOT unknown AND ($waits = 'all' OR "first" = ($waits = 'first'))
        AND ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
        AND (ended_at IS NULL OR ended_at > started_at)
), labels AS ( -- the local periods of each time zone, and one more, whose start ends the last
    SELECT DISTINCT time_zone, date_trunc($period, reached) AS label
    FROM (
        SELECT time_zone, unnest(generate_series(
            date_trunc($period, first_local),
            date_trunc($period, last_local)
                + CASE $period WHEN 'hour' THEN 1 WHEN 'day' THEN 24 WHEN 'week' THEN 168 WHEN 'month' THEN 744 END * INTERVAL 1 HOUR,
            CASE $period WHEN 'hour' THEN 1 ELSE 24 END * INTERVAL 1 HOUR
        )) AS reached
        FROM (
            SELECT time_zone, min(timezone(time_zone, first_at)) AS first_local, max(timezone(time_zone, as_of)) AS last_local
            FROM asked_about GROUP BY time_zone
        ) AS zoned
    ) AS listed
), begun AS ( -- a period begins at the first instant that is in it, also where summer time skips or repeats it
    SELECT l.time_zone, l.label, min(timezone(l.time_zone, l.label::TIMESTAMP) + o.shift * INTERVAL 1 MINUTE) AS begins_at
    FROM labels AS l
    JOIN (SELECT unnest([-60, -30, 0, 30, 60]) AS shift) AS o
        ON timezone(l.time_zone, timezone(l.time_zone, l.label::TIMESTAMP) + o.shift * INTERVAL 1 MINUTE) >= l.label
    GROUP BY l.time_zone, l.label
), ending AS (
    SELECT *, lead(begins_at) OVER (PARTITION BY time_zone ORDER BY label) AS ends_at FROM begun
), spans AS (
    SELECT a.account, a.channel, e.label, e.begins_at, e.ends_at, least(e.ends_at, a.as_of) AS "at"
    FROM asked_about AS a
    JOIN ending AS e ON e.time_zone = a.time_zone
        AND e.ends_at > e.begins_at AND e.ends_at > a.first_at AND e.begins_at <= a.as_of
        AND ($from_instant IS NULL OR e.begins_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR e.begins_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR e.label >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR e.label < $to_local::TIMESTAMP)
    UNION ALL
    SELECT account, channel, NULL AS label, greatest(first_at, since) AS begins_at,
        coalesce(until, 'infinity'::TIMESTAMPTZ) AS ends_at, least(as_of, until) AS "at"
    FROM asked_about
    WHERE $period IS NULL AND (since IS NULL OR since <= as_of) AND (until IS NULL OR until > first_at)
        AND (since IS NULL OR until IS NULL OR since < until)
), changes AS ( -- how many more or fewer wait from an instant on
    SELECT account, channel, instant, CAST(sum(more) AS BIGINT) AS more
    FROM (
        SELECT account, channel, started_at AS instant, 1 AS more FROM chosen
        UNION ALL
        SELECT account, channel, ended_at, -1 FROM chosen WHERE ended_at IS NOT NULL
    ) AS each_one
    GROUP BY account, channel, instant
), running AS (
    SELECT *, CAST(sum(more) OVER (
        PARTITION BY account, channel ORDER BY instant ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS "open"
    FROM changes
), lasting AS ( -- who came later and was gone no later than another is never the oldest
    SELECT account, channel, started_at, coalesce(ended_at, 'infinity'::TIMESTAMPTZ) AS ended_at
    FROM (
        SELECT *, max(coalesce(ended_at, 'infinity'::TIMESTAMPTZ)) OVER (
            PARTITION BY account, channel ORDER BY started_at, ended_at DESC NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS others_end
        FROM chosen
    ) AS beside_others
    WHERE others_end IS NULL OR coalesce(ended_at, 'infinity'::TIMESTAMPTZ) > others_end
), looked_at AS (
    SELECT s.account, s.channel, s.label, s.begins_at, s.ends_at, s."at", coalesce(b."open", 0) AS before_it, coalesce(e."open", 0) AS n,
        coalesce(l."open", 0) AS by_its_end,
        CASE WHEN o.started_at <= s."at" THEN (epoch_us(s."at") - epoch_us(o.started_at)) // 1000000 END AS oldest
    FROM spans AS s
    ASOF LEFT JOIN running AS b ON b.account = s.account AND b.channel = s.channel AND b.instant <= s.begins_at
    ASOF LEFT JOIN running AS e ON e.account = s.account AND e.channel = s.channel AND e.instant <= s."at"
    ASOF LEFT JOIN running AS l ON l.account = s.account AND l.channel = s.channel AND l.instant <= s.ends_at
    ASOF LEFT JOIN lasting AS o ON o.account = s.account AND o.channel = s.channel AND o.ended_at > s."at"
), keyed AS (
    SELECT *, label AS "hour", label::DATE AS "day", label::DATE AS "week", label::DATE AS "month" FROM looked_at
), steps AS (
    -- What each account and channel adds while its own period lasts, and takes away after its end. What is open when
    -- a channel was last known stays open, until another channel tells its end: others may be known for longer.
    SELECT {keys} instant, CAST(sum(enter) AS BIGINT) AS enter, CAST(sum(leave) AS BIGINT) AS leave
    FROM (
        SELECT {keys} begins_at AS instant, before_it AS enter, 0 AS leave FROM keyed
        UNION ALL
        SELECT {keys} ends_at, 0, by_its_end FROM keyed
        UNION ALL
        SELECT {keys} changed_at, more, 0
        FROM (SELECT account AS whose, channel AS "where", instant AS changed_at, more FROM changes) AS c
        ASOF JOIN keyed AS k ON k.account = c.whose AND k.channel = c."where" AND k.begins_at < c.changed_at
        WHERE c.changed_at <= k.ends_at
    ) AS each_one
    GROUP BY {keys} instant
), heights AS (
    SELECT {keys}
        sum(enter) OVER (in_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        - coalesce(sum(leave) OVER (in_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS height
    FROM steps
    WINDOW in_time AS ({partition} ORDER BY instant)
), tops AS (
    SELECT {keys} CAST(max(height) AS BIGINT) AS highest FROM heights {group_by}
), counted AS (
    SELECT {keys} max("at") AS "at", CAST(coalesce(sum(n), 0) AS BIGINT) AS n, max(oldest) AS oldest_seconds
    FROM keyed
    {group_by}
)
SELECT {counted_keys} c."at", c.n, c.oldest_seconds, coalesce(q.highest, 0) AS highest
FROM counted AS c
LEFT JOIN tops AS q ON {same_keys}
{counted_order}
