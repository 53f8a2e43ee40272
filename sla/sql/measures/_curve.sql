-- The response curve: the share answered by each second, with open waits censored at *as of* and those closed
-- unanswered as the competing event (the Aalen–Johansen estimator; one minus Kaplan–Meier where nothing was closed).
-- At equal times, ends count before censorings. {partition} keeps the groups apart.
timed AS (
    SELECT {keys} elapsed AS seconds,
        count(CASE WHEN outcome = 'answered' THEN 1 END) AS answered,
        count(CASE WHEN outcome = 'closed' THEN 1 END) AS closed,
        count(*) AS n
    FROM chosen
    WHERE elapsed IS NOT NULL
    {group_by_seconds}
), at_risk AS (
    SELECT *, sum(n) OVER ({partition} ORDER BY seconds DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS risk
    FROM timed
), surviving AS (
    SELECT *,
        coalesce(exp(sum(CASE WHEN answered + closed < risk THEN ln((risk - answered - closed) / risk) END) OVER (
            {partition} ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )), 1.0) AS still_waiting
    FROM at_risk
), curve AS (
    SELECT *,
        sum(still_waiting * answered / risk) OVER (
            {partition} ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS share
    FROM surviving
)
