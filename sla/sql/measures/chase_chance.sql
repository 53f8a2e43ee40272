-- title: Chance to chase
-- definition: How likely it is in each minute of waiting that the customer writes again for the first time.
-- formula: first chasers in that minute / waits that lasted so long without one
-- unit: one row a minute in which somebody wrote again; shares from 0 to 1; calendar clock
-- waits: all
-- rows: minute
-- minute: whole minutes since the wait began; the first minute is 0
-- waiting: waits that lasted into that minute without a chaser
-- chased: those whose customer wrote again for the first time within it
-- chance: chased / waiting
-- chased_by: share that would have written again by the end of that minute if nobody had answered
WITH {chosen}, ended AS ( -- a wait is seen up to its end, an open one up to as of
    SELECT *, CASE
        WHEN outcome = 'open' THEN (epoch_us(as_of) - epoch_us(started_at)) // 1000000 ELSE seconds
    END AS seen
    FROM chosen
    WHERE NOT unknown
), lasting AS ( -- how long a wait is seen without a chaser; what another channel tells later isn't known yet
    SELECT *, chased_after <= seen AS is_chased, least(chased_after, seen) // 60 AS "minute"
    FROM ended
), counted AS (
    SELECT {keys} "minute", count(*) AS n, count(CASE WHEN is_chased THEN 1 END) AS chased
    FROM lasting
    GROUP BY {keys} "minute"
), at_risk AS (
    SELECT *, CAST(sum(n) OVER ({partition} ORDER BY "minute" DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS waiting
    FROM counted
)
SELECT {keys} "minute", waiting, chased, chased / waiting AS chance,
    -- once all that are left have chased there is nothing to multiply any more
    CASE WHEN min(waiting - chased) OVER until_here = 0 THEN 1.0
        ELSE 1 - exp(sum(CASE WHEN chased < waiting THEN ln((waiting - chased) / waiting) ELSE 0 END) OVER until_here) END AS chased_by
FROM at_risk
WHERE chased > 0
WINDOW until_here AS ({partition} ORDER BY "minute" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
ORDER BY {keys} "minute"
