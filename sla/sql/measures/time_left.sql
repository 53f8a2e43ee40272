-- title: Time left
-- definition: For everybody who waits and isn't given up yet: the time left to the target, the oldest first.
-- formula: target − age at as of; below 0 by as much as the target is missed
-- unit: one row a wait; whole seconds on the clock asked for
-- waits: all
-- rows: wait_id
-- by: no
-- wait_id: the wait, named by the message that started it
-- account: the brand's handle, page, number or inbox
-- channel: what the team calls the channel
-- started_at: when the oldest unanswered message was sent
-- age_seconds: how long ago that was at as of
-- chasers: how often the customer wrote again since
-- left_seconds: time left to the target; below 0: missed by so much
-- time_zone: the account's time zone (internal)
WITH {chosen}, {lately}
SELECT c.wait_id, c.account, c.channel, c.started_at, c.elapsed AS age_seconds, c.chasers,
    CAST($target AS BIGINT) - c.elapsed AS left_seconds, z.time_zone
FROM chosen AS c
JOIN lately AS d ON d.account = c.account AND d.channel = c.channel AND d."day" = c."day"
JOIN zones AS z ON z.account = c.account
JOIN messages AS m ON m.message_id = c.start_id
WHERE c.outcome = 'open'
    AND epoch_us(c.as_of) - epoch_us(c.started_at) <= CAST($horizon AS BIGINT) * 1000000
ORDER BY c.elapsed DESC NULLS LAST, c.started_at, length(m.message_key), m.message_key, c.wait_id
