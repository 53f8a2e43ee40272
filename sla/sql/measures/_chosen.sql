-- The waits that a question is about, each with the time it took on the clock asked for.
-- `elapsed` is the wait's length when it ended, else its age at *as of*; NULL where it is unknown or the
-- account has no opening hours. Waits that a bot answered are in no human figure and stay out.
-- `as_of` stands beside open ones alone: what ended is told without it, and most have ended.
{cohort}, chosen AS NOT MATERIALIZED (
    SELECT b.*, CAST(NULL AS TIMESTAMPTZ) AS as_of,
        CASE WHEN $clock = 'open' THEN b.open_seconds ELSE b.seconds END AS elapsed
    FROM cohort AS b
    WHERE b.outcome <> 'bot' AND b.outcome <> 'open'
    UNION ALL
    SELECT b.*, k.as_of,
        CASE WHEN $clock = 'open' THEN (k.as_of_open - b.started_open) // 1000000
            ELSE (epoch_us(k.as_of) - epoch_us(b.started_at)) // 1000000 END AS elapsed
    FROM cohort AS b
    JOIN known AS k ON k.account = b.account AND k.channel = b.channel
    WHERE b.outcome = 'open'
)
