-- What was said in an hour within which a local bound lies.
UNION ALL
SELECT r.*
FROM placed AS r
{in_that_hour}
    AND r.visible AND r.role IN ('customer', 'agent')
