-- Every message, in the month of its account's own time; what belongs to nobody is in the month of UTC.
SELECT m.message_id, m.load_id, m.platform, m.namespace, m.message_key, m.channel, m.thread_key, m.reply_to_key,
    m.author_key, m.author_name, m.role, m.visibility, m.sent_at, m.edited_at, m.event, m.text,
    p.conversation_id, p.closer, p.agent, p.team,
    coalesce(p.account, m.account) AS account,
    strftime(coalesce(p."month", timezone('UTC', m.sent_at)::DATE), '%Y-%m') AS "month"
FROM messages AS m
LEFT JOIN placed AS p ON p.message_id = m.message_id
