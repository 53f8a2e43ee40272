-- The pointwise 95 % band of the response curve. Variance by the delta method for competing events (Dinse and
-- Larson, Biometrika 73, 1986, equation 6), which is Greenwood's formula where nothing was closed; its sums are
-- taken apart so that each runs once over the times. Band on the scale log(-log(.)) of the share not answered.
summed AS (
    SELECT *,
        sum(CASE WHEN ended < n THEN ended / (n * (n - ended)) ELSE 0 END) OVER until_here AS g0,
        sum(CASE WHEN ended < n THEN share * ended / (n * (n - ended)) ELSE 0 END) OVER until_here AS g1,
        sum(CASE WHEN ended < n THEN share * share * ended / (n * (n - ended)) ELSE 0 END) OVER until_here AS g2,
        sum(still_waiting * still_waiting * (n - answered) * answered / (n * n * n)) OVER until_here AS b,
        sum(still_waiting * answered / (n * n)) OVER until_here AS c0,
        sum(share * still_waiting * answered / (n * n)) OVER until_here AS c1
    FROM (
        SELECT {keys} seconds, answered, closed, risk, still_waiting, share,
            CAST(risk AS DOUBLE) AS n, CAST(answered + closed AS DOUBLE) AS ended
        FROM curve
    ) AS counted
    WINDOW until_here AS ({partition} ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), spread AS (
    SELECT *,
        sqrt(greatest(0, share * share * g0 - 2 * share * g1 + g2 + b - 2 * share * c0 + 2 * c1)) AS deviation
    FROM summed
), reached AS (
    SELECT *,
        CASE WHEN share > 1e-12 AND share < 1 - 1e-12
            THEN exp(1.959963984540054 * deviation / ((1 - share) * abs(ln(1 - share)))) END AS reach
    FROM spread
), banded AS (
    SELECT *,
        CASE WHEN reach IS NULL THEN share ELSE 1 - pow(1 - share, 1 / reach) END AS low,
        CASE WHEN reach IS NULL THEN share ELSE 1 - pow(1 - share, reach) END AS high
    FROM reached
)
