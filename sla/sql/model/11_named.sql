-- Trees in which a name turns out to be an account's: every text has to be looked through, so only where there are any.
-- repeat while: SELECT (SELECT count(*) FROM new_handles) > 0 AND (SELECT count(*) FROM scopes WHERE kind = 'tree') > 0
INSERT INTO named
SELECT m.message_id
FROM new_handles AS h
JOIN messages AS m ON m.platform = h.platform AND m.namespace = h.namespace
JOIN scopes AS s ON s.message_id = m.message_id AND s.kind = 'tree'
WHERE contains(lower(m.text), '@' || h.handle);
