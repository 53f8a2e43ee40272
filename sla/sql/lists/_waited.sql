-- Who waited at an instant, as the queue counts them: who is given up at the horizon waits no longer, but who waited when a channel
-- was last known waits on.
AND NOT j.unknown AND epoch_us(j.started_at) <= wall.instant AND (j.ended_at IS NULL OR epoch_us(j.ended_at) > wall.instant)
AND (wall.instant - epoch_us(j.started_at) <= CAST($horizon AS BIGINT) * 1000000
    OR (j.ended_at IS NULL AND epoch_us(j.as_of) - epoch_us(j.started_at) <= CAST($horizon AS BIGINT) * 1000000))
