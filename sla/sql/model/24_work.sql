-- for each slice
-- The messages of one slice.
CREATE OR REPLACE TEMP TABLE work AS
SELECT m.*,
    -- an endless stream has no end of its own: a chat app, or direct messages
    e.platform IS NOT NULL OR (m.platform IN ('x', 'facebook', 'slack', 'discord') AND m.visibility = 'private') AS endless,
    s.kind, s.scope
FROM sliced AS s
JOIN messages AS m ON m.message_id = s.message_id
LEFT JOIN endless_platforms AS e ON e.platform = m.platform
WHERE s.slice = getvariable('slice');
