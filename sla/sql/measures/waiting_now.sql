-- title: Waiting now
-- definition: Everybody who waits for an answer, the oldest first.
-- formula: open waits at as of
-- unit: one row a wait; whole seconds on the clock asked for
-- waits: all
-- rows: wait_id
-- by: no
-- wait_id: the wait, named by the message that started it
-- account: the brand's handle, page, number or inbox
-- channel: what the team calls the channel
-- started_at: when the oldest unanswered message was sent
-- age_seconds: how long ago that was at as of
-- chasers: how often the customer wrote again since (internal)
-- conversation_id: the conversation it stands in (internal)
WITH {chosen}
SELECT c.wait_id, c.account, c.channel, c.started_at, c.elapsed AS age_seconds, c.chasers, c.conversation_id
FROM chosen AS c
JOIN messages AS m ON m.message_id = c.start_id
WHERE c.outcome = 'open'
-- of one instant, the shorter id first, as everywhere
ORDER BY c.started_at, length(m.message_key), m.message_key, c.wait_id
