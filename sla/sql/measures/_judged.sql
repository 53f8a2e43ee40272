-- The waits that a question is about, each with its verdict for the target: met, missed, undecided; NULL where the
-- length is unknown on the clock asked for.
judged AS (
    SELECT *,
        CASE WHEN elapsed IS NULL THEN NULL WHEN is_met THEN 'met' WHEN is_undecided THEN 'undecided' ELSE 'missed' END AS verdict
    FROM (
        SELECT *, elapsed <= $target AND outcome = 'answered' AS is_met, elapsed <= $target AND outcome = 'open' AS is_undecided
        FROM chosen
    ) AS measured
)
