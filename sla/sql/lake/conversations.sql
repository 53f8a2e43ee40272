-- Every conversation, in the month in which it began, in its account's own time.
SELECT c.conversation_id, c.kind, c.platform, c.channel, c.customer_key, c.opened_by, c.started_at, c.last_at, c.messages,
    c.account, strftime(timezone(z.time_zone, c.started_at), '%Y-%m') AS "month"
FROM conversations AS c
JOIN zones AS z ON z.account = c.account
