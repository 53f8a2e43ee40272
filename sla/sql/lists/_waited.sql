-- Who waited at an instant that is told by the clock on the wall of each account, as the queue counts them: who is given up at the
-- horizon waits no longer, but who waited when a channel was last known waits on.
AND j.start_id IN (
    SELECT w.start_id
    FROM waits AS w
    JOIN (
        SELECT a.account, a.channel, epoch_us(a.as_of) AS as_of, epoch_us(timezone(z.time_zone, $waited::TIMESTAMP)) AS instant
        FROM known AS a
        JOIN zones AS z ON z.account = a.account
    ) AS k ON k.account = w.account AND k.channel = w.channel
    WHERE NOT w.unknown AND epoch_us(w.started_at) <= k.instant AND (w.ended_at IS NULL OR epoch_us(w.ended_at) > k.instant)
        AND (k.instant - epoch_us(w.started_at) <= CAST($horizon AS BIGINT) * 1000000
            OR (w.ended_at IS NULL AND k.as_of - epoch_us(w.started_at) <= CAST($horizon AS BIGINT) * 1000000))
)
