-- Every reply, in the month of its account's own time, with what it says and what came after it.
SELECT r.* EXCLUDE (account, "month"), r.account, strftime(r."month", '%Y-%m') AS "month"
FROM replies AS r
