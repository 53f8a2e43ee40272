-- The wait that is asked for, with all that is told of it: its conversation, what is known of its account and
-- channel, and the rules as they were when it was modelled.
-- In: wait_id, horizon (seconds). Out: one row, or none when there is no such wait. Lengths are whole seconds;
-- `age_seconds` and `open_age_seconds` are NULL unless the wait is open, `ahead_seconds` unless the reply is
-- dated before the question.
SELECT w.wait_id, w.platform, w.account, w.channel, w.conversation_id, w."first", w.started_at, w.ended_at,
    w.outcome, w.unknown, w.seconds, w.open_seconds, w.agent, w.team, w.chasers, k.as_of,
    CASE WHEN w.outcome = 'open' THEN (epoch_us(k.as_of) - epoch_us(w.started_at)) // 1000000 END AS age_seconds,
    CASE WHEN w.outcome = 'open' THEN (k.as_of_open - w.started_open) // 1000000 END AS open_age_seconds,
    CASE WHEN w.unknown THEN (epoch_us(w.started_at) - epoch_us(w.ended_at)) // 1000000 END AS ahead_seconds,
    w.outcome = 'open' AND epoch_us(k.as_of) - epoch_us(w.started_at) > CAST($horizon AS BIGINT) * 1000000
        AS given_up,
    k.calendar IS NOT NULL AS hours, NOT w.unknown AND w.started_open IS NOT NULL AS hours_counted,
    w.scope, w.start_id, w.end_id, c.kind, c.opened_by, z.time_zone, r.closers, r.episode_gap_seconds, r.episode_open_seconds
FROM waits AS w
JOIN known AS k ON k.account = w.account AND k.channel = w.channel
JOIN conversations AS c ON c.conversation_id = w.conversation_id
JOIN zones AS z ON z.account = w.account
CROSS JOIN rules AS r
WHERE w.wait_id = $wait_id
ORDER BY w.start_id
LIMIT 1
