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
WITH {hours}, asked AS (
    SELECT hour_id, account, "hour", number
    FROM every_hour
    WHERE ($from_instant IS NULL OR begins_at + INTERVAL 1 HOUR > $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR begins_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR "hour" + INTERVAL 1 HOUR > $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR "hour" < $to_local::TIMESTAMP)
), hours AS ( -- those hours, and the same ones of the weeks around, which say what is usual
    SELECT e.*
    FROM every_hour AS e
    JOIN (SELECT account, max(number) AS number FROM asked GROUP BY account) AS l ON l.account = e.account AND e.number <= l.number + 8
    JOIN (SELECT DISTINCT account, isodow("hour") AS weekday, hour("hour") AS hour_of_day FROM asked) AS t
        ON t.account = e.account AND t.weekday = isodow(e."hour") AND t.hour_of_day = hour(e."hour")
), {hourly}
SELECT h.account, h."hour", h.messages_in, h.usual_in, h.chasers, h.replies_out, h.usual_out, h.highest, h.usual_highest
FROM hourly AS h
JOIN asked AS a ON a.hour_id = h.hour_id
ORDER BY h.account, h."hour"
