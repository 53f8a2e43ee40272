-- title: The waits behind a figure
-- definition: Every wait that a measure counts, one by one, with what became of it.
-- formula: one row for each wait that n counts, those of unknown length as well
-- unit: one row a wait; whole seconds on the clock asked for
-- waits: all
-- by: no
-- wait_id: the wait, named by the message that started it
-- account: the brand's handle, page, number or inbox
-- channel: what the team calls the channel
-- started_at: when the oldest unanswered message was sent
-- ended_at: when the reply was sent, or the conversation closed; empty while it is open
-- kind: first, or next: the first wait of a conversation, or one after it
-- outcome: answered, open, or closed: closed without a reply
-- verdict: met, missed or undecided for the target; empty where the length is unknown
-- elapsed_seconds: how long it took, or its age at as of; empty where that is unknown
-- chasers: how often the customer wrote again while waiting
-- agent: who is credited with the reply
-- team: the agent's team on that day
-- opening: yes: it began inside the opening hours; empty where none were in force
-- customer_key: the customer
-- conversation_id: the conversation it stands in
-- text: the message that started it
-- given_up: whether the response rate counts it as given up (internal)
-- unknown: whether the reply is dated before the question (internal)
-- time_zone: the account's time zone (internal)
-- message_id: tells waits of one instant apart (internal)
WITH page AS (
    {page}
)
SELECT j.wait_id, j.account, j.channel, j.started_at, j.ended_at,
    CASE WHEN j."first" THEN 'first' ELSE 'next' END AS kind,
    j.outcome, q.verdict, q.elapsed AS elapsed_seconds, j.chasers, j.agent, j.team,
    j.in_hours AS opening,
    c.customer_key, j.conversation_id, m.text, q.given_up, j.unknown, z.time_zone, j.start_id AS message_id
FROM page AS q
JOIN {waits} AS j ON j.start_id = q.start_id
JOIN {conversations} AS c ON c.conversation_id = j.conversation_id
JOIN {messages} AS m ON m.message_id = q.start_id
JOIN zones AS z ON z.account = j.account
ORDER BY {first_by}started_at, message_id
