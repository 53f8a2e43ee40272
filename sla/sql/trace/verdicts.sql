-- The verdict of one wait for each target on each clock, as the hit rate counts it.
-- In: wait_id and start_id, by which less is read; targets (seconds). Out: target_seconds, clock, elapsed_seconds (its length, or its age at *as of*
-- while it is open), verdict; both are NULL where the wait is in no figure on that clock.
WITH clocked AS (
    SELECT 1 AS place, 'calendar' AS clock, w.outcome,
        CASE
            WHEN w.unknown THEN NULL
            WHEN w.outcome = 'open' THEN (epoch_us(k.as_of) - epoch_us(w.started_at)) // 1000000
            ELSE w.seconds
        END AS elapsed
    FROM waits AS w
    JOIN known AS k ON k.account = w.account AND k.channel = w.channel
    WHERE w.start_id = $start_id AND w.wait_id = $wait_id
    UNION ALL
    SELECT 2, 'open', w.outcome,
        CASE
            WHEN w.unknown THEN NULL
            WHEN w.outcome = 'open' THEN (k.as_of_open - w.started_open) // 1000000
            ELSE w.open_seconds
        END
    FROM waits AS w
    JOIN known AS k ON k.account = w.account AND k.channel = w.channel
    WHERE w.start_id = $start_id AND w.wait_id = $wait_id
), targets AS (
    SELECT unnest(CAST($targets AS BIGINT[])) AS target
)
SELECT t.target AS target_seconds, c.clock, c.elapsed AS elapsed_seconds,
    CASE
        WHEN c.elapsed IS NULL OR c.outcome = 'bot' THEN NULL
        WHEN c.outcome = 'closed' THEN 'missed'
        WHEN c.outcome = 'answered' AND c.elapsed <= t.target THEN 'met'
        WHEN c.outcome = 'open' AND c.elapsed <= t.target THEN 'undecided'
        ELSE 'missed'
    END AS verdict
FROM clocked AS c
CROSS JOIN targets AS t
ORDER BY c.place, t.target
