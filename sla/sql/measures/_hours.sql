-- The local hours of each account, from nine weeks before what is asked about to as of, each with the number of its week;
-- `tells`: in that week ten messages or more were said. A week without any message has no hours.
-- Nothing is looked at that is further back than usual figures reach, and a week more, so that a silence has its true beginning.
accounts AS (
    SELECT k.account, z.time_zone, min(k.first_at) AS first_at, max(k.as_of) AS as_of
    FROM known AS k
    JOIN zones AS z ON z.account = k.account
    WHERE ($account IS NULL OR k.account = $account) AND ($channel IS NULL OR k.channel = $channel)
    GROUP BY k.account, z.time_zone
), reached AS ( -- the first week that is looked at, and when it begins
    SELECT account, time_zone, as_of, week, timezone(time_zone, week::TIMESTAMP) AS begins_at
    FROM (
        SELECT account, time_zone, as_of, date_trunc('week', greatest(timezone(time_zone, first_at), coalesce(
            coalesce($from_local::TIMESTAMP, timezone(time_zone, $from_instant::TIMESTAMPTZ)) - INTERVAL 63 DAY,
            timezone(time_zone, first_at)
        )))::DATE AS week
        FROM accounts
    ) AS begun
), zone_hours AS ( -- each local hour of each zone, with the instant at which it begins; one that summer time skips is none
    SELECT *
    FROM (
        SELECT time_zone, "hour", timezone(time_zone, "hour"::TIMESTAMP) AS begins_at
        FROM (
            SELECT time_zone, unnest(generate_series(
                date_trunc('hour', min(week)::TIMESTAMP), date_trunc('hour', timezone(time_zone, max(as_of))), INTERVAL 1 HOUR
            )) AS "hour"
            FROM reached GROUP BY time_zone
        ) AS labels
    ) AS labelled
    WHERE timezone(time_zone, begins_at) = "hour"
), reached_weeks AS ( -- joined by them, so that no other is read
    SELECT account, monday::DATE AS week
    FROM (
        SELECT account, unnest(generate_series(week::TIMESTAMP, timezone(time_zone, as_of), INTERVAL 7 DAY)) AS monday FROM reached
    ) AS listed
), weeks AS (
    SELECT s.account, s.week, epoch_us(s.week::TIMESTAMP) // 604800000000 AS number, sum(s.messages_in + s.replies_out) AS n
    FROM said_hours AS s
    JOIN reached_weeks AS r ON r.account = s.account AND r.week = s.week
    WHERE ($account IS NULL OR s.account = $account) AND ($channel IS NULL OR s.channel = $channel)
    GROUP BY s.account, s.week
), every_hour AS (
    SELECT row_number() OVER (ORDER BY a.account, z."hour") AS hour_id, a.account, a.time_zone, a.as_of, z."hour", z.begins_at, w.number, w.n >= 10 AS tells
    FROM accounts AS a
    JOIN weeks AS w ON w.account = a.account
    JOIN zone_hours AS z ON z.time_zone = a.time_zone AND date_trunc('week', z."hour")::DATE = w.week
        AND z.begins_at <= a.as_of AND z.begins_at + INTERVAL 1 HOUR > a.first_at
)
