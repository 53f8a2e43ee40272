-- title: Queue
-- definition: How many people wait at the end of each hour, beside what is usual for that hour of the week. Who waits longer than the horizon counts as given up, and waits no longer.
-- formula: waits begun at that instant or before, not ended by then and not older than the horizon; usual: the median of the same hour of the week over the 8 weeks before, of an even number the lower middle one
-- unit: one row an hour, in each account’s own time; waits
-- waits: all
-- keys: account, channel
-- rows: hour
-- hour: the local hour; up to a week after as of, with the usual alone
-- waiting: who waits at its end, or at as of in the hour that still fills; empty for an hour that is still to come
-- usual_waiting: who usually waits at its end; empty where fewer than 3 weeks are known
-- weeks: how many of the 8 weeks before are known, and this rests on
-- filling: true for the hour in which as of lies: it has more to come
WITH {reach}, begun AS ( -- no hour that is looked at lies further back than 8 weeks and the horizon; a day more, because zones differ
    SELECT account, channel, started_at, "hour", ended_at, true AS lately
    FROM waits
    WHERE outcome <> 'bot' AND NOT unknown AND ($waits = 'all' OR "first" = ($waits = 'first'))
        AND ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
        AND (($from_instant IS NULL AND $from_local IS NULL)
            OR started_at >= coalesce($from_instant::TIMESTAMPTZ, timezone('UTC', $from_local::TIMESTAMP)) - (57 * 86400 + CAST($horizon AS BIGINT)) * INTERVAL 1 SECOND)
    UNION ALL -- what began before that counts only if it waits on
    SELECT account, channel, started_at, "hour", ended_at, false
    FROM waits
    WHERE outcome = 'open' AND NOT unknown AND ($waits = 'all' OR "first" = ($waits = 'first'))
        AND ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
        AND started_at < coalesce($from_instant::TIMESTAMPTZ, timezone('UTC', $from_local::TIMESTAMP)) - (57 * 86400 + CAST($horizon AS BIGINT)) * INTERVAL 1 SECOND
), lasting AS ( -- who is given up at the horizon; who waited when a channel was last known waits on: others may be known for longer
    SELECT *, epoch_us(started_at) + CAST($horizon AS BIGINT) * 1000000 AS given_up_at
    FROM (
        SELECT a.account, a.channel, a.time_zone, w.started_at, w."hour" AS started_in, epoch_us(w.ended_at) AS ended_at, w.lately,
            w.ended_at IS NULL AND epoch_us(a.as_of) - epoch_us(w.started_at) <= CAST($horizon AS BIGINT) * 1000000 AS waits_on
        FROM begun AS w
        JOIN asked_about AS a ON a.account = w.account AND a.channel = w.channel
    ) AS asked
    WHERE lately OR waits_on
), leaving AS ( -- the last microsecond of which someone waits, and the quarter of an hour in which that is: no zone changes within one
    SELECT account, channel, time_zone, at_last // 900000000 AS quarter, count(*) AS n
    FROM (
        SELECT *, CASE WHEN ended_at <= given_up_at THEN ended_at - 1 ELSE given_up_at END AS at_last
        FROM lasting
        WHERE NOT waits_on
    ) AS gone
    GROUP BY account, channel, time_zone, at_last // 900000000
), listed AS (
    SELECT DISTINCT time_zone, quarter FROM leaving
), days AS ( -- what a zone's clocks show when a day of UTC begins, and when it ends: to ask for each quarter of an hour takes long
    SELECT time_zone, "day", timezone(time_zone, make_timestamptz("day" * 86400000000)) AS begins,
        timezone(time_zone, make_timestamptz(("day" + 1) * 86400000000)) AS ends
    FROM (SELECT DISTINCT time_zone, quarter // 96 AS "day" FROM listed) AS listed_days
), quarters AS (
    SELECT l.time_zone, l.quarter, date_trunc('hour', CASE
        WHEN d.ends = d.begins + INTERVAL 1 DAY THEN d.begins + (l.quarter % 96 * 15) * INTERVAL 1 MINUTE
        ELSE timezone(l.time_zone, make_timestamptz(l.quarter * 900000000))
    END) AS "hour"
    FROM listed AS l
    JOIN days AS d ON d.time_zone = l.time_zone AND d."day" = l.quarter // 96
), changes AS ( -- by the local hour at whose end each is in force: who leaves at an instant no longer waits at it, who is given up still does
    SELECT account, channel,
        -- only what begins on a quarter of an hour can begin with the local hour, and so counts at the end of the one before
        CASE WHEN epoch_us(started_at) % 900000000 <> 0 THEN started_in
            ELSE date_trunc('hour', timezone(time_zone, started_at - INTERVAL 1 MICROSECOND)) END AS "hour",
        1 AS more
    FROM lasting
    UNION ALL
    SELECT l.account, l.channel, q."hour", -l.n
    FROM leaving AS l
    JOIN quarters AS q ON q.time_zone = l.time_zone AND q.quarter = l.quarter
), looked_at AS ( -- each hour itself, and the same hour 1 to 8 weeks before; of those, only what is known as a whole
    SELECT *, "hour" - back * INTERVAL 7 DAY AS looked_at
    FROM hours
    CROSS JOIN (SELECT unnest(generate_series(0, 8)) AS back) AS weeks
    WHERE CASE WHEN back = 0 THEN "hour" <= last_hour
        ELSE "hour" - back * INTERVAL 7 DAY > first_hour AND "hour" - back * INTERVAL 7 DAY < last_hour END
), instants AS (
    SELECT {keys} "hour" AS looked_at, CAST(sum(more) AS BIGINT) AS more FROM changes GROUP BY {keys} "hour"
    UNION ALL
    SELECT DISTINCT {keys} looked_at, 0 FROM looked_at
), running AS (
    SELECT {keys} looked_at, CAST(sum(sum(more)) OVER (
        {partition} ORDER BY looked_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS waiting
    FROM instants
    GROUP BY {keys} looked_at
), counted AS (
    SELECT {counted_keys} c."hour",
        max(CASE WHEN c.back = 0 THEN q.waiting END) AS waiting,
        quantile_disc(CASE WHEN c.back > 0 THEN q.waiting END, 0.5) AS usual_waiting,
        count(CASE WHEN c.back > 0 THEN 1 END) AS weeks
    FROM looked_at AS c
    JOIN running AS q ON {same_keys} AND q.looked_at = c.looked_at
    GROUP BY {counted_keys} c."hour"
), every AS ( -- an hour that is to come, and has no week to look back on, is told as well
    SELECT {counted_keys} c."hour", q.waiting, q.usual_waiting, coalesce(q.weeks, 0) AS weeks, c."hour" = c.last_hour AS filling
    FROM hours AS c
    LEFT JOIN counted AS q ON {same_keys} AND q."hour" = c."hour"
)
SELECT {keys} "hour", waiting, CASE WHEN weeks >= 3 THEN usual_waiting END AS usual_waiting, weeks, filling
FROM every
ORDER BY {keys} "hour"
