-- title: About to miss
-- definition: Of those who wait and aren't given up: how many are over the target, and how many are in its last quarter.
-- formula: about to miss / waiting; in the last quarter: no more than a quarter of the target is left
-- unit: share from 0 to 1; counts are waits
-- waits: all
-- waiting: open waits not older than the horizon (24 hours unless set)
-- over_target: those older than the target
-- about_to_miss: those older than three quarters of the target, and not over it
-- share: about_to_miss / waiting; empty when nobody waits
WITH {chosen}, {lately}, waiting AS (
    SELECT c.*
    FROM chosen AS c
    JOIN lately AS d ON d.account = c.account AND d.channel = c.channel AND d."day" = c."day"
    WHERE c.outcome = 'open' AND epoch_us(c.as_of) - epoch_us(c.started_at) <= CAST($horizon AS BIGINT) * 1000000
), counted AS (
    SELECT {keys}
        count(*) AS waiting,
        count(CASE WHEN elapsed > $target THEN 1 END) AS over_target,
        count(CASE WHEN elapsed <= $target AND elapsed * 4 > CAST($target AS BIGINT) * 3 THEN 1 END) AS about_to_miss
    FROM waiting
    {group_by}
)
SELECT {keys} waiting, over_target, about_to_miss, about_to_miss / nullif(waiting, 0) AS share
FROM counted
{order_by}
