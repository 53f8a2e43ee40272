-- title: Still waiting
-- definition: How many people wait for an answer, and how many have waited so long that they count as given up.
-- formula: open waits at as of, by whether they are older than the horizon
-- unit: waits; whole seconds on the clock asked for
-- waits: all
-- waiting: open waits not older than the horizon (24 hours unless set)
-- over_target: of those waiting, the ones older than the target
-- given_up: open waits older than the horizon
-- oldest_seconds: age at as of of the oldest among those waiting; empty when nobody waits
WITH {chosen}, judged AS (
    SELECT *,
        CASE
            WHEN epoch_us(as_of) - epoch_us(started_at) <= CAST($horizon AS BIGINT) * 1000000 THEN 'waiting'
            ELSE 'given up'
        END AS verdict
    FROM chosen
    WHERE outcome = 'open'
)
SELECT {keys}
    count(CASE WHEN verdict = 'waiting' THEN 1 END) AS waiting,
    count(CASE WHEN verdict = 'waiting' AND elapsed > $target THEN 1 END) AS over_target,
    count(CASE WHEN verdict = 'given up' THEN 1 END) AS given_up,
    max(CASE WHEN verdict = 'waiting' THEN elapsed END) AS oldest_seconds
FROM judged
{group_by}
{order_by}
