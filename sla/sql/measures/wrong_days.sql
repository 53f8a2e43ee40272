-- title: Days that went wrong
-- definition: Days with a surge, a backlog far above the usual, or a silence: nobody replies for long while people wait.
-- formula: surge: 20 messages in an hour or more; backlog: 10 open waits or more, in two hours or more; both at least three times the usual u, and u + 5 √u; silence: no reply in a time in which 10 are usual and 5 people or more begin to wait
-- unit: one row a day of an account, in its own time; messages and waits; whole seconds on the calendar clock
-- waits: all
-- by: no
-- rows: account, day
-- account: the brand's handle, page, number or inbox
-- day: the local day
-- messages_in: messages from customers on that day
-- usual_in: what is usual in its hours
-- replies_out: messages from agents that the customer can see
-- usual_out: what is usual in its hours
-- chasers: messages from customers who were waiting
-- surge_from: start of the first hour with a surge; empty without one
-- surge_until: end of the last one
-- surge_in: messages from customers between the two
-- surge_usual: what is usual between the two
-- backlog_hours: hours with a backlog far above the usual
-- highest: most waits open at one time in those hours, else on that day; without those older than the horizon
-- usual_highest: the most that is usual in that hour of the week
-- highest_at: when it was reached first
-- cleared_at: when no more were waiting than is usual at that hour; empty while that has not come, or it never was more
-- silent_from: start of the longest silence: the last reply, or the hour from which replies are usual; empty without one
-- silent_until: when it ended: the next reply, the end of such hours, or as of
-- silent_seconds: how long it was
-- silent_waiting: waits open at its end
WITH {hours}, hours AS (
    SELECT * FROM every_hour
), {hourly}, marked AS (
    SELECT *,
        usual_in IS NOT NULL AND messages_in >= 20 AND messages_in >= 3 * usual_in
            AND messages_in >= usual_in + 5 * sqrt(usual_in) AS surging,
        usual_highest IS NOT NULL AND highest >= 10 AND highest >= 3 * usual_highest
            AND highest >= usual_highest + 5 * sqrt(usual_highest) AS piled
    FROM hourly
), surges AS (
    SELECT *, min(CASE WHEN surging THEN "hour" END) OVER in_day AS surge_first,
        max(CASE WHEN surging THEN "hour" END) OVER in_day AS surge_last
    FROM marked
    WINDOW in_day AS (PARTITION BY account, "day")
), days AS (
    SELECT account, "day", time_zone, sum(messages_in) AS messages_in, sum(usual_in) AS usual_in,
        sum(replies_out) AS replies_out, sum(usual_out) AS usual_out, sum(chasers) AS chasers,
        min(surge_first) AS surge_first, min(surge_last) AS surge_last,
        sum(CASE WHEN "hour" BETWEEN surge_first AND surge_last THEN messages_in END) AS surge_in,
        sum(CASE WHEN "hour" BETWEEN surge_first AND surge_last THEN usual_in END) AS surge_usual,
        count(CASE WHEN piled THEN 1 END) AS backlog_hours
    FROM surges
    GROUP BY account, "day", time_zone
), manned AS ( -- hours on end in which replies are usual
    SELECT *, count(CASE WHEN earlier IS NULL OR "hour" > earlier + INTERVAL 1 HOUR THEN 1 END) OVER (
        PARTITION BY account ORDER BY "hour" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS run
    FROM (
        SELECT *, lag("hour") OVER (PARTITION BY account ORDER BY "hour") AS earlier FROM hourly WHERE usual_out >= 1
    ) AS usually
), expecting AS ( -- replies that are usual in a run before an hour of it
    SELECT account, run, "hour", usual_out, begins_at,
        least(begins_at + INTERVAL 1 HOUR, as_of) AS ends_at,
        coalesce(sum(usual_out) OVER (
            PARTITION BY account, run ORDER BY "hour" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS before_it
    FROM manned
), marks AS ( -- beginning and end of a run, and the replies in it, each with the replies that are usual until then
    SELECT account, run, min(begins_at) AS instant, 0 AS expected FROM expecting GROUP BY account, run
    UNION ALL
    SELECT account, run, max(ends_at), max(before_it + usual_out * (epoch_us(ends_at) - epoch_us(begins_at)) / 3600000000)
    FROM expecting GROUP BY account, run
    UNION ALL
    SELECT e.account, e.run, s.sent_at, e.before_it + e.usual_out * (epoch_us(s.sent_at) - epoch_us(e.begins_at)) / 3600000000
    FROM placed AS s
    JOIN expecting AS e ON e.account = s.account AND e."hour" = s."hour"
    WHERE s.role = 'agent' AND s.visible AND ($account IS NULL OR s.account = $account) AND ($channel IS NULL OR s.channel = $channel)
), gaps AS (
    SELECT account, instant AS since, lead(instant) OVER in_run AS until, lead(expected) OVER in_run - expected AS expected
    FROM marks
    WINDOW in_run AS (PARTITION BY account, run ORDER BY instant, expected)
), quiet AS ( -- long enough, and each quarter of an hour of it
    SELECT account, since, until, unnest(generate_series(epoch_us(since) // 900000000, epoch_us(until) // 900000000)) AS quarter
    FROM gaps
    WHERE expected >= 10 AND until >= since
), silences AS (
    SELECT g.account, timezone(a.time_zone, g.since)::DATE AS "day", g.since, g.until,
        (epoch_us(g.until) - epoch_us(g.since)) // 1000000 AS seconds
    FROM quiet AS g
    JOIN accounts AS a ON a.account = g.account
    JOIN lasting AS l ON l.account = g.account AND l.quarter = g.quarter AND l.started_at > g.since AND l.started_at <= g.until
    GROUP BY g.account, a.time_zone, g.since, g.until
    HAVING count(*) >= 5
), longest AS ( -- with how many waited at its end; the backlog is told anew with every hour, so no other has to be looked at
    SELECT s.*, row_number() OVER (PARTITION BY s.account, s."day" ORDER BY s.seconds DESC, s.since) AS place
    FROM (
        SELECT s.account, s."day", s.since, s.until, s.seconds, arg_max(b.waiting, b.instant) AS waiting
        FROM (
            SELECT s.account, s."day", s.since, s.until, s.seconds, max(q.hour_id) AS hour_id
            FROM silences AS s
            JOIN quarters AS q ON q.account = s.account AND q.quarter = (epoch_us(s.until) - 1) // 900000000
            GROUP BY s.account, s."day", s.since, s.until, s.seconds
        ) AS s
        JOIN backlog AS b ON b.hour_id = s.hour_id AND b.instant < s.until
        GROUP BY s.account, s."day", s.since, s.until, s.seconds
    ) AS s
), told AS (
    SELECT account, "day" FROM days WHERE surge_first IS NOT NULL OR backlog_hours >= 2
    UNION
    SELECT account, "day" FROM longest
), highest_in AS ( -- when an hour of such a day had most waits open first
    SELECT m.hour_id, m.account, m."day", m.piled, m.usual_highest, m.highest AS waiting, min(b.instant) AS instant
    FROM backlog AS b
    JOIN marked AS m ON m.hour_id = b.hour_id AND m.highest = b.waiting
    JOIN told AS t ON t.account = m.account AND t."day" = m."day"
    GROUP BY m.hour_id, m.account, m."day", m.piled, m.usual_highest, m.highest
), peaks AS (
    SELECT account, hour_id, "day", usual_highest, waiting, instant, row_number() OVER (
        PARTITION BY account, "day" ORDER BY CASE WHEN piled THEN 0 ELSE 1 END, waiting DESC, instant
    ) AS place
    FROM highest_in
), calm_hours AS ( -- the hour of a peak, and the first one after it in which no more waited for a moment than is usual
    SELECT account, instant AS peak_at, hour_id FROM peaks WHERE place = 1
    UNION ALL
    SELECT p.account, p.instant, h.hour_id
    FROM peaks AS p
    ASOF JOIN (SELECT account, hour_id FROM hourly WHERE lowest <= usual_highest) AS h ON h.account = p.account AND h.hour_id > p.hour_id
    WHERE p.place = 1
), calm AS (
    SELECT c.account, c.peak_at, min(b.instant) AS instant
    FROM ( -- grouped, so that it is worked out before any backlog is looked at
        SELECT c.account, c.peak_at, c.hour_id, max(h.usual_highest) AS usual_highest
        FROM calm_hours AS c
        JOIN hourly AS h ON h.hour_id = c.hour_id
        GROUP BY c.account, c.peak_at, c.hour_id
    ) AS c
    JOIN backlog AS b ON b.hour_id = c.hour_id AND b.instant >= c.peak_at AND b.waiting <= c.usual_highest
    GROUP BY c.account, c.peak_at
)
SELECT d.account, d."day", CAST(d.messages_in AS BIGINT) AS messages_in, CAST(d.usual_in AS BIGINT) AS usual_in,
    CAST(d.replies_out AS BIGINT) AS replies_out, CAST(d.usual_out AS BIGINT) AS usual_out, CAST(d.chasers AS BIGINT) AS chasers,
    timezone(d.time_zone, d.surge_first::TIMESTAMP) AS surge_from, timezone(d.time_zone, (d.surge_last + INTERVAL 1 HOUR)::TIMESTAMP) AS surge_until,
    CAST(d.surge_in AS BIGINT) AS surge_in, CAST(d.surge_usual AS BIGINT) AS surge_usual,
    d.backlog_hours, p.waiting AS highest, p.usual_highest, p.instant AS highest_at,
    CASE WHEN p.waiting > p.usual_highest THEN c.instant END AS cleared_at,
    s.since AS silent_from, s.until AS silent_until, s.seconds AS silent_seconds, s.waiting AS silent_waiting
FROM days AS d
JOIN peaks AS p ON p.account = d.account AND p."day" = d."day" AND p.place = 1
LEFT JOIN longest AS s ON s.account = d.account AND s."day" = d."day" AND s.place = 1
LEFT JOIN calm AS c ON c.account = p.account AND c.peak_at = p.instant
WHERE ($from_instant IS NULL OR timezone(d.time_zone, (d."day" + INTERVAL 1 DAY)::TIMESTAMP) > $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR timezone(d.time_zone, d."day"::TIMESTAMP) < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR d."day" + INTERVAL 1 DAY > $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR d."day" < $to_local::TIMESTAMP)
ORDER BY d."day" DESC, d.account
