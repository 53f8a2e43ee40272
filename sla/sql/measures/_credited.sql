-- The waits that an agent ended, those alike counted together beside what is usual for them, and how far apart agents are as a rule.
-- Alike: of the same account, channel, first or next, and band of the week; `of_…` are theirs, whatever the keys asked for.
-- Bands of the week: six hours each, Monday to Friday apart from the weekend. `widening` is the square root of the
-- over-dispersion: the mean square of the agents' z-values, a tenth of them at each end drawn in; at least 1, and 1 where
-- fewer than ten agents with 20 waits or more can be compared
-- (Spiegelhalter, Statistics in Medicine 24, 2005). Angles, whose spread depends on n alone: Anscombe, Biometrika 35, 1948.
replied AS (
    SELECT *, CASE WHEN elapsed <= $target THEN 1 ELSE 0 END AS is_met,
        CASE WHEN weekday >= 5 THEN 4 ELSE 0 END + hour_of_day // 6 AS band
    FROM chosen
    WHERE outcome = 'answered' AND elapsed IS NOT NULL
), credited AS (
    SELECT *,
        CAST(sum(met) OVER alike AS DOUBLE) / sum(n) OVER alike AS usual,
        sum(n) OVER alike AS alike,
        sum(n) OVER (PARTITION BY of_account, of_channel, of_first, band, of_agent) AS own,
        sum(n) OVER (PARTITION BY {keys} of_account, of_channel, of_first, band) AS ours,
        CAST(sum(met) OVER () AS DOUBLE) / sum(n) OVER () AS average
    FROM (
        SELECT {keys} account AS of_account, channel AS of_channel, "first" AS of_first, band, agent AS of_agent,
            CAST(count(*) AS INTEGER) AS n, CAST(sum(is_met) AS INTEGER) AS met
        FROM replied
        GROUP BY {keys} account, channel, "first", band, agent
    ) AS cells
    WINDOW alike AS (PARTITION BY of_account, of_channel, of_first, band)
), angled AS (
    SELECT 2 * sqrt(n + 0.5) * (
        asin(sqrt((met + 0.375) / (n + 0.75))) - asin(sqrt((n * expected + 0.375) / (n + 0.75)))
    ) AS z
    FROM (
        SELECT CAST(sum(n) AS DOUBLE) AS n, CAST(sum(met) AS DOUBLE) AS met, sum(usual * n) / sum(n) AS expected
        FROM credited
        GROUP BY of_account, of_agent
        HAVING sum(n) >= 20 AND max(alike - own) > 0
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
