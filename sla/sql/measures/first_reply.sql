-- title: Time to first reply
-- definition: How long customers wait for an answer: the time within which half, and 9 of 10, are answered.
-- formula: smallest time at which the response curve reaches 0.5 and 0.9
-- unit: whole seconds on the clock asked for
-- waits: first
-- n: all waits asked about whose length is known
-- answered: those that an agent answered
-- open: those still open
-- median_seconds: time within which half are answered; empty when the curve never gets there
-- p90_seconds: time within which 9 of 10 are answered; empty when the curve never gets there
-- mean_answered_seconds: mean over answered waits only, beside the honest ones because others quote it
-- beyond_seconds: the longest time known of any wait: an empty median or p90 is more than this (internal)
WITH {chosen}, {curve}, quantiles AS (
    SELECT {keys}
        min(CASE WHEN share >= 0.5 - 1e-12 THEN seconds END) AS median_seconds,
        min(CASE WHEN share >= 0.9 - 1e-12 THEN seconds END) AS p90_seconds
    FROM curve
    {group_by}
), counted AS (
    SELECT {keys}
        CAST(coalesce(sum(n), 0) AS BIGINT) AS n,
        CAST(coalesce(sum(answered), 0) AS BIGINT) AS answered,
        CAST(coalesce(sum(n - answered - closed), 0) AS BIGINT) AS "open",
        CAST(round(CAST(sum(answered * seconds) AS DOUBLE) / nullif(sum(answered), 0)) AS BIGINT) AS mean_answered_seconds,
        max(longest) AS beyond_seconds
    FROM timed
    {group_by}
)
SELECT {counted_keys} c.n, c.answered, c."open", q.median_seconds, q.p90_seconds, c.mean_answered_seconds,
    c.beyond_seconds
FROM counted AS c
LEFT JOIN quantiles AS q ON {same_keys}
{counted_order}
