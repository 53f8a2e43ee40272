-- title: In and out of hours
-- definition: How soon those are answered who write inside the opening hours, and those who write outside them.
-- formula: hit rate, median and p90 of the waits that begin inside, and of those that begin outside
-- unit: one row for each of the two; share from 0 to 1; whole seconds on the clock asked for; counts are waits
-- waits: first
-- rows: opening
-- split: opening
-- opening: in: the wait began inside the opening hours; out: outside them; where no hours were in force it is in neither row
-- n: waits begun there whose length is known
-- open: those still open
-- met: waits answered within the target
-- missed: waits answered later, or not answered and older than the target, or closed unanswered
-- undecided: waits that are open and not older than the target
-- hit_rate: met / (met + missed); empty while nothing is decided
-- median_seconds: time within which half are answered; empty when the curve never gets there
-- p90_seconds: time within which 9 of 10 are answered; empty when the curve never gets there
-- beyond_seconds: the longest time known of any wait: an empty median or p90 is more than this (internal)
WITH chosen AS NOT MATERIALIZED (
    WITH {chosen}
    SELECT w.*, CASE WHEN w.in_hours THEN 'in' ELSE 'out' END AS opening
    FROM chosen AS w
    WHERE w.in_hours IS NOT NULL
), {curve}, quantiles AS (
    SELECT {keys}
        min(CASE WHEN share >= 0.5 - 1e-12 THEN seconds END) AS median_seconds,
        min(CASE WHEN share >= 0.9 - 1e-12 THEN seconds END) AS p90_seconds
    FROM curve
    {group_by}
), counted AS (
    SELECT {keys}
        CAST(coalesce(sum(n), 0) AS BIGINT) AS n,
        CAST(coalesce(sum(n - answered - closed), 0) AS BIGINT) AS "open",
        CAST(coalesce(sum(CASE WHEN seconds <= $target THEN answered END), 0) AS BIGINT) AS met,
        CAST(coalesce(sum(undecided), 0) AS BIGINT) AS undecided,
        max(longest) AS beyond_seconds
    FROM timed
    {group_by}
)
SELECT {counted_keys} c.n, c."open", c.met, c.n - c.met - c.undecided AS missed, c.undecided,
    c.met / nullif(c.n - c.undecided, 0) AS hit_rate, q.median_seconds, q.p90_seconds, c.beyond_seconds
FROM counted AS c
LEFT JOIN quantiles AS q ON {same_keys}
{counted_order}
