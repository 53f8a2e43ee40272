-- The messages around a wait, in their order, each with what it did to the clock of this wait.
-- Shown is everything from the last message before the start that matters up to the one after the end, also
-- past the episode, and the whole conversation when it has no more than `shown` messages.
-- In: wait_id, shown. Out: one row a message; `clock_seconds` is what the clock read at it, NULL while it did
-- not run; `starts_wait` and `ends_wait` name another wait that the message started or ended.
WITH the_wait AS (
    SELECT * FROM waits WHERE wait_id = $wait_id ORDER BY start_id LIMIT 1
), in_scope AS (
    SELECT p.* FROM placed AS p JOIN the_wait AS w ON w.scope = p.scope AND w.account = p.account
), episodes AS ( -- the first episode has the stream's own name, the others a number behind it
    SELECT conversation_id,
        CASE WHEN min(position) = 1 THEN conversation_id ELSE regexp_replace(conversation_id, '#\d+$', '') END AS stream
    FROM in_scope
    GROUP BY conversation_id
), stream_of_wait AS (
    SELECT e.stream FROM episodes AS e JOIN the_wait AS w ON w.conversation_id = e.conversation_id
), gathered AS (
    SELECT p.message_id, p.conversation_id, p.visible, p.closer
    FROM in_scope AS p
    JOIN episodes AS e ON e.conversation_id = p.conversation_id
    JOIN stream_of_wait AS s ON s.stream = e.stream
    UNION ALL -- what the system says in the same thread stands in no stream, but in the story
    SELECT m.message_id, NULL, false, false
    FROM the_wait AS w
    JOIN messages AS q ON q.message_id = w.start_id
    JOIN messages AS m
        ON m.platform = q.platform AND m.namespace = q.namespace AND m.thread_key = q.thread_key
        AND coalesce(m.account, w.account) = w.account
    WHERE m.role = 'system' AND m.event IS NULL
), ordered AS (
    SELECT m.message_id, m.message_key, m.author_key, m.author_name, m.role, m.visibility, m.sent_at, m.event,
        m.text, g.conversation_id, g.visible, g.closer, b.author_key IS NOT NULL AS answering,
        row_number() OVER (
            ORDER BY m.sent_at, m.event IS NOT NULL, length(m.message_key), m.message_key
        ) AS place
    FROM gathered AS g
    JOIN messages AS m ON m.message_id = g.message_id
    LEFT JOIN answering_bots AS b ON b.author_key = m.author_key
), marks AS ( -- the places of the start and the end; an early reply stands before the question
    SELECT w.wait_id, w.scope, w.outcome, w.conversation_id, w.started_at,
        min(CASE WHEN o.message_id = w.start_id THEN o.place END) AS start_place,
        min(CASE WHEN o.message_id = w.end_id THEN o.place END) AS end_place,
        min(CASE WHEN o.conversation_id = w.conversation_id THEN o.place END) AS first_place,
        max(CASE WHEN o.conversation_id = w.conversation_id THEN o.place END) AS last_place,
        max(o.place) AS very_last
    FROM ordered AS o
    CROSS JOIN the_wait AS w
    GROUP BY w.wait_id, w.scope, w.outcome, w.conversation_id, w.started_at
), around AS (
    SELECT k.*,
        coalesce((
            SELECT max(o.place) FROM ordered AS o
            WHERE o.place < k.begin_place AND (o.visible OR o.event IS NOT NULL)
        ), k.begin_place) AS from_place,
        CASE
            WHEN k.end_place IS NULL THEN k.very_last
            WHEN k.end_place < k.start_place THEN k.start_place + 1
            ELSE k.end_place + 1
        END AS to_place,
        k.last_place - k.first_place < CAST($shown AS BIGINT) AS whole
    FROM (
        SELECT *, CASE WHEN end_place < start_place THEN end_place ELSE start_place END AS begin_place FROM marks
    ) AS k
), others AS (
    SELECT w.* FROM waits AS w JOIN the_wait AS t ON t.scope = w.scope AND t.wait_id <> w.wait_id
), ends AS (
    SELECT end_id, min(wait_id) AS wait_id FROM others GROUP BY end_id
)
SELECT o.message_key, o.author_key, o.author_name, o.role, o.visibility, o.sent_at, o.event, o.text, o.answering,
    CASE
        WHEN o.place = a.start_place THEN 'started'
        WHEN o.place = a.end_place THEN
            CASE a.outcome WHEN 'bot' THEN 'bot_answered' WHEN 'closed' THEN 'closed_unanswered' ELSE 'ended' END
        WHEN o.event = 'reopened' THEN 'reopened'
        WHEN o.role = 'system' AND o.event IS NULL THEN 'system'
        WHEN o.role <> 'system' AND NOT o.visible THEN 'note'
        WHEN o.role = 'customer' AND o.place > a.start_place AND (a.end_place IS NULL OR o.place < a.end_place)
            THEN 'chased'
        WHEN o.closer THEN 'closer'
        WHEN o.place < a.start_place THEN 'before'
        WHEN o.place > a.end_place THEN 'after'
        WHEN o.role = 'bot' THEN CASE WHEN o.answering THEN 'bot_overtaken' ELSE 'bot_acknowledged' END
        ELSE 'system'
    END AS effect,
    CASE
        WHEN o.place >= a.start_place AND (a.end_place IS NULL OR o.place <= a.end_place)
            THEN (epoch_us(o.sent_at) - epoch_us(a.started_at)) // 1000000
    END AS clock_seconds,
    o.place BETWEEN a.first_place AND a.last_place AS in_conversation,
    a.last_place - a.first_place + 1 AS conversation_size, s.wait_id AS starts_wait, e.wait_id AS ends_wait
FROM ordered AS o
CROSS JOIN around AS a
LEFT JOIN others AS s ON s.start_id = o.message_id
LEFT JOIN ends AS e ON e.end_id = o.message_id
WHERE o.place BETWEEN a.from_place AND a.to_place
    OR (a.whole AND o.place BETWEEN a.first_place AND a.last_place)
ORDER BY o.place
