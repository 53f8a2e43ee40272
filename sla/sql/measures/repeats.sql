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
WITH {sent}, spread AS ( -- what was said in more than one conversation, by number: texts are long to sort
    SELECT account, gist, row_number() OVER (ORDER BY account, gist) AS gist_id
    FROM (
        SELECT account, gist
        FROM replies
        WHERE gist IS NOT NULL AND ($account IS NULL OR account = $account)
        GROUP BY account, gist
        HAVING min(conversation_id) <> max(conversation_id)
    ) AS said
), placed_in_time AS ( -- of the same instant, the shorter id is the earlier one, then by text
    SELECT r.message_id, r.conversation_id, s.gist_id,
        dense_rank() OVER (PARTITION BY s.gist_id ORDER BY r.sent_at, length(r.message_key), r.message_key) AS place
    FROM replies AS r
    JOIN spread AS s ON s.account = r.account AND s.gist = r.gist
), first_said AS (
    SELECT gist_id, min(conversation_id) AS first_in FROM placed_in_time WHERE place = 1 GROUP BY gist_id
), next_said AS ( -- and where it was said first in another conversation than that
    SELECT f.gist_id, f.first_in, min(p.place) AS next_place
    FROM first_said AS f
    JOIN placed_in_time AS p ON p.gist_id = f.gist_id AND p.conversation_id <> f.first_in
    GROUP BY f.gist_id, f.first_in
), told_before AS (
    SELECT p.message_id AS other_id
    FROM placed_in_time AS p
    JOIN next_said AS q ON q.gist_id = p.gist_id
    WHERE p.place > CASE WHEN p.conversation_id = q.first_in THEN q.next_place ELSE 1 END
), counted AS (
    SELECT {keys} count(*) AS n, count(CASE WHEN repeats_here THEN 1 END) AS here, count(e.other_id) AS elsewhere
    FROM sent
    LEFT JOIN told_before AS e ON e.other_id = sent.message_id
    WHERE gist IS NOT NULL
    {group_by}
)
SELECT {keys} n, here, elsewhere, here / nullif(n, 0) AS share_here, elsewhere / nullif(n, 0) AS share_elsewhere
FROM counted
{order_by}
