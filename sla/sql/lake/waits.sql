-- Every wait, in the month to which the measures count it; with the as of up to which its account and channel is known.
SELECT w.* EXCLUDE (account, "month"), k.as_of, z.time_zone, w.account, strftime(w."month", '%Y-%m') AS "month"
FROM waits AS w
JOIN known AS k ON k.account = w.account AND k.channel = w.channel
JOIN zones AS z ON z.account = w.account
