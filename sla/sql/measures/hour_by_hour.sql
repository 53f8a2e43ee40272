-- title: Hour by hour
-- definition: What came in and went out in each hour, how many waited at most, and what is usual in such an hour of the week.
-- formula: counts by the time of the message; usual: the median of the same hour of the week, eight weeks back to eight weeks on
-- unit: one row an hour of an account, in its own time; messages and waits
-- waits: all
-- by: no
-- rows: account, hour
-- account: the brand's handle, page, number or inbox
-- hour: the local hour, by its start
-- messages_in: messages from customers
-- usual_in: what is usual; empty where fewer than five such hours are known
-- chasers: those of them written while the customer waited
-- replies_out: messages from agents that the customer can see
-- usual_out: what is usual; empty where fewer than five such hours are known
-- highest: most waits that were open at one time, without those older than the horizon
-- usual_highest: what is usual; empty where fewer than five such hours are known
WITH {hourly}
SELECT account, "hour", messages_in, usual_in, chasers, replies_out, usual_out, highest, usual_highest
FROM hourly
WHERE ($from_instant IS NULL OR begins_at + INTERVAL 1 HOUR > $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR begins_at < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR "hour" + INTERVAL 1 HOUR > $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR "hour" < $to_local::TIMESTAMP)
ORDER BY account, "hour"
