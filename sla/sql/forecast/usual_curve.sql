-- What was usual before the last day: the response curve of the waits that are a day to $window seconds old, all weighed alike,
-- open ones censored. Kaplan–Meier, or Aalen–Johansen where waits were closed unanswered.
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
    WHERE w.account = $account AND ($channel IS NULL OR w.channel = $channel) AND w.outcome <> 'bot' AND NOT w.unknown
        AND w.started_at >= make_timestamptz((
            SELECT min(epoch_us(as_of)) FROM known WHERE account = $account AND ($channel IS NULL OR channel = $channel)
        ) - CAST($window AS BIGINT) * 1000000)
        AND epoch_us(k.as_of) - epoch_us(w.started_at)
            BETWEEN CAST(86400 AS BIGINT) * 1000000 AND CAST($window AS BIGINT) * 1000000
), timed AS (
    SELECT seconds,
        count(CASE WHEN outcome = 'answered' THEN 1 END) AS answered,
        count(CASE WHEN outcome = 'closed' THEN 1 END) AS closed,
        count(*) AS n
    FROM recent
    WHERE rank <= $at_most AND seconds IS NOT NULL
    GROUP BY seconds
), at_risk AS (
    SELECT *,
        sum(n) OVER (ORDER BY seconds DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS risk
    FROM timed
), surviving AS (
    SELECT *,
        coalesce(exp(sum(
            CASE WHEN answered + closed < risk THEN ln(1 - (answered + closed) / risk) END
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
    min(CASE WHEN share >= 0.9 - 1e-12 THEN seconds END) AS promise_seconds
FROM curve
