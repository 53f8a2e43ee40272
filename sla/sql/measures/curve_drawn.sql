-- title: Response curve for drawing
-- definition: The response curve at no more than some hundred points, close enough for any screen.
-- formula: the last point of the response curve in each 2 % step of time
-- unit: seconds on the clock asked for; share from 0 to 1
-- waits: first
-- rows: seconds
-- seconds: time since the customer wrote
-- share: share answered by then, exact at this second
-- low: lower end of the 95 % band
-- high: upper end of the 95 % band
-- risk: waits that were still being waited for just before
WITH {chosen}, {curve}, {termed}, stepped AS (
    SELECT *, floor(ln(seconds + 1) * 50) AS step FROM termed
), points AS ( -- the last second of each step in which somebody was answered
    SELECT {keys} step, max(seconds) AS seconds FROM stepped WHERE answered > 0 GROUP BY {keys} step
), parted AS ( -- each step up to its point, and what comes after that
    SELECT c.*, CASE WHEN c.seconds <= q.seconds THEN 1 ELSE 0 END AS up_to_point
    FROM stepped AS c
    LEFT JOIN points AS q ON {same_keys} AND q.step = c.step
), pieces AS (
    SELECT {keys} up_to_point, max(seconds) AS seconds, max(share) AS share, min(risk) AS risk, sum(g0_more) AS g0_more, sum(g1_more) AS g1_more,
        sum(g2_more) AS g2_more, sum(b_more) AS b_more, sum(c0_more) AS c0_more, sum(c1_more) AS c1_more
    FROM parted
    GROUP BY {keys} step, up_to_point
), {banded}
SELECT {keys} seconds, share, low, high, CAST(risk AS BIGINT) AS risk
FROM banded
WHERE up_to_point = 1
ORDER BY {keys} seconds
