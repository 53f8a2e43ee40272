-- How much was said in each local hour, counted of the messages when it is asked for: as the model counts it beforehand.
SELECT account, channel, "hour", "day", "week", "month", weekday, hour_of_day, hour_of_week,
    count(CASE WHEN role = 'customer' THEN 1 END) AS messages_in, count(CASE WHEN chaser THEN 1 END) AS chasers,
    count(CASE WHEN role = 'agent' THEN 1 END) AS replies_out
FROM placed
WHERE visible AND role IN ('customer', 'agent')
GROUP BY account, channel, "hour", "day", "week", "month", weekday, hour_of_day, hour_of_week
