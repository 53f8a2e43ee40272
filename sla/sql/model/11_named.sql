-- What calls a name that turns out to be an account's: every text has to be looked through, so only where there are trees, and such names.
-- repeat while: SELECT (SELECT count(*) FROM new_handles) > 0 AND (SELECT count(*) FROM scopes WHERE kind = 'tree') > 0
INSERT INTO named
SELECT m.message_id
FROM messages AS m
JOIN new_handles AS h ON h.platform = m.platform AND h.namespace = m.namespace
WHERE contains(lower(m.text), '@' || h.handle);
