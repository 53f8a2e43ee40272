-- The pointwise 95 % band of the response curve at the end of each of its `pieces`, which say what they add to its variance: on the
-- scale log(-log(.)) of the share not answered.
summed AS (
    SELECT *,
        sum(g0_more) OVER until_here AS g0,
        sum(g1_more) OVER until_here AS g1,
        sum(g2_more) OVER until_here AS g2,
        sum(b_more) OVER until_here AS b,
        sum(c0_more) OVER until_here AS c0,
        sum(c1_more) OVER until_here AS c1
    FROM pieces
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
