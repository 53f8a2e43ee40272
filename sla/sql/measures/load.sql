-- title: Load
-- definition: What comes in and what goes out: messages from customers, waits they open, replies by agents.
-- formula: counts by the time of the message
-- unit: messages and waits
-- waits: all
-- messages_in: messages from customers
-- waits_opened: messages that started a wait
-- replies_out: messages from agents that the customer can see
WITH {said}, begun AS ( -- who replied to a wait is no key of the message that began it
    SELECT w.*, CAST(NULL AS VARCHAR) AS agent, CAST(NULL AS VARCHAR) AS team
    FROM (
        SELECT account, channel, started_at, "hour", "day", "week", "month", weekday, hour_of_day, hour_of_week
        FROM waits
        WHERE ($waits = 'all' OR "first" = ($waits = 'first'))
            AND ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
            AND ($from_instant IS NULL OR started_at >= $from_instant::TIMESTAMPTZ)
            AND ($to_instant IS NULL OR started_at < $to_instant::TIMESTAMPTZ)
            AND ($from_local IS NULL OR "hour" >= date_trunc('hour', $from_local::TIMESTAMP))
            AND ($to_local IS NULL OR "hour" < $to_local::TIMESTAMP)
    ) AS w
    JOIN zones AS z ON z.account = w.account
    WHERE ($from_local IS NULL OR w."hour" > date_trunc('hour', $from_local::TIMESTAMP)
            OR timezone(z.time_zone, w.started_at) >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR w."hour" < date_trunc('hour', $to_local::TIMESTAMP)
            OR timezone(z.time_zone, w.started_at) < $to_local::TIMESTAMP)
), counted AS (
    SELECT {keys} CASE WHEN role = 'customer' THEN 1 ELSE 0 END AS messages_in, 0 AS waits_opened,
        CASE WHEN role = 'agent' THEN 1 ELSE 0 END AS replies_out
    FROM said
    UNION ALL
    SELECT {keys} 0, 1, 0 FROM begun
)
SELECT {keys}
    count(CASE WHEN messages_in = 1 THEN 1 END) AS messages_in,
    count(CASE WHEN waits_opened = 1 THEN 1 END) AS waits_opened,
    count(CASE WHEN replies_out = 1 THEN 1 END) AS replies_out
FROM counted
{group_by}
{order_by}
