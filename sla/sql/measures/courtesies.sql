-- title: Courtesies
-- definition: How often replies say sorry, are signed, and are followed by thanks.
-- formula: apologies / n, signed / n, thanked / n
-- unit: share from 0 to 1; counts are replies, by the time of the reply
-- waits: all
-- n: replies sent
-- apologies: those that say sorry
-- signed: those with a signature at the end
-- thanked: those after which the next visible message of the thread or stream is the customer's and says thanks
-- apology_share: apologies / n; empty without replies
-- signed_share: signed / n; empty without replies
-- thanked_share: thanked / n; empty without replies
WITH {sent}, counted AS (
    SELECT {keys} count(*) AS n,
        count(CASE WHEN apology THEN 1 END) AS apologies,
        count(CASE WHEN signed THEN 1 END) AS signed,
        count(CASE WHEN thanked THEN 1 END) AS thanked
    FROM sent
    {group_by}
)
SELECT {keys} n, apologies, signed, thanked,
    apologies / nullif(n, 0) AS apology_share,
    signed / nullif(n, 0) AS signed_share,
    thanked / nullif(n, 0) AS thanked_share
FROM counted
{order_by}
