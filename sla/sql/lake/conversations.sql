-- Every conversation, in the month in which it began, in its account's own time.
SELECT c.* EXCLUDE (account), c.account, strftime(timezone(z.time_zone, c.started_at), '%Y-%m') AS "month"
FROM conversations AS c
JOIN zones AS z ON z.account = c.account
