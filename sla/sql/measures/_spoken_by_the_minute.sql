-- What was said in a local hour within which a bound lies, message by message.
UNION ALL
SELECT r.account, r.channel, r."hour", r."day", r."week", r."month", r.weekday, r.hour_of_day, r.hour_of_week,
    CASE WHEN r.role = 'customer' THEN 1 ELSE 0 END, CASE WHEN r.chaser THEN 1 ELSE 0 END, CASE WHEN r.role = 'agent' THEN 1 ELSE 0 END
FROM placed AS r
{in_that_hour}
    AND r.visible AND r.role IN ('customer', 'agent')
