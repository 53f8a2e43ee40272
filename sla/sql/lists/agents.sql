-- Who is credited with the replies, the most first: the names to choose from.
SELECT agent, count(*) AS n
FROM waits
WHERE agent IS NOT NULL
    AND ($account IS NULL OR account = $account)
    AND ($channel IS NULL OR channel = $channel)
GROUP BY agent
ORDER BY n DESC, agent
LIMIT $limit
