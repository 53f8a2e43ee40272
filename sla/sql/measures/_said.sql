-- What customers and agents said that both can see, by when it was sent. Local bounds as in _chosen.sql.
said AS (
    SELECT p.*
    FROM placed AS p
    JOIN zones AS z ON z.account = p.account
    WHERE p.visible AND p.role IN ('customer', 'agent')
        AND ($account IS NULL OR p.account = $account)
        AND ($channel IS NULL OR p.channel = $channel)
        AND ($from_instant IS NULL OR p.sent_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR p.sent_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR p."hour" >= date_trunc('hour', $from_local::TIMESTAMP))
        AND ($to_local IS NULL OR p."hour" < $to_local::TIMESTAMP)
        AND ($from_local IS NULL OR p."hour" > date_trunc('hour', $from_local::TIMESTAMP)
            OR timezone(z.time_zone, p.sent_at) >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR p."hour" < date_trunc('hour', $to_local::TIMESTAMP)
            OR timezone(z.time_zone, p.sent_at) < $to_local::TIMESTAMP)
)
