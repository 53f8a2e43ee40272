-- The hours that are asked about, in each account's own time: from the first that is known to a week after the last.
asked_about AS (
    SELECT k.account, k.channel, k.as_of, z.time_zone,
        date_trunc('hour', timezone(z.time_zone, k.first_at)) AS first_hour,
        date_trunc('hour', timezone(z.time_zone, k.as_of)) AS last_hour,
        coalesce($from_local::TIMESTAMP, timezone(z.time_zone, $from_instant::TIMESTAMPTZ)) AS since,
        coalesce($to_local::TIMESTAMP, timezone(z.time_zone, $to_instant::TIMESTAMPTZ)) AS until
    FROM known AS k
    JOIN zones AS z ON z.account = k.account
    WHERE ($account IS NULL OR k.account = $account) AND ($channel IS NULL OR k.channel = $channel)
), reach AS (
    SELECT {keys} min(first_hour) AS first_hour, max(last_hour) AS last_hour,
        date_trunc('hour', coalesce(min(since), min(first_hour))) AS begins,
        least(coalesce(max(until), max(last_hour) + INTERVAL 1 HOUR), max(last_hour) + INTERVAL 7 DAY) - INTERVAL 1 HOUR AS ends
    FROM asked_about
    {group_by}
), hours AS (
    SELECT *, unnest(generate_series(greatest(begins, first_hour), ends, INTERVAL 1 HOUR)) AS "hour" FROM reach
)
