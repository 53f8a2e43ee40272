-- The response curve: the share answered by each second, with open waits censored at *as of* and those closed
-- unanswered as the competing event (the Aalen–Johansen estimator; one minus Kaplan–Meier where nothing was closed).
-- At equal times, ends count before censorings. {partition} keeps the groups apart. Counted by whole second first: `ended`
-- has a row for those of unknown length too, with no count. Whole numbers stand as DOUBLE, which holds them exactly.
-- Who still waits is at risk of an end, and no more than that. So it is all one when within an hour, or within ten minutes, those are
-- taken out who still wait, if nothing ended in it: they are counted by such spans, and by the second where something did.
-- `longest` is the longest of each count, `undecided` those of it who still wait and no longer than the target.
ended AS (
    SELECT {keys} elapsed AS seconds,
        count(CASE WHEN outcome = 'answered' THEN elapsed END) AS answered,
        count(CASE WHEN outcome = 'closed' THEN elapsed END) AS closed,
        count(elapsed) AS n
    FROM chosen
    WHERE outcome <> 'open'
    {group_by_seconds}
), timed AS ( -- `place` puts ends before those who still wait
    SELECT {keys} seconds, seconds * 2 AS place, answered, closed, n, seconds AS longest, 0 AS undecided FROM ended
    UNION ALL
    SELECT {keys} seconds, seconds * 2 + 1, 0, 0, count(elapsed), max(elapsed), count(CASE WHEN elapsed <= $target THEN 1 END)
    FROM (
        SELECT {keys} elapsed,
            CASE WHEN h.span IS NULL THEN elapsed // 3600 * 3600 WHEN t.span IS NULL THEN elapsed // 600 * 600 ELSE elapsed END AS seconds
        FROM chosen
        LEFT JOIN (SELECT DISTINCT seconds // 3600 AS span FROM ended) AS h ON h.span = elapsed // 3600
        LEFT JOIN (SELECT DISTINCT seconds // 600 AS span FROM ended) AS t ON t.span = elapsed // 600
        WHERE outcome = 'open'
    ) AS still_open
    GROUP BY {keys} seconds
), at_risk AS (
    SELECT *, sum(CAST(n AS DOUBLE)) OVER ({partition} ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS risk
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
