-- for each slice
-- The messages of one slice; most loads lie side by side, so that the rest need not be read.
SET VARIABLE slice_first = (SELECT min(message_id) FROM sliced WHERE slice = getvariable('slice'));
SET VARIABLE slice_last = (SELECT max(message_id) FROM sliced WHERE slice = getvariable('slice'));

CREATE OR REPLACE TEMP TABLE work AS
SELECT m.*,
    -- an endless stream has no end of its own: a chat app, or direct messages
    e.platform IS NOT NULL OR (m.platform IN ('x', 'facebook', 'slack', 'discord') AND m.visibility = 'private') AS endless,
    s.kind, s.scope
FROM messages AS m
JOIN sliced AS s ON s.message_id = m.message_id AND m.message_id BETWEEN getvariable('slice_first') AND getvariable('slice_last')
LEFT JOIN endless AS e ON e.platform = m.platform
WHERE s.slice = getvariable('slice');
