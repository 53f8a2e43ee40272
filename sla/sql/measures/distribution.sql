-- title: Distribution
-- definition: How many waits took how long, in bands of length that people think in.
-- formula: waits by the band that their length falls into, open ones by their age at as of
-- unit: one row a band; counts are waits; whole seconds on the clock asked for
-- waits: first
-- rows: above_seconds
-- above_seconds: the band holds what took longer than this; the first one what took no time as well
-- up_to_seconds: and no longer than this; empty for the last band
-- answered: waits of that length that an agent answered
-- open: waits that have been open for so long
-- closed: waits closed without a reply after so long
-- n: answered + open + closed
-- share: n / all waits asked about whose length is known
WITH {chosen}, bands AS ( -- the target asked for is an edge as well, so that what met it can be told from the rest
    SELECT edge AS above_seconds, lead(edge) OVER (ORDER BY edge) AS up_to_seconds
    FROM (
        SELECT unnest([0, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800]) AS edge
        UNION
        SELECT CAST($target AS BIGINT)
    ) AS edges
), measured AS (
    SELECT {keys} elapsed, outcome, count(*) AS n
    FROM chosen
    WHERE elapsed IS NOT NULL
    GROUP BY {keys} elapsed, outcome
), groups AS (
    SELECT {keys} CAST(coalesce(sum(n), 0) AS BIGINT) AS waits FROM measured {group_by}
), banded AS (
    SELECT {keys} above_seconds,
        CAST(sum(CASE WHEN outcome = 'answered' THEN n ELSE 0 END) AS BIGINT) AS answered,
        CAST(sum(CASE WHEN outcome = 'open' THEN n ELSE 0 END) AS BIGINT) AS "open",
        CAST(sum(CASE WHEN outcome = 'closed' THEN n ELSE 0 END) AS BIGINT) AS closed,
        CAST(sum(n) AS BIGINT) AS n
    FROM measured
    JOIN bands ON (elapsed > above_seconds OR above_seconds = 0) AND (elapsed <= up_to_seconds OR up_to_seconds IS NULL)
    GROUP BY {keys} above_seconds
)
SELECT {counted_keys} b.above_seconds, b.up_to_seconds,
    coalesce(q.answered, 0) AS answered, coalesce(q."open", 0) AS "open", coalesce(q.closed, 0) AS closed,
    coalesce(q.n, 0) AS n, coalesce(q.n, 0) / nullif(c.waits, 0) AS share
FROM groups AS c
CROSS JOIN bands AS b
LEFT JOIN banded AS q ON {same_keys} AND q.above_seconds = b.above_seconds
ORDER BY {counted_keys} b.above_seconds
