-- Where a local bound lies within an hour, what was said in that hour, by the minute: as for waits.
UNION ALL
SELECT p.*
FROM placed AS p
JOIN zones AS z ON z.account = p.account
WHERE p."hour" = date_trunc('hour', {bound})
    AND p.visible AND p.role IN ('customer', 'agent')
    AND ($account IS NULL OR p.account = $account)
    AND ($channel IS NULL OR p.channel = $channel)
    AND ($from_instant IS NULL OR p.sent_at >= $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR p.sent_at < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR timezone(z.time_zone, p.sent_at) >= $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR timezone(z.time_zone, p.sent_at) < $to_local::TIMESTAMP)
