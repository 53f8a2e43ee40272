-- title: Load against the usual
-- definition: What came in and went out in each hour, beside what is usual for that hour of the week.
-- formula: counts by the time of the message; usual: the median of the same hour of the week over the 8 weeks before, of an even number the lower middle one
-- unit: one row an hour, in each account’s own time; messages
-- waits: all
-- keys: account, channel
-- rows: hour
-- hour: the local hour; up to a week after as of, with the usual alone
-- messages_in: messages from customers; empty for an hour that is still to come
-- replies_out: messages from agents that the customer can see; empty for an hour that is still to come
-- usual_in: messages from customers that are usual for it; empty where fewer than 3 weeks are known
-- usual_out: replies that are usual for it; empty where fewer than 3 weeks are known
-- weeks: how many of the 8 weeks before are known, and this rests on
-- filling: true for the hour in which as of lies: it has more to come
WITH lately AS ( -- no hour that is looked at lies further back; a day more, because zones differ
    SELECT *
    FROM said_hours
    WHERE ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
        AND ($from_instant IS NULL OR "hour" >= timezone('UTC', $from_instant::TIMESTAMPTZ) - INTERVAL 58 DAY)
        AND ($from_local IS NULL OR "hour" >= $from_local::TIMESTAMP - INTERVAL 57 DAY)
), {reach}, looked_at AS ( -- each hour itself, and the same hour 1 to 8 weeks before; of those, only what is known as a whole
    SELECT *, "hour" - back * INTERVAL 7 DAY AS said_in
    FROM hours
    CROSS JOIN (SELECT unnest(generate_series(0, 8)) AS back) AS weeks
), heard AS (
    SELECT {keys} "hour" AS said_in, sum(messages_in) AS messages_in, sum(replies_out) AS replies_out
    FROM lately
    GROUP BY {keys} "hour"
), compared AS (
    SELECT {counted_keys} c."hour", c.back, c.last_hour,
        CAST(coalesce(q.messages_in, 0) AS BIGINT) AS messages_in, CAST(coalesce(q.replies_out, 0) AS BIGINT) AS replies_out
    FROM looked_at AS c
    LEFT JOIN heard AS q ON {same_keys} AND q.said_in = c.said_in
    WHERE CASE WHEN c.back = 0 THEN c.said_in <= c.last_hour ELSE c.said_in > c.first_hour AND c.said_in < c.last_hour END
), counted AS (
    SELECT {keys} "hour",
        max(CASE WHEN back = 0 THEN messages_in END) AS messages_in,
        max(CASE WHEN back = 0 THEN replies_out END) AS replies_out,
        quantile_disc(CASE WHEN back > 0 THEN messages_in END, 0.5) AS usual_in,
        quantile_disc(CASE WHEN back > 0 THEN replies_out END, 0.5) AS usual_out,
        count(CASE WHEN back > 0 THEN 1 END) AS weeks,
        "hour" = max(last_hour) AS filling
    FROM compared
    GROUP BY {keys} "hour"
)
SELECT {keys} "hour", messages_in, replies_out,
    CASE WHEN weeks >= 3 THEN usual_in END AS usual_in, CASE WHEN weeks >= 3 THEN usual_out END AS usual_out, weeks, filling
FROM counted
ORDER BY {keys} "hour"
