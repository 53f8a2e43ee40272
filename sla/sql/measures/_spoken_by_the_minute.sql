-- Where a bound lies within a local hour, what was said in that hour, message by message.
UNION ALL
SELECT p.account, p.channel, p."hour", p."day", p."week", p."month", p.weekday, p.hour_of_day, p.hour_of_week,
    CASE WHEN p.role = 'customer' THEN 1 ELSE 0 END, CASE WHEN p.chaser THEN 1 ELSE 0 END, CASE WHEN p.role = 'agent' THEN 1 ELSE 0 END
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
