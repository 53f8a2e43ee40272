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
WITH {chosen}, {curve}, {banded}, stepped AS (
    SELECT {keys} seconds, share, low, high, risk,
        row_number() OVER (PARTITION BY {keys} floor(ln(seconds + 1) * 50) ORDER BY seconds DESC) AS place
    FROM banded
    WHERE answered > 0
)
SELECT {keys} seconds, share, low, high, CAST(risk AS BIGINT) AS risk
FROM stepped
WHERE place = 1
ORDER BY {keys} seconds
