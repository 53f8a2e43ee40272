-- What customers and agents said that both can see, counted by the local hour: whole hours as they stand, those within which the
-- period begins or ends by the message.
spoken AS NOT MATERIALIZED (
    SELECT h.account, h.channel, h."hour", h."day", h."week", h."month", h.weekday, h.hour_of_day, h.hour_of_week,
        h.messages_in, h.chasers, h.replies_out
    FROM said_hours AS h
    JOIN zones AS z ON z.account = h.account
    WHERE ($account IS NULL OR h.account = $account)
        AND ($channel IS NULL OR h.channel = $channel)
        AND ($from_instant IS NULL OR h."hour" > date_trunc('hour', timezone(z.time_zone, $from_instant::TIMESTAMPTZ)))
        AND ($to_instant IS NULL OR h."hour" < date_trunc('hour', timezone(z.time_zone, $to_instant::TIMESTAMPTZ)))
        AND ($from_local IS NULL OR h."hour" >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR h."hour" < date_trunc('hour', $to_local::TIMESTAMP))
    {spoken_by_the_minute}
)
