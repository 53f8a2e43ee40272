-- for each slice
-- What customers say who say thanks, or ok, and nothing else. Few texts have a word of the kind at all, and looking for its
-- beginning costs a tenth of looking at every word.
CREATE OR REPLACE TEMP TABLE closings AS
SELECT message_id
FROM work
WHERE role = 'customer' AND CASE
    -- only emoji, hearts and the like, once the names are taken out
    WHEN regexp_full_match(regexp_replace(text, '@\w+', ' ', 'g'), '[\p{So}\p{Sk}\p{Cf}\p{Mn}\s]*\p{So}[\p{So}\p{Sk}\p{Cf}\p{Mn}\s]*')
        THEN true
    WHEN regexp_matches(
        lower(text),
        '(?:^|[^a-z0-9])(?:thank|thx|thnx|tnx|ty|cheers|ta|appreciate|merci|dank|bedankt|gracias|grazie|te|sa|obrigad|kiitos|ok|great|perfect|brilliant|awesome|excellent|lovely|cool|nice|sorted|will|got|amazing|wonderful|super|fab|fantastic)'
    ) THEN regexp_full_match(
        trim(regexp_replace(regexp_replace(lower(text), '@\w+', ' ', 'g'), '[^\p{L}\p{N}?/]+', ' ', 'g')),
        '((you|u|so|very|much|a|lot|for|the|your|ur|help|helping|reply|response|replying|responding|quick|all|many|again|it|that|this|s|is|good|day|bye|guys|team|mate|to|and|really|will|ll|i|we|dear|oh|ah|yes|yay|vielen|schön|dir|ihnen|mille|beaucoup|muchas|molte|çok|mange|for|hjælpen|für|die|hilfe|pour|votre|aide|por|la|ayuda) ){0,7}(thanks|thank you|thankyou|thank u|thanku|thx|thnx|tnx|ty|tysm|cheers|ta|appreciate|appreciated|merci|danke|dankeschön|dank|dankjewel|bedankt|gracias|grazie|tak|teşekkürler|teşekkür ederim|sağol|obrigado|obrigada|tack|takk|kiitos|ok|okay|great|perfect|brilliant|awesome|excellent|lovely|cool|nice|sorted|will do|got it|amazing|wonderful|super|fab|fantastic)( (thanks|thank|thx|cheers|great|perfect|brilliant|awesome|excellent|lovely|cool|nice|ok|okay|appreciated|appreciate|amazing|wonderful|got|do|you|u|so|very|much|a|lot|for|the|your|ur|help|helping|reply|response|replying|responding|quick|all|many|again|it|that|this|s|is|good|day|bye|guys|team|mate|to|and|really|will|ll|i|we|vielen|schön|dir|ihnen|mille|beaucoup|muchas|molte|çok|mange|hjælpen|für|die|hilfe|pour|votre|aide|por|la|ayuda)){0,9}'
    )
    ELSE false
END;

-- What each message does to the clock: asks (C), replies (A), answers as a bot (B), closes (K), or nothing.
-- `turn` counts the endings before a message, so everything between two endings shares one turn.
CREATE OR REPLACE TEMP TABLE turns AS
WITH spoken AS (
    SELECT s.message_id, s.stream_id, s.position, s.kind, s.visible, s.event, s.sent_at, s.parent_id,
        CASE
            WHEN s.role = 'customer' AND s.visible THEN 'C'
            WHEN s.role = 'agent' AND s.visible THEN 'A'
            WHEN s.role = 'bot' AND s.visible AND b.author_key IS NOT NULL THEN 'B'
            WHEN s.event = 'closed' THEN 'K'
        END AS act,
        c.message_id IS NOT NULL AS closing_words
    FROM streams AS s
    LEFT JOIN counted_bots AS b ON b.author_key = s.author_key
    LEFT JOIN closings AS c ON c.message_id = s.message_id
), remembered AS ( -- who spoke last: only after an agent's reply can "thanks" be a closer
    SELECT s.* EXCLUDE (parent_id), u.closers,
        last_value(CASE WHEN act IN ('A', 'B') OR (act = 'C' AND NOT (closing_words AND u.closers)) THEN act END IGNORE NULLS) OVER (
            PARTITION BY stream_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS act_before,
        count(*) FILTER (WHERE act IN ('A', 'B', 'K')) OVER (
            PARTITION BY stream_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS turn
    FROM spoken AS s
    CROSS JOIN rules AS u
), answered_before AS ( -- an agent's reply that stands before the message it answers (an edited review)
    SELECT q.message_id, arg_min(a.message_id, a.position) AS reply_id, min(a.position) AS reply_position,
        min(a.sent_at) AS replied_at
    FROM spoken AS a
    JOIN spoken AS q
        ON q.message_id = a.parent_id AND q.stream_id = a.stream_id AND q.act = 'C' AND a.position < q.position
    WHERE a.act = 'A'
    GROUP BY q.message_id
), judged AS (
    SELECT r.* EXCLUDE (act_before, closers),
        coalesce(r.closers AND act = 'C' AND closing_words AND act_before = 'A' AND e.reply_id IS NULL, false) AS closer,
        e.reply_id AS early_reply_id, e.replied_at AS early_replied_at
    FROM remembered AS r
    LEFT JOIN answered_before AS e ON e.message_id = r.message_id
)
SELECT *, -- what a turn waits for an answer to
    min(CASE WHEN act = 'C' AND NOT closer AND early_reply_id IS NULL THEN position END) OVER (
        PARTITION BY stream_id, turn
    ) AS start_position
FROM judged;
