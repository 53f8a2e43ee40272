-- The response curve of the latest waits, $skipped to $window seconds old, each weighted by how many were opened since, open ones censored.
-- A weight depends on when a wait began and never on how it ended: with replies taken away, the curve can only
-- fall and the promise only rise. Weights halve every $half_life waits; 0 weighs all alike.
-- Weighted Kaplan–Meier/Aalen–Johansen: a wait counts as many times as its weight, at risk and in its ending.
WITH recent AS (
    SELECT w.outcome,
        CASE
            WHEN $clock = 'open' AND w.outcome = 'open' THEN (k.as_of_open - w.started_open) // 1000000
            WHEN $clock = 'open' THEN w.open_seconds
            WHEN w.outcome = 'open' THEN (epoch_us(k.as_of) - epoch_us(w.started_at)) // 1000000
            ELSE w.seconds
        END AS seconds,
        row_number() OVER (ORDER BY w.started_at DESC, w.wait_id) AS rank
    FROM waits AS w
    JOIN known AS k ON k.account = w.account AND k.channel = w.channel
    WHERE w.account = $account AND w.outcome <> 'bot' AND NOT w.unknown
        AND epoch_us(k.as_of) - epoch_us(w.started_at)
            BETWEEN CAST($skipped AS BIGINT) * 1000000 AND CAST($window AS BIGINT) * 1000000
), weighted AS (
    SELECT *, CASE WHEN $half_life = 0 THEN 1.0 ELSE pow(0.5, (rank - 1) / $half_life) END AS weight
    FROM recent
    WHERE rank <= $at_most AND seconds IS NOT NULL
), timed AS (
    SELECT seconds,
        sum(CASE WHEN outcome = 'answered' THEN weight ELSE 0 END) AS answered,
        sum(CASE WHEN outcome = 'closed' THEN weight ELSE 0 END) AS closed,
        sum(weight) AS weight,
        count(*) AS n
    FROM weighted GROUP BY seconds
), at_risk AS (
    SELECT *,
        sum(weight) OVER (ORDER BY seconds DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS risk,
        sum(n) OVER (ORDER BY seconds DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS left_over
    FROM timed
), surviving AS (
    SELECT *,
        coalesce(exp(sum(
            CASE WHEN answered + closed < risk * (1 - 1e-12) THEN ln(1 - (answered + closed) / risk) END
        ) OVER (ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), 1.0) AS still_waiting
    FROM at_risk
), curve AS (
    SELECT *, sum(still_waiting * answered / risk) OVER (
        ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS share
    FROM surviving
)
SELECT
    CAST(sum(n) AS BIGINT) AS n,
    min(CASE WHEN share >= 0.5 - 1e-12 THEN seconds END) AS typical_seconds,
    min(CASE WHEN share >= 0.9 - 1e-12 THEN seconds END) AS promise_seconds,
    max(seconds) AS beyond_seconds
FROM curve
