-- title: Maturity
-- definition: Whether a period still fills: its youngest wait is younger than the target, so its figures may change.
-- formula: age at as of of the youngest wait < target
-- unit: whole seconds on the clock asked for
-- waits: first
-- n: all waits asked about
-- youngest_seconds: age at as of of the youngest wait
-- filling: true while that is less than the target
WITH {chosen}, aged AS (
    SELECT c.*,
        CASE
            WHEN $clock = 'open' THEN (k.as_of_open - c.started_open) // 1000000
            ELSE (epoch_us(k.as_of) - epoch_us(c.started_at)) // 1000000
        END AS age
    FROM chosen AS c
    JOIN known AS k ON k.account = c.account AND k.channel = c.channel
)
SELECT {keys} count(*) AS n, min(age) AS youngest_seconds, min(age) < $target AS filling
FROM aged
WHERE age IS NOT NULL
{group_by}
{order_by}
