-- Every message, in the month of its account's own time; what belongs to nobody is in the month of UTC.
SELECT m.* EXCLUDE (account), m.account AS named_account,
    p.* EXCLUDE (message_id, account, channel, role, sent_at, "month"),
    coalesce(p.account, m.account) AS account,
    strftime(coalesce(p."month", timezone('UTC', m.sent_at)::DATE), '%Y-%m') AS "month"
FROM messages AS m
LEFT JOIN placed AS p ON p.message_id = m.message_id
