-- title: Hand-offs
-- definition: Replies that move the customer elsewhere, and what happened after them.
-- formula: hand-offs of a kind / all replies; after it the first thing within the horizon (24 hours unless set)
-- unit: one row a kind; share from 0 to 1; counts are replies, by the time of the reply
-- waits: all
-- rows: kind
-- kind: where to: direct message, phone, e-mail, form or link; the first of these that a reply names
-- n: hand-offs of this kind
-- share: n / all replies
-- moved: the customer wrote to the account on another channel
-- came_back: the customer wrote in the same thread or stream
-- followed_up: an agent wrote once more in the same thread or stream
-- silent: nobody wrote within the horizon
-- undecided: nobody wrote yet, and the horizon isn't over at as of
WITH {sent}, {followed}, counted AS (
    SELECT {keys} hand_off AS kind, count(*) AS n,
        count(CASE WHEN after_it = 'moved' THEN 1 END) AS moved,
        count(CASE WHEN after_it = 'came back' THEN 1 END) AS came_back,
        count(CASE WHEN after_it = 'followed up' THEN 1 END) AS followed_up,
        count(CASE WHEN after_it = 'silent' THEN 1 END) AS silent,
        count(CASE WHEN after_it = 'undecided' THEN 1 END) AS undecided
    FROM judged
    GROUP BY {keys} hand_off
), replied AS (
    SELECT {keys} count(*) AS replies FROM sent {group_by}
), shared AS (
    SELECT {counted_keys} c.kind, c.n, c.n / q.replies AS share, c.moved, c.came_back, c.followed_up, c.silent, c.undecided
    FROM counted AS c
    JOIN replied AS q ON {same_keys}
)
SELECT {keys} kind, n, share, moved, came_back, followed_up, silent, undecided
FROM shared
ORDER BY {keys} CASE kind
    WHEN 'direct message' THEN 1 WHEN 'phone' THEN 2 WHEN 'e-mail' THEN 3 WHEN 'form' THEN 4 ELSE 5
END
