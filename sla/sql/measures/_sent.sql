-- The replies that a question is about, by when they were sent. Local bounds as in _cohort.sql.
sent AS NOT MATERIALIZED (
    SELECT r.*
    FROM replies AS r
    WHERE ($account IS NULL OR r.account = $account)
        AND ($channel IS NULL OR r.channel = $channel)
        AND ($from_instant IS NULL OR r.sent_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR r.sent_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR r."hour" >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR r."hour" < date_trunc('hour', $to_local::TIMESTAMP))
    {replies_by_the_minute}
)
