-- The rows of the local hour within which a bound lies, by the minute: for all other hours the local hour that stands beside each
-- row is enough.
JOIN zones AS z ON z.account = r.account
WHERE r."hour" = date_trunc('hour', {bound})
    AND ($account IS NULL OR r.account = $account)
    AND ($channel IS NULL OR r.channel = $channel)
    AND ($from_instant IS NULL OR r.{at} >= $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR r.{at} < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR timezone(z.time_zone, r.{at}) >= $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR timezone(z.time_zone, r.{at}) < $to_local::TIMESTAMP)
