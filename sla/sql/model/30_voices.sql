-- for each slice
-- Who speaks in a tree: the brand's own messages, each with a pointer up its own chain of messages.
CREATE OR REPLACE TEMP TABLE tree AS
SELECT w.message_id, w.platform, w.namespace, w.message_key, w.role, w.visibility, w.sent_at, w.text,
    lower(coalesce(w.author_key, w.author_name, '')) AS author, r.parent_id, r.tree,
    CASE WHEN w.role IN ('agent', 'bot') THEN coalesce(w.account, w.author_key) ELSE w.account END AS account
FROM work AS w
JOIN rooted AS r ON r.message_id = w.message_id
WHERE w.role IN ('customer', 'agent', 'bot');

CREATE OR REPLACE TEMP TABLE climb AS
SELECT v.message_id, coalesce(p.message_id, v.message_id) AS up_id, p.message_id IS NOT NULL AS moved
FROM tree AS v
LEFT JOIN tree AS p
    ON p.message_id = v.parent_id AND p.role IN ('agent', 'bot') AND lower(p.account) = lower(v.account)
WHERE v.role IN ('agent', 'bot');
