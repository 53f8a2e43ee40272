-- Which wait may be meant? Those whose message has the key that was given, else all there are while they are few.
-- In: wait_id, few. Out: wait_id, exact.
WITH same_key AS (
    SELECT w.wait_id
    FROM waits AS w
    JOIN messages AS m ON m.message_id = w.start_id
    WHERE m.message_key = $wait_id
)
SELECT wait_id, true AS exact FROM same_key
UNION ALL
SELECT wait_id, false
FROM waits
WHERE (SELECT count(*) FROM waits) <= CAST($few AS BIGINT) AND (SELECT count(*) FROM same_key) = 0
ORDER BY wait_id
