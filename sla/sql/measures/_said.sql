-- What customers and agents said that both can see, by when it was sent. Local bounds as in _cohort.sql.
said AS NOT MATERIALIZED (
    SELECT p.*
    FROM placed AS p
    WHERE p.visible AND p.role IN ('customer', 'agent')
        AND ($account IS NULL OR p.account = $account)
        AND ($channel IS NULL OR p.channel = $channel)
        AND ($from_instant IS NULL OR p.sent_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR p.sent_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR p."hour" >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR p."hour" < date_trunc('hour', $to_local::TIMESTAMP))
    {messages_by_the_minute}
)
