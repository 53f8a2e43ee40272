-- title: Repeats
-- definition: Replies that say nearly word for word what an earlier reply said, to the same customer or to another.
-- formula: here / n, elsewhere / n
-- unit: share from 0 to 1; counts are replies, by the time of the reply
-- waits: all
-- n: replies whose gist has five words or more
-- here: those that repeat one of the 200 replies before it in the same conversation, a tenth of the letters aside
-- elsewhere: those that repeat an earlier reply of another conversation of the account, word for word
-- share_here: here / n; empty without such replies
-- share_elsewhere: elsewhere / n; empty without such replies
WITH {sent}, spread AS ( -- what was said in more than one conversation
    SELECT account, gist
    FROM replies
    WHERE gist IS NOT NULL AND ($account IS NULL OR account = $account)
    GROUP BY account, gist
    HAVING min(conversation_id) <> max(conversation_id)
), placed_in_time AS ( -- of the same instant, the shorter id is the earlier one, then by text
    SELECT r.message_id, r.account, r.gist, r.conversation_id,
        dense_rank() OVER (
            PARTITION BY r.account, r.gist ORDER BY r.sent_at, length(r.message_key), r.message_key
        ) AS place
    FROM replies AS r
    JOIN spread AS s ON s.account = r.account AND s.gist = r.gist
), told_before AS (
    SELECT message_id, conversation_id,
        min(conversation_id) OVER before_it AS lowest, max(conversation_id) OVER before_it AS highest
    FROM placed_in_time
    WINDOW before_it AS (
        PARTITION BY account, gist ORDER BY place RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
), counted AS (
    SELECT {keys} count(*) AS n, count(CASE WHEN repeats_here THEN 1 END) AS here, count(e.other_id) AS elsewhere
    FROM sent
    LEFT JOIN (
        SELECT message_id AS other_id FROM told_before
        WHERE lowest <> conversation_id OR highest <> conversation_id
    ) AS e ON e.other_id = sent.message_id
    WHERE gist IS NOT NULL
    {group_by}
)
SELECT {keys} n, here, elsewhere, here / nullif(n, 0) AS share_here, elsewhere / nullif(n, 0) AS share_elsewhere
FROM counted
{order_by}
