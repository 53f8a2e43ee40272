-- title: Response curve
-- definition: The share answered by each second, open waits counted for as long as they are known.
-- formula: Aalen–Johansen cumulative incidence of being answered, with pointwise 95 % log-log bands
-- unit: seconds on the clock asked for; shares from 0 to 1
-- waits: first
-- rows: seconds
-- seconds: time since the customer wrote
-- share: share answered by then
-- low: lower end of the 95 % band
-- high: upper end of the 95 % band
-- risk: waits that were still being waited for just before
WITH {chosen}, {curve}, {termed}, pieces AS (
    SELECT * FROM termed
), {banded}
SELECT {keys} seconds, share, low, high, CAST(risk AS BIGINT) AS risk
FROM banded
WHERE answered > 0
ORDER BY {keys} seconds
