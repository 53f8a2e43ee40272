-- title: Load
-- definition: What comes in and what goes out: messages from customers, waits they open, replies by agents.
-- formula: counts by the time of the message
-- unit: messages and waits
-- waits: all
-- messages_in: messages from customers
-- waits_opened: messages that started a wait
-- replies_out: messages from agents that the customer can see
WITH said AS (
    SELECT p.*, w.wait_id IS NOT NULL AS opens_wait
    FROM placed AS p
    LEFT JOIN waits AS w ON w.start_id = p.message_id AND ($waits = 'all' OR w."first" = ($waits = 'first'))
    WHERE p.visible AND p.role IN ('customer', 'agent')
        AND ($account IS NULL OR p.account = $account)
        AND ($channel IS NULL OR p.channel = $channel)
        AND ($from_instant IS NULL OR p.sent_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR p.sent_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR timezone((SELECT z.time_zone FROM zones AS z WHERE z.account = p.account), p.sent_at) >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR timezone((SELECT z.time_zone FROM zones AS z WHERE z.account = p.account), p.sent_at) < $to_local::TIMESTAMP)
)
SELECT {keys}
    count(CASE WHEN role = 'customer' THEN 1 END) AS messages_in,
    count(CASE WHEN opens_wait THEN 1 END) AS waits_opened,
    count(CASE WHEN role = 'agent' THEN 1 END) AS replies_out
FROM said
{group_by}
{order_by}
