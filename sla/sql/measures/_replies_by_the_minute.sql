-- Where a local bound lies within an hour, the replies of that hour, by the minute: as for waits.
UNION ALL
SELECT r.*
FROM replies AS r
JOIN zones AS z ON z.account = r.account
WHERE r."hour" = date_trunc('hour', {bound})
    AND ($account IS NULL OR r.account = $account)
    AND ($channel IS NULL OR r.channel = $channel)
    AND ($from_instant IS NULL OR r.sent_at >= $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR r.sent_at < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR timezone(z.time_zone, r.sent_at) >= $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR timezone(z.time_zone, r.sent_at) < $to_local::TIMESTAMP)
