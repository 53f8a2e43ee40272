-- title: Coverage
-- definition: Share of the hours in which somebody was waiting that also saw a reply. Who waits longer than the horizon counts as given up, and waits no longer.
-- formula: hours with a reply / hours with something waiting, in each account's local hours
-- unit: share from 0 to 1; counts are hours of an account
-- waits: all
-- keys: hour, day, week, month, weekday, hour_of_day, hour_of_week, account
-- n: hours in which something waited, from the start of a wait to its end or the horizon (24 hours unless set), both included
-- covered: those of them in which an agent replied
-- coverage: covered / n; empty while nothing waited
WITH {chosen}, begun AS ( -- what begins in one local hour: where there is a gap between two, it lies within that hour
    SELECT account, "hour", min(started_at) AS started_at,
        max(least(coalesce(ended_at, as_of), make_timestamptz(epoch_us(started_at) + CAST($horizon AS BIGINT) * 1000000))) AS ended_at
    FROM chosen
    WHERE NOT unknown
    GROUP BY account, "hour"
), stretches AS ( -- what overlaps becomes one stretch, so that old open waits cost nothing twice
    SELECT *, max(ended_at) OVER (
        PARTITION BY account ORDER BY started_at, "hour" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reached
    FROM begun
), numbered AS (
    SELECT *, count(CASE WHEN reached IS NULL OR started_at > reached THEN 1 END) OVER (
        PARTITION BY account ORDER BY started_at, "hour" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS stretch
    FROM stretches
), merged AS (
    SELECT n.account, z.time_zone, min(n."hour") AS first_hour, date_trunc('hour', timezone(z.time_zone, max(n.ended_at))) AS last_hour
    FROM numbered AS n
    JOIN zones AS z ON z.account = n.account
    GROUP BY n.account, z.time_zone, n.stretch
), labels AS (
    SELECT DISTINCT account, time_zone, "hour"
    FROM (SELECT account, time_zone, unnest(generate_series(first_hour, last_hour, INTERVAL 1 HOUR)) AS "hour" FROM merged) AS listed
), day_lengths AS ( -- only a day of another length than 24 hours has hours that summer time skips
    SELECT time_zone, "day",
        epoch_us(timezone(time_zone, ("day" + INTERVAL 1 DAY)::TIMESTAMP)) - epoch_us(timezone(time_zone, "day"::TIMESTAMP)) AS lasts
    FROM (SELECT DISTINCT time_zone, "hour"::DATE AS "day" FROM labels) AS listed
), waiting AS (
    SELECT l.account, l."hour"
    FROM labels AS l
    JOIN day_lengths AS d ON d.time_zone = l.time_zone AND d."day" = l."hour"::DATE
    WHERE d.lasts = 86400000000
        -- an hour that is skipped in part is there
        OR date_trunc('hour', timezone(l.time_zone, timezone(l.time_zone, l."hour"::TIMESTAMP))) = l."hour"
), replied AS (
    SELECT DISTINCT s.account, s."hour"
    FROM said_hours AS s
    JOIN waiting AS w ON w.account = s.account AND w."hour" = s."hour"
    WHERE s.replies_out > 0 AND ($channel IS NULL OR s.channel = $channel)
), hours AS (
    SELECT w.account, w."hour", r.account IS NOT NULL AS covered,
        w."hour"::DATE AS "day", date_trunc('week', w."hour")::DATE AS "week",
        date_trunc('month', w."hour")::DATE AS "month", isodow(w."hour") - 1 AS weekday,
        hour(w."hour") AS hour_of_day, (isodow(w."hour") - 1) * 24 + hour(w."hour") AS hour_of_week
    FROM waiting AS w
    LEFT JOIN replied AS r ON r.account = w.account AND r."hour" = w."hour"
), counted AS (
    SELECT {keys} count(*) AS n, count(CASE WHEN covered THEN 1 END) AS covered
    FROM hours
    {group_by}
)
SELECT {keys} n, covered, covered / nullif(n, 0) AS coverage
FROM counted
{order_by}
