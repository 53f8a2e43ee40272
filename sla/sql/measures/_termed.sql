-- What each second adds to the variance of the response curve, by the delta method for competing events (Dinse and
-- Larson, Biometrika 73, 1986, equation 6), which is Greenwood's formula where nothing was closed; its sums are
-- taken apart so that each runs once over the times.
termed AS (
    SELECT {keys} seconds, answered, share, risk,
        CASE WHEN ended < n THEN ended / (n * (n - ended)) ELSE 0 END AS g0_more,
        CASE WHEN ended < n THEN share * ended / (n * (n - ended)) ELSE 0 END AS g1_more,
        CASE WHEN ended < n THEN share * share * ended / (n * (n - ended)) ELSE 0 END AS g2_more,
        still_waiting * still_waiting * (n - answered) * answered / (n * n * n) AS b_more,
        still_waiting * answered / (n * n) AS c0_more,
        share * still_waiting * answered / (n * n) AS c1_more
    FROM (
        SELECT {keys} seconds, answered, closed, risk, still_waiting, share,
            CAST(risk AS DOUBLE) AS n, CAST(answered + closed AS DOUBLE) AS ended
        FROM curve
    ) AS counted
)
