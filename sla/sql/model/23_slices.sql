-- What is modelled together stands in one scope. Scopes are taken in slices of about so many messages, so that a large
-- load needs no more memory than a small one; those that came together first, as they lie side by side.
CREATE OR REPLACE TEMP TABLE sliced AS
WITH scoped AS (
    SELECT g.message_id, g.kind, g.scope, coalesce(CASE WHEN g.kind = 'tree' THEN r.scope END, g.scope, '') AS whole
    FROM gathered AS g
    LEFT JOIN rooted AS r ON r.message_id = g.message_id
), sized AS (
    SELECT whole, min(message_id) AS first_id, count(*) AS n FROM scoped GROUP BY whole
), cut AS (
    SELECT whole, CAST((sum(n) OVER (ORDER BY first_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - n) // getvariable('slice_messages') AS INTEGER) AS slice
    FROM sized
)
SELECT s.message_id, s.kind, s.scope, c.slice FROM scoped AS s JOIN cut AS c ON c.whole = s.whole;

-- What comes to each account and channel, slice by slice.
CREATE OR REPLACE TEMP TABLE heard (account VARCHAR, channel VARCHAR, messages BIGINT, first_at TIMESTAMPTZ, as_of TIMESTAMPTZ);
