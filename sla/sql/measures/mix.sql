-- title: Mix of channels
-- definition: Where customers write: the share of the waits that began on each channel, in public or in private.
-- formula: waits begun there / all waits begun
-- unit: one row a channel and visibility; share from 0 to 1; counts are waits
-- waits: all
-- keys: hour, day, week, month, weekday, hour_of_day, hour_of_week, account
-- rows: channel, visibility
-- channel: what the team calls the channel
-- visibility: whether the message that began the wait was public or private
-- n: waits begun there
-- open: of them, still open
-- share: n / all waits begun
WITH {chosen}, counted AS (
    SELECT {keys} channel, visibility, count(*) AS n, count(CASE WHEN outcome = 'open' THEN 1 END) AS "open"
    FROM chosen
    GROUP BY {keys} channel, visibility
)
SELECT {keys} channel, visibility, n, "open", n / sum(n) OVER ({partition}) AS share
FROM counted
ORDER BY {keys} channel, visibility
