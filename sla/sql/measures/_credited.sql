-- The waits that an agent ended, each with what was usual for those alike, and how far apart agents are as a rule.
-- Bands of the week: six hours each, Monday to Friday apart from the weekend. `widening` is the square root of the
-- over-dispersion: the mean square of the agents' z-values, a tenth of them at each end drawn in; at least 1, and 1 where
-- fewer than ten agents with 20 waits or more can be compared
-- (Spiegelhalter, Statistics in Medicine 24, 2005). Angles, whose spread depends on n alone: Anscombe, Biometrika 35, 1948.
credited AS (
    SELECT *,
        avg(is_met) OVER (PARTITION BY account, channel, "first", band) AS usual,
        count(*) OVER (PARTITION BY account, channel, "first", band) AS alike,
        count(*) OVER (PARTITION BY account, channel, "first", band, agent) AS own,
        avg(is_met) OVER () AS average
    FROM (
        SELECT *, CASE WHEN elapsed <= $target THEN 1 ELSE 0 END AS is_met,
            CASE WHEN weekday >= 5 THEN 4 ELSE 0 END + hour_of_day // 6 AS band
        FROM chosen
        WHERE outcome = 'answered' AND elapsed IS NOT NULL
    ) AS ended
), angled AS (
    SELECT 2 * sqrt(n + 0.5) * (
        asin(sqrt((met + 0.375) / (n + 0.75))) - asin(sqrt((n * expected + 0.375) / (n + 0.75)))
    ) AS z
    FROM (
        SELECT account, agent, count(*) AS n, sum(is_met) AS met, avg(usual) AS expected
        FROM credited
        GROUP BY account, agent
        HAVING count(*) >= 20 AND max(alike - own) > 0
    ) AS agents
), ranked AS (
    SELECT z, row_number() OVER (ORDER BY z) AS place, count(*) OVER () AS places FROM angled
), ends AS (
    SELECT min(CASE WHEN place * 10 > places THEN z END) AS lowest, min(CASE WHEN place * 10 >= places * 9 THEN z END) AS highest
    FROM ranked
), widened AS (
    SELECT CASE WHEN count(*) >= 10 THEN sqrt(greatest(1, avg(pow(least(greatest(r.z, e.lowest), e.highest), 2)))) ELSE 1.0 END AS widening
    FROM ranked AS r CROSS JOIN ends AS e
)
