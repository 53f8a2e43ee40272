-- title: Response curve
-- definition: The share answered by each second, open waits counted for as long as they are known.
-- formula: Aalen–Johansen cumulative incidence of being answered
-- unit: seconds on the clock asked for; share from 0 to 1
-- waits: first
-- by: no
-- seconds: time since the customer wrote
-- share: share answered by then
-- risk: waits that were still being waited for just before
WITH {chosen}, {curve}
SELECT seconds, share, CAST(risk AS BIGINT) AS risk
FROM curve
WHERE answered > 0
ORDER BY seconds
