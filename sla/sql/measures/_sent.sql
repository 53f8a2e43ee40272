-- The replies that a question is about, by when they were sent. Local bounds as in _chosen.sql.
sent AS (
    SELECT r.*, k.as_of
    FROM replies AS r
    JOIN (
        SELECT a.account, a.channel, a.as_of, z.time_zone
        FROM known AS a
        JOIN zones AS z ON z.account = a.account
    ) AS k ON k.account = r.account AND k.channel = r.channel
    WHERE ($account IS NULL OR r.account = $account)
        AND ($channel IS NULL OR r.channel = $channel)
        AND ($from_instant IS NULL OR r.sent_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR r.sent_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR r."hour" >= date_trunc('hour', $from_local::TIMESTAMP))
        AND ($to_local IS NULL OR r."hour" < $to_local::TIMESTAMP)
        AND ($from_local IS NULL OR r."hour" > date_trunc('hour', $from_local::TIMESTAMP)
            OR timezone(k.time_zone, r.sent_at) >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR r."hour" < date_trunc('hour', $to_local::TIMESTAMP)
            OR timezone(k.time_zone, r.sent_at) < $to_local::TIMESTAMP)
)
