-- The waits that a question is about, each with the time it took on the clock asked for.
-- `elapsed` is the wait's length when it ended, else its age at *as of*; NULL where it is unknown or the
-- account has no opening hours. Waits that a bot answered are in no human figure and stay out.
-- The minutes are looked at only in the hour of a local bound: for all others the local hour that stands beside each wait is enough.
chosen AS (
    SELECT w.*, k.as_of,
        CASE
            WHEN w.unknown THEN NULL
            WHEN $clock = 'open' AND w.outcome = 'open' THEN (k.as_of_open - w.started_open) // 1000000
            WHEN $clock = 'open' THEN w.open_seconds
            WHEN w.outcome = 'open' THEN (epoch_us(k.as_of) - epoch_us(w.started_at)) // 1000000
            ELSE w.seconds
        END AS elapsed
    FROM waits AS w
    JOIN (
        SELECT a.account, a.channel, a.as_of, a.as_of_open, z.time_zone
        FROM known AS a
        JOIN zones AS z ON z.account = a.account
    ) AS k ON k.account = w.account AND k.channel = w.channel
    WHERE w.outcome <> 'bot'
        AND ($account IS NULL OR w.account = $account)
        AND ($channel IS NULL OR w.channel = $channel)
        AND ($waits = 'all' OR w."first" = ($waits = 'first'))
        AND ($from_instant IS NULL OR w.started_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR w.started_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR w."hour" >= date_trunc('hour', $from_local::TIMESTAMP))
        AND ($to_local IS NULL OR w."hour" < $to_local::TIMESTAMP)
        AND ($from_local IS NULL OR w."hour" > date_trunc('hour', $from_local::TIMESTAMP)
            OR timezone(k.time_zone, w.started_at) >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR w."hour" < date_trunc('hour', $to_local::TIMESTAMP)
            OR timezone(k.time_zone, w.started_at) < $to_local::TIMESTAMP)
)
