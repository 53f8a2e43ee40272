-- The local hours of each account that are in `hours`: what came in, what went out, how many waited at most, and what is usual.
-- Usual is the median over the same hour of the week, from eight weeks before to eight after, itself included, of those weeks
-- in which ten messages or more were said; it is empty with fewer than five of them.
-- Who waits longer than the horizon counts as given up, and waits no longer.
hours_in_weeks AS ( -- joined by them, so that no other is read
    SELECT account, date_trunc('week', "hour")::DATE AS week, max(begins_at) AS last_begins_at
    FROM hours GROUP BY account, date_trunc('week', "hour")::DATE
), begun_in AS ( -- the weeks in which somebody can have begun to wait who waits in one of the hours
    SELECT account, monday::DATE AS week
    FROM (
        SELECT r.account, unnest(generate_series(
            date_trunc('week', timezone(r.time_zone, r.begins_at) - CAST($horizon AS BIGINT) * INTERVAL 1 SECOND - INTERVAL 1 DAY),
            timezone(r.time_zone, h.last_begins_at) + INTERVAL 1 DAY, INTERVAL 7 DAY
        )) AS monday
        FROM reached AS r
        JOIN (SELECT account, max(last_begins_at) AS last_begins_at FROM hours_in_weeks GROUP BY account) AS h ON h.account = r.account
    ) AS listed
), lasting AS ( -- from the first moment that is looked at
    SELECT w.account, w.started_at, epoch_us(w.started_at) // 900000000 AS quarter, greatest(w.started_at, r.begins_at) AS seen_from,
        least(coalesce(w.ended_at, 'infinity'::TIMESTAMPTZ), make_timestamptz(epoch_us(w.started_at) + CAST($horizon AS BIGINT) * 1000000)) AS ended_at
    FROM waits AS w
    JOIN begun_in AS b ON b.account = w.account AND b.week = w.week
    JOIN reached AS r ON r.account = w.account
    WHERE w.outcome <> 'bot' AND NOT w.unknown AND (w.ended_at IS NULL OR w.ended_at > w.started_at)
        AND (w.ended_at IS NULL OR w.ended_at >= r.begins_at)
        AND epoch_us(w.started_at) + CAST($horizon AS BIGINT) * 1000000 >= epoch_us(r.begins_at)
        AND ($waits = 'all' OR w."first" = ($waits = 'first'))
        AND ($account IS NULL OR w.account = $account) AND ($channel IS NULL OR w.channel = $channel)
), quarters AS ( -- each quarter of an hour, and the hour in which it lies: no hour begins within one
    SELECT account, hour_id, as_of, unnest(generate_series(first_quarter, last_quarter)) AS quarter
    FROM (
        SELECT account, hour_id, as_of, epoch_us(begins_at) // 900000000 AS first_quarter,
            coalesce(lead(epoch_us(begins_at)) OVER (PARTITION BY account ORDER BY begins_at), epoch_us(as_of) + 900000000) // 900000000 - 1 AS last_quarter
        FROM every_hour
    ) AS bounded
), changes AS (
    SELECT q.hour_id, e.instant, e.more
    FROM (
        SELECT account, seen_from AS instant, 1 AS more FROM lasting
        UNION ALL
        SELECT account, ended_at, -1 FROM lasting
        UNION ALL
        SELECT account, begins_at, 0 FROM every_hour
    ) AS e
    JOIN quarters AS q ON q.account = e.account AND q.quarter = epoch_us(e.instant) // 900000000
    WHERE e.instant <= q.as_of
), carried AS ( -- how many waited when an hour began
    SELECT e.hour_id, CAST(coalesce(sum(c.more) OVER (
        PARTITION BY e.account ORDER BY e.hour_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS BIGINT) AS waiting
    FROM (SELECT hour_id, sum(more) AS more FROM changes GROUP BY hour_id) AS c
    JOIN every_hour AS e ON e.hour_id = c.hour_id
), backlog AS ( -- how many wait from an instant on, and the hour in which it lies
    SELECT b.account, c.hour_id, c.instant, CAST(b.waiting + sum(c.more) OVER (
        PARTITION BY c.hour_id ORDER BY c.instant RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS waiting
    FROM changes AS c
    JOIN (SELECT h.account, h.hour_id, k.waiting FROM carried AS k JOIN hours AS h ON h.hour_id = k.hour_id) AS b ON b.hour_id = c.hour_id
), counted AS (
    SELECT h.hour_id, s.messages_in, s.replies_out, s.chasers
    FROM (
        SELECT s.account, s."hour", CAST(sum(s.messages_in) AS BIGINT) AS messages_in,
            CAST(sum(s.replies_out) AS BIGINT) AS replies_out, CAST(sum(s.chasers) AS BIGINT) AS chasers
        FROM said_hours AS s
        JOIN hours_in_weeks AS w ON w.account = s.account AND w.week = s.week
        WHERE ($account IS NULL OR s.account = $account) AND ($channel IS NULL OR s.channel = $channel)
        GROUP BY s.account, s."hour"
    ) AS s
    JOIN hours AS h ON h.account = s.account AND h."hour" = s."hour"
), tops AS (
    SELECT hour_id, max(waiting) AS highest, min(waiting) AS lowest FROM backlog GROUP BY hour_id
), filled AS (
    SELECT h.hour_id, h.account, h.time_zone, h.as_of, h."hour", h.begins_at, h.number, h.tells, coalesce(c.messages_in, 0) AS messages_in, coalesce(c.replies_out, 0) AS replies_out,
        coalesce(c.chasers, 0) AS chasers, coalesce(t.highest, 0) AS highest, t.lowest
    FROM hours AS h
    LEFT JOIN counted AS c ON c.hour_id = h.hour_id
    LEFT JOIN tops AS t ON t.hour_id = h.hour_id
), hourly AS (
    SELECT *, "hour"::DATE AS "day",
        CASE WHEN count(CASE WHEN tells THEN 1 END) OVER near >= 5
            THEN quantile_disc(CASE WHEN tells THEN messages_in END, 0.5) OVER near END AS usual_in,
        CASE WHEN count(CASE WHEN tells THEN 1 END) OVER near >= 5
            THEN quantile_disc(CASE WHEN tells THEN replies_out END, 0.5) OVER near END AS usual_out,
        CASE WHEN count(CASE WHEN tells THEN 1 END) OVER near >= 5
            THEN quantile_disc(CASE WHEN tells THEN highest END, 0.5) OVER near END AS usual_highest
    FROM filled
    WINDOW near AS (
        PARTITION BY account, isodow("hour"), hour("hour") ORDER BY number RANGE BETWEEN 8 PRECEDING AND 8 FOLLOWING
    )
)
