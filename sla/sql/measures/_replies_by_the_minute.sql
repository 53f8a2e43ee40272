-- The replies of an hour within which a local bound lies.
UNION ALL
SELECT r.*
FROM replies AS r
{in_that_hour}
