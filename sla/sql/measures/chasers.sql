-- title: Chasers
-- definition: How often customers write again while they wait.
-- formula: chased / n, chasers / n
-- unit: share from 0 to 1; counts are waits and messages
-- waits: all
-- n: all waits asked about whose length is known
-- chased: those in which the customer wrote again while waiting
-- chasers: how often, in all of them together
-- most: the most chasers of one wait; empty without waits
-- share_chased: chased / n; empty without waits
-- per_wait: chasers / n; empty without waits
WITH {chosen}, counted AS (
    SELECT {keys} count(*) AS n, count(CASE WHEN chasers > 0 THEN 1 END) AS chased,
        CAST(coalesce(sum(chasers), 0) AS BIGINT) AS chasers, max(chasers) AS most
    FROM chosen
    WHERE NOT unknown
    {group_by}
)
SELECT {keys} n, chased, chasers, most, chased / nullif(n, 0) AS share_chased, chasers / nullif(n, 0) AS per_wait
FROM counted
{order_by}
