-- title: Waiting now
-- definition: Everybody who waits for an answer, the oldest first.
-- formula: open waits at as of
-- unit: one row a wait; whole seconds on the clock asked for
-- waits: all
-- by: no
-- wait_id: the wait, named by the message that started it
-- account: the brand's handle, page, number or inbox
-- channel: what the team calls the channel
-- started_at: when the oldest unanswered message was sent
-- age_seconds: how long ago that was at as of
-- chasers: how often the customer wrote again since (internal)
-- conversation_id: the conversation it stands in (internal)
WITH {chosen}
SELECT wait_id, account, channel, started_at, elapsed AS age_seconds, chasers, conversation_id
FROM chosen
WHERE outcome = 'open'
ORDER BY started_at, wait_id
