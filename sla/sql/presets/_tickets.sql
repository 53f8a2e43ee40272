-- The messages by ticket, and the tickets, as a helpdesk keeps them: a native thread is one ticket however often it
-- is closed and opened again, which is several conversations of ours; a reply tree's branch or a chat's episode is one.
said AS (
    SELECT CASE c.kind WHEN 'thread' THEN concat(p.scope, '|', p.account) ELSE p.conversation_id END AS ticket,
        p.message_id, p.conversation_id, p.account, p.channel, p.role, p.closer, p.sent_at, p.position,
        CASE
            WHEN p.role = 'customer' AND p.visible THEN 'asks'
            WHEN p.role = 'agent' AND p.visible THEN 'replies'
            WHEN p.role = 'bot' AND p.visible THEN 'bot'
            WHEN m.event = 'closed' THEN 'closes'
        END AS act
    FROM placed AS p
    JOIN conversations AS c ON c.conversation_id = p.conversation_id
    JOIN messages AS m ON m.message_id = p.message_id
    WHERE $account IS NULL OR p.account = $account
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY ticket ORDER BY position) AS place
    FROM said
    WHERE role <> 'system'
), tickets AS (
    SELECT n.ticket, z.time_zone, k.calendar, n.conversation_id, n.message_id AS created_id,
        n.role AS creator, n.sent_at AS created_at, r.replied_at, r.replied_after_at
    FROM numbered AS n
    JOIN zones AS z ON z.account = n.account
    JOIN known AS k ON k.account = n.account AND k.channel = n.channel
    LEFT JOIN (
        SELECT ticket, min(sent_at) AS replied_at, min(CASE WHEN place > 1 THEN sent_at END) AS replied_after_at
        FROM numbered
        WHERE act = 'replies'
        GROUP BY ticket
    ) AS r ON r.ticket = n.ticket
    WHERE n.place = 1 AND ($channel IS NULL OR n.channel = $channel)
), reopened AS ( -- first waits of ours that are no tickets of theirs
    SELECT w.started_at, w.started_open IS NOT NULL AS measured, t.time_zone
    FROM waits AS w
    JOIN said AS s ON s.message_id = w.start_id
    JOIN tickets AS t ON t.ticket = s.ticket
    WHERE w."first" AND w.outcome <> 'bot' AND w.conversation_id <> t.conversation_id
)
