-- The replies that a question is about, by when they were sent.
sent AS (
    SELECT r.*, k.as_of
    FROM replies AS r
    JOIN known AS k ON k.account = r.account AND k.channel = r.channel
    WHERE ($account IS NULL OR r.account = $account)
        AND ($channel IS NULL OR r.channel = $channel)
        AND ($from_instant IS NULL OR r.sent_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR r.sent_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR timezone((SELECT z.time_zone FROM zones AS z WHERE z.account = r.account), r.sent_at) >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR timezone((SELECT z.time_zone FROM zones AS z WHERE z.account = r.account), r.sent_at) < $to_local::TIMESTAMP)
)
