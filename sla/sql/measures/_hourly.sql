-- The local hours of each account: what came in, what went out, how many waited at most, and what is usual in such an hour.
-- Usual is the median over the same hour of the week, from eight weeks before to eight after, itself included, of those weeks
-- in which ten messages or more were said; it is empty with fewer than five of them. A week without any message has no hours.
-- Who waits longer than the horizon counts as given up, and waits no longer.
-- Nothing is looked at that is further back than usual figures reach, and a week more, so that a silence has its true beginning.
accounts AS (
    SELECT k.account, z.time_zone, min(k.first_at) AS first_at, max(k.as_of) AS as_of
    FROM known AS k
    JOIN zones AS z ON z.account = k.account
    WHERE ($account IS NULL OR k.account = $account) AND ($channel IS NULL OR k.channel = $channel)
    GROUP BY k.account, z.time_zone
), zone_hours AS ( -- each local hour of each zone, with the instant at which it begins; one that summer time skips is none
    SELECT *
    FROM (
        SELECT time_zone, "hour", timezone(time_zone, "hour"::TIMESTAMP) AS begins_at
        FROM (
            SELECT time_zone, unnest(generate_series(
                date_trunc('hour', timezone(time_zone, min(first_at))), date_trunc('hour', timezone(time_zone, max(as_of))), INTERVAL 1 HOUR
            )) AS "hour"
            FROM accounts GROUP BY time_zone
        ) AS labels
    ) AS labelled
    WHERE timezone(time_zone, begins_at) = "hour"
), weeks AS (
    SELECT account, week, count(*) AS n, row_number() OVER (PARTITION BY account ORDER BY week) AS place
    FROM placed
    WHERE visible AND role IN ('customer', 'agent')
        AND ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
    GROUP BY account, week
), first_asked AS ( -- the first week that is asked about, by its place among the account's
    SELECT w.account, min(w.place) AS place
    FROM weeks AS w
    JOIN accounts AS a ON a.account = w.account
    WHERE coalesce($from_local::TIMESTAMP, timezone(a.time_zone, $from_instant::TIMESTAMPTZ)) IS NULL
        OR w.week + INTERVAL 7 DAY > coalesce($from_local::TIMESTAMP, timezone(a.time_zone, $from_instant::TIMESTAMPTZ))
    GROUP BY w.account
), reached AS ( -- the first week that is looked at, and when it begins
    SELECT w.account, min(w.week) AS week, min(timezone(a.time_zone, w.week::TIMESTAMP)) AS begins_at
    FROM weeks AS w
    JOIN accounts AS a ON a.account = w.account
    JOIN first_asked AS f ON f.account = w.account AND w.place >= f.place - 9
    GROUP BY w.account
), reached_weeks AS ( -- joined by them, so that no other is read
    SELECT w.account, w.week, w.n
    FROM weeks AS w
    JOIN reached AS r ON r.account = w.account AND w.week >= r.week
), said AS (
    SELECT p.account, p."hour", p.sent_at, p.role, p.chaser
    FROM placed AS p
    JOIN reached_weeks AS r ON r.account = p.account AND r.week = p.week
    WHERE p.visible AND p.role IN ('customer', 'agent')
        AND ($account IS NULL OR p.account = $account) AND ($channel IS NULL OR p.channel = $channel)
), hours AS (
    SELECT a.account, a.time_zone, a.as_of, z."hour", z.begins_at, w.n >= 10 AS tells
    FROM accounts AS a
    JOIN reached_weeks AS w ON w.account = a.account
    JOIN zone_hours AS z ON z.time_zone = a.time_zone AND date_trunc('week', z."hour")::DATE = w.week
        AND z.begins_at <= a.as_of AND z.begins_at + INTERVAL 1 HOUR > a.first_at
), begun_in AS ( -- the weeks in which somebody can have begun to wait who waits then
    SELECT account, monday::DATE AS week
    FROM (
        SELECT r.account, unnest(generate_series(
            date_trunc('week', timezone(a.time_zone, r.begins_at) - CAST($horizon AS BIGINT) * INTERVAL 1 SECOND - INTERVAL 1 DAY),
            timezone(a.time_zone, a.as_of), INTERVAL 7 DAY
        )) AS monday
        FROM reached AS r
        JOIN accounts AS a ON a.account = r.account
    ) AS listed
), lasting AS (
    SELECT w.account, w.started_at, least(coalesce(w.ended_at, 'infinity'::TIMESTAMPTZ),
            make_timestamptz(epoch_us(w.started_at) + CAST($horizon AS BIGINT) * 1000000)) AS ended_at
    FROM waits AS w
    JOIN begun_in AS b ON b.account = w.account AND b.week = w.week
    JOIN reached AS r ON r.account = w.account
    WHERE w.outcome <> 'bot' AND NOT w.unknown AND (w.ended_at IS NULL OR w.ended_at > w.started_at)
        AND (w.ended_at IS NULL OR w.ended_at >= r.begins_at)
        AND epoch_us(w.started_at) + CAST($horizon AS BIGINT) * 1000000 >= epoch_us(r.begins_at)
        AND ($waits = 'all' OR w."first" = ($waits = 'first'))
        AND ($account IS NULL OR w.account = $account) AND ($channel IS NULL OR w.channel = $channel)
), changes AS (
    SELECT e.account, e.instant, CAST(sum(e.more) AS BIGINT) AS more
    FROM (
        SELECT account, started_at AS instant, 1 AS more FROM lasting
        UNION ALL
        SELECT account, ended_at, -1 FROM lasting
        UNION ALL
        SELECT account, begins_at, 0 FROM hours
    ) AS e
    JOIN accounts AS a ON a.account = e.account
    WHERE e.instant <= a.as_of
    GROUP BY e.account, e.instant
), quarters AS ( -- each quarter of an hour, and the hour in which it lies: no hour begins within one
    SELECT account, "hour", unnest(generate_series(first_quarter, last_quarter)) AS quarter
    FROM (
        SELECT account, "hour", epoch_us(begins_at) // 900000000 AS first_quarter,
            coalesce(lead(epoch_us(begins_at)) OVER (PARTITION BY account ORDER BY begins_at), epoch_us(as_of) + 900000000) // 900000000 - 1 AS last_quarter
        FROM hours
    ) AS bounded
), backlog AS ( -- how many wait from an instant on, and the hour in which it lies
    SELECT w.account, w.instant, w.waiting, q."hour"
    FROM (
        SELECT account, instant, CAST(sum(more) OVER (
            PARTITION BY account ORDER BY instant ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS waiting
        FROM changes
    ) AS w
    JOIN quarters AS q ON q.account = w.account AND q.quarter = epoch_us(w.instant) // 900000000
), counted AS (
    SELECT account, "hour", count(CASE WHEN role = 'customer' THEN 1 END) AS messages_in,
        count(CASE WHEN role = 'agent' THEN 1 END) AS replies_out, count(CASE WHEN chaser THEN 1 END) AS chasers
    FROM said GROUP BY account, "hour"
), tops AS (
    SELECT account, "hour", max(waiting) AS highest, min(waiting) AS lowest FROM backlog GROUP BY account, "hour"
), filled AS (
    SELECT h.account, h.time_zone, h.as_of, h."hour", h.begins_at, h.tells, coalesce(c.messages_in, 0) AS messages_in, coalesce(c.replies_out, 0) AS replies_out,
        coalesce(c.chasers, 0) AS chasers, coalesce(t.highest, 0) AS highest, t.lowest
    FROM hours AS h
    LEFT JOIN counted AS c ON c.account = h.account AND c."hour" = h."hour"
    LEFT JOIN tops AS t ON t.account = h.account AND t."hour" = h."hour"
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
        PARTITION BY account, isodow("hour"), hour("hour") ORDER BY "hour" ROWS BETWEEN 8 PRECEDING AND 8 FOLLOWING
    )
)
