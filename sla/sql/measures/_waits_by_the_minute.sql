-- Where a local bound lies within an hour, the waits of that hour by the minute: for all others the local hour that stands beside
-- each is enough.
UNION ALL
SELECT w.*
FROM waits AS w
JOIN zones AS z ON z.account = w.account
WHERE w."hour" = date_trunc('hour', {bound})
    AND ($account IS NULL OR w.account = $account)
    AND ($channel IS NULL OR w.channel = $channel)
    AND ($waits = 'all' OR w."first" = ($waits = 'first'))
    AND ($from_instant IS NULL OR w.started_at >= $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR w.started_at < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR timezone(z.time_zone, w.started_at) >= $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR timezone(z.time_zone, w.started_at) < $to_local::TIMESTAMP)
