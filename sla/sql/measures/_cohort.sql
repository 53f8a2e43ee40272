-- The waits that began in the period asked about, whatever became of them. Local bounds are those of each account's own wall.
cohort AS NOT MATERIALIZED (
    SELECT w.*
    FROM waits AS w
    WHERE ($account IS NULL OR w.account = $account)
        AND ($channel IS NULL OR w.channel = $channel)
        AND ($waits = 'all' OR w."first" = ($waits = 'first'))
        AND ($from_instant IS NULL OR w.started_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR w.started_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR w."hour" >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR w."hour" < date_trunc('hour', $to_local::TIMESTAMP))
    {waits_by_the_minute}
)
