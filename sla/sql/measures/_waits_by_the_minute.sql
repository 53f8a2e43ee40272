-- The waits of an hour within which a local bound lies.
UNION ALL
SELECT r.*
FROM waits AS r
{in_that_hour}
    AND ($waits = 'all' OR r."first" = ($waits = 'first'))
