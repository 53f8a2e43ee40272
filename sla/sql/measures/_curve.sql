-- The response curve: the share answered by each second, with open waits censored at *as of* and those closed
-- unanswered as the competing event (the Aalen–Johansen estimator; one minus Kaplan–Meier where nothing was closed).
-- At equal times, ends count before censorings. {partition} keeps the groups apart. Counted by whole second first: `timed`
-- has a row for those of unknown length too, with no count. Whole numbers stand as DOUBLE, which holds them exactly.
timed AS (
    SELECT {keys} elapsed AS seconds,
        count(CASE WHEN outcome = 'answered' THEN elapsed END) AS answered,
        count(CASE WHEN outcome = 'closed' THEN elapsed END) AS closed,
        count(elapsed) AS n
    FROM chosen
    {group_by_seconds}
), at_risk AS (
    SELECT *, sum(CAST(n AS DOUBLE)) OVER ({partition} ORDER BY seconds DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS risk
    FROM timed
    WHERE seconds IS NOT NULL
), surviving AS ( -- where nobody's wait ended, the curve stays as it is
    SELECT *,
        coalesce(exp(sum(CASE WHEN answered + closed < risk THEN ln((risk - answered - closed) / risk) END) OVER (
            {partition} ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )), 1.0) AS still_waiting
    FROM at_risk
    WHERE answered + closed > 0
), curve AS (
    SELECT *,
        sum(still_waiting * answered / risk) OVER (
            {partition} ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS share
    FROM surviving
)
