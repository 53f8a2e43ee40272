-- for each slice
-- Whose conversation is it? A customer and an account for every message of a tree.
CREATE OR REPLACE TEMP TABLE parties AS
WITH answers AS ( -- a reply belongs to the customer whose message it answers …
    SELECT v.message_id, v.account, q.author AS customer
    FROM climb AS c
    JOIN tree AS v ON v.message_id = c.message_id
    JOIN tree AS top ON top.message_id = c.up_id
    LEFT JOIN tree AS q ON q.message_id = top.parent_id AND q.role = 'customer'
), replied AS ( -- … and a customer's message to the account it answers, else to the first that answers it
    SELECT t.message_id, t.author AS customer,
        coalesce(t.account, CASE WHEN p.role IN ('agent', 'bot') THEN p.account END, first_reply.account) AS account
    FROM tree AS t
    LEFT JOIN tree AS p ON p.message_id = t.parent_id
    LEFT JOIN (
        SELECT parent_id, arg_min(account, (sent_at, length(message_key), message_key)) AS account
        FROM tree
        WHERE role = 'agent' AND visibility <> 'internal' AND parent_id IS NOT NULL
        GROUP BY parent_id
    ) AS first_reply ON first_reply.parent_id = t.message_id
    WHERE t.role = 'customer'
), unplaced AS (
    SELECT message_id, 'customer' AS wanted FROM answers WHERE customer IS NULL
    UNION ALL
    SELECT message_id, 'account' AS wanted FROM replied WHERE account IS NULL
), calling AS (
    SELECT u.message_id, u.wanted, t.platform, t.namespace, regexp_extract_all(lower(t.text), '@(\w+)', 1) AS handles
    FROM unplaced AS u
    JOIN tree AS t ON t.message_id = u.message_id
), places AS (
    SELECT c.*, unnest(generate_series(1, array_length(handles))) AS place FROM calling AS c WHERE array_length(handles) > 0
), mentions AS ( -- who is named, in the order of the text
    SELECT message_id, wanted, platform, namespace, handles[place] AS handle, place FROM places
), named AS (
    SELECT m.message_id,
        arg_min(m.handle, m.place) FILTER (WHERE h.handle IS NULL AND m.wanted = 'customer') AS customer,
        arg_min(h.account, m.place) FILTER (WHERE h.handle IS NOT NULL AND m.wanted = 'account') AS account
    FROM mentions AS m
    LEFT JOIN handles AS h
        ON h.platform = m.platform AND h.namespace = m.namespace AND h.handle = m.handle
    GROUP BY m.message_id
), talkers AS ( -- last, the account that speaks most in the tree; of equals the one that spoke first
    SELECT tree, account, count(*) AS messages, min((sent_at, length(message_key), message_key)) AS first_said
    FROM tree WHERE role = 'agent' AND visibility <> 'internal' GROUP BY tree, account
), loudest AS (
    SELECT tree, account
    FROM talkers
    QUALIFY row_number() OVER (PARTITION BY tree ORDER BY messages DESC, first_said) = 1
)
SELECT a.message_id, a.account, coalesce(a.customer, n.customer) AS customer
FROM answers AS a
LEFT JOIN named AS n ON n.message_id = a.message_id
UNION ALL
SELECT r.message_id, coalesce(r.account, n.account, l.account) AS account, r.customer
FROM replied AS r
JOIN tree AS t ON t.message_id = r.message_id
LEFT JOIN named AS n ON n.message_id = r.message_id
LEFT JOIN loudest AS l ON l.tree = t.tree;
