-- The messages around a wait, in their order, each with what it did to the clock of this wait.
-- Shown is everything from the last message before the start that matters up to the one after the end, also
-- past the episode, and the whole conversation when it has no more than `shown` messages.
-- In: scope, account, conversation_id, outcome, started_at, start_id and end_id of the wait; shown.
-- Out: one row a message; `clock_seconds` is what the clock read at it, NULL while it did not run;
-- `starts_wait` and `ends_wait` name another wait that the message started or ended.
WITH in_scope AS (
    SELECT message_id, conversation_id, visible, closer,
        -- the first episode has the stream's own name, the others a number behind it
        CASE
            WHEN min(position) OVER (PARTITION BY conversation_id) = 1 THEN conversation_id
            ELSE regexp_replace(conversation_id, '#\d+$', '')
        END AS stream
    FROM placed
    WHERE scope = $scope AND account = $account
), gathered AS (
    SELECT message_id, conversation_id, visible, closer
    FROM in_scope
    WHERE stream = (SELECT min(stream) FROM in_scope WHERE conversation_id = $conversation_id)
    UNION ALL -- what the system says in the same thread stands in no stream, but in the story
    SELECT m.message_id, NULL, false, false
    FROM messages AS q
    JOIN messages AS m
        ON m.platform = q.platform AND m.namespace = q.namespace AND m.thread_key = q.thread_key
    WHERE q.message_id = $start_id AND m.role = 'system' AND m.event IS NULL
        AND coalesce(m.account, $account) = $account
), ordered AS (
    SELECT m.*, g.conversation_id, g.visible, g.closer,
        row_number() OVER (
            ORDER BY m.sent_at, m.event IS NOT NULL, length(m.message_key), m.message_key
        ) AS place
    FROM gathered AS g
    JOIN messages AS m ON m.message_id = g.message_id
), marked AS ( -- an early reply stands before the question
    SELECT *,
        min(CASE WHEN message_id = $start_id THEN place END) OVER () AS start_place,
        min(CASE WHEN message_id = $end_id THEN place END) OVER () AS end_place,
        min(CASE WHEN message_id = $start_id OR message_id = $end_id THEN place END) OVER () AS from_place,
        max(CASE WHEN message_id = $start_id OR message_id = $end_id THEN place END) OVER () AS to_place,
        min(CASE WHEN conversation_id = $conversation_id THEN place END) OVER () AS first_place,
        max(CASE WHEN conversation_id = $conversation_id THEN place END) OVER () AS last_place
    FROM ordered
), framed AS (
    SELECT *, place BETWEEN first_place AND last_place AS in_conversation,
        last_place - first_place + 1 AS conversation_size,
        max(CASE WHEN place < from_place AND (visible OR event IS NOT NULL) THEN place END) OVER () AS before_place
    FROM marked
), others AS (
    SELECT wait_id, start_id, end_id FROM waits WHERE scope = $scope AND start_id <> $start_id
), ends AS (
    SELECT end_id, min(wait_id) AS wait_id FROM others GROUP BY end_id
)
SELECT f.message_key, f.author_key, f.author_name, f.role, f.visibility, f.sent_at, f.event, f.text,
    b.author_key IS NOT NULL AS answering,
    CASE
        WHEN f.place = f.start_place THEN 'started'
        WHEN f.place = f.end_place THEN
            CASE $outcome WHEN 'bot' THEN 'bot_answered' WHEN 'closed' THEN 'closed_unanswered' ELSE 'ended' END
        WHEN f.event = 'reopened' THEN 'reopened'
        WHEN f.role = 'system' AND f.event IS NULL THEN 'system'
        WHEN f.role <> 'system' AND NOT f.visible THEN 'note'
        WHEN f.role = 'customer' AND f.place > f.start_place AND (f.end_place IS NULL OR f.place < f.end_place)
            THEN 'chased'
        WHEN f.closer THEN 'closer'
        WHEN f.place < f.start_place THEN 'before'
        WHEN f.place > f.end_place THEN 'after'
        WHEN f.role = 'bot' THEN CASE WHEN b.author_key IS NOT NULL THEN 'bot_overtaken' ELSE 'bot_acknowledged' END
        ELSE 'system'
    END AS effect,
    CASE
        WHEN f.place >= f.start_place AND (f.end_place IS NULL OR f.place <= f.end_place)
            THEN (epoch_us(f.sent_at) - epoch_us($started_at::TIMESTAMPTZ)) // 1000000
    END AS clock_seconds,
    f.in_conversation, f.conversation_size, s.wait_id AS starts_wait, e.wait_id AS ends_wait
FROM framed AS f
LEFT JOIN answering_bots AS b ON b.author_key = f.author_key
LEFT JOIN others AS s ON s.start_id = f.message_id
LEFT JOIN ends AS e ON e.end_id = f.message_id
WHERE f.place >= coalesce(f.before_place, f.from_place) AND ($outcome = 'open' OR f.place <= f.to_place + 1)
    OR f.in_conversation AND f.conversation_size <= CAST($shown AS BIGINT)
ORDER BY f.place
