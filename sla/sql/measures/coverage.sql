-- title: Coverage
-- definition: Share of the hours in which somebody was waiting that also saw a reply.
-- formula: hours with a reply / hours with something waiting, in each account's local hours
-- unit: share from 0 to 1; counts are hours of an account
-- waits: all
-- keys: hour, day, week, month, weekday, hour_of_day, hour_of_week, account
-- n: hours in which something waited, from the start of a wait to its end, both included
-- covered: those of them in which an agent replied
-- coverage: covered / n; empty while nothing waited
WITH {chosen}, stretches AS ( -- what overlaps becomes one stretch, so that old open waits cost nothing twice
    SELECT account, started_at, coalesce(ended_at, as_of) AS ended_at,
        max(coalesce(ended_at, as_of)) OVER (
            PARTITION BY account ORDER BY started_at, wait_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM chosen
    WHERE NOT unknown
), numbered AS (
    SELECT *, count(CASE WHEN reached IS NULL OR started_at > reached THEN 1 END) OVER (
        PARTITION BY account ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS stretch
    FROM stretches
), merged AS (
    SELECT account, stretch, min(started_at) AS started_at, max(ended_at) AS ended_at
    FROM numbered GROUP BY account, stretch
), instants AS (
    SELECT account, unnest(generate_series(started_at, ended_at, INTERVAL 30 MINUTE)) AS instant FROM merged
    UNION ALL
    SELECT account, ended_at FROM merged
), waiting AS (
    SELECT DISTINCT i.account, date_trunc('hour', timezone(z.time_zone, i.instant)) AS "hour"
    FROM instants AS i JOIN zones AS z ON z.account = i.account
), replied AS (
    SELECT DISTINCT account, "hour" FROM placed
    WHERE role = 'agent' AND visible AND ($channel IS NULL OR channel = $channel)
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
