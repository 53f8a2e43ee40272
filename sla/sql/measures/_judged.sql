-- The waits that a question is about, each with its verdict for the target: met, missed, undecided; NULL where the
-- length is unknown on the clock asked for.
judged AS (
    SELECT *,
        CASE
            WHEN elapsed IS NULL THEN NULL
            WHEN outcome = 'closed' THEN 'missed'
            WHEN outcome = 'answered' AND elapsed <= $target THEN 'met'
            WHEN outcome = 'open' AND elapsed <= $target THEN 'undecided'
            ELSE 'missed'
        END AS verdict
    FROM chosen
)
