-- title: Funnel
-- definition: How far the share of an agent or a team within the target may lie from the average without being out of the ordinary.
-- formula: the shares whose angle, arcsin √((n × share + ⅜) / (n + ¾)), is z × widening / (2 √(n + ½)) from the average’s; z = 1.96 and 3.09
-- unit: one row a number of waits, each a twentieth more than the last; shares from 0 to 1
-- waits: all
-- rows: n
-- by: no
-- n: waits ended, from 20 up to all of them
-- widening: how wide the limits are beside those of chance alone, because agents lie further apart than that as a rule; never below 100 %
-- average: share ended within the target, of all waits ended
-- low_998: lower 99.8 % limit
-- low_95: lower 95 % limit
-- high_95: upper 95 % limit
-- high_998: upper 99.8 % limit
WITH {chosen}, {credited}, counted AS (
    SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS ended, max(average) AS average FROM credited
), steps AS (
    SELECT DISTINCT CAST(round(20 * pow(1.05, step)) AS BIGINT) AS n
    FROM (SELECT unnest(generate_series(0, 400)) AS step) AS counting
), spread AS (
    SELECT s.n, w.widening, c.average, w.widening / (2 * sqrt(s.n + 0.5)) AS deviation,
        asin(sqrt((s.n * c.average + 0.375) / (s.n + 0.75))) AS middle
    FROM steps AS s
    JOIN counted AS c ON s.n <= c.ended
    CROSS JOIN widened AS w
), squared AS (
    SELECT n, widening, average,
        pow(sin(greatest(middle - 3.090232306167813 * deviation, 0)), 2) AS low_998,
        pow(sin(greatest(middle - 1.959963984540054 * deviation, 0)), 2) AS low_95,
        pow(sin(least(middle + 1.959963984540054 * deviation, asin(1))), 2) AS high_95,
        pow(sin(least(middle + 3.090232306167813 * deviation, asin(1))), 2) AS high_998
    FROM spread
)
SELECT n, widening, average,
    greatest(((n + 0.75) * low_998 - 0.375) / n, 0) AS low_998,
    greatest(((n + 0.75) * low_95 - 0.375) / n, 0) AS low_95,
    least(((n + 0.75) * high_95 - 0.375) / n, 1) AS high_95,
    least(((n + 0.75) * high_998 - 0.375) / n, 1) AS high_998
FROM squared
ORDER BY n
