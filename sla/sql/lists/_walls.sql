-- The instant that a time by the clock on the wall is, for each account.
JOIN (SELECT account, epoch_us(timezone(time_zone, $waited::TIMESTAMP)) AS instant FROM zones) AS wall ON wall.account = j.account
