-- A conversation is one episode of a stream; streams that have an end of their own have one episode.

-- A blank is of any kind, as \s is only of ASCII. A signature is initials or a name after ^, glued or not, or after
-- a blank and a dash, ~ or *, then with no small letter first. Only links and counts such as 1/2 may follow it.
CREATE OR REPLACE TEMP MACRO signature_rule() AS
    '(?:\^[\s\v\x1c-\x1f\x{85}\p{Z}]?(\p{L}+)|(?:^|[\s\v\x1c-\x1f\x{85}\p{Z}])[\-–—~*][\s\v\x1c-\x1f\x{85}\p{Z}]?([\p{Lu}\p{Lt}\p{Lo}]\p{L}*))'
    || '((?:[\s\v\x1c-\x1f\x{85}\p{Z}]+(?:(?:https?://|www\.)[^\s\v\x1c-\x1f\x{85}\p{Z}]+|[0-9]/[0-9]|\([0-9]/[0-9]\)))*)[\s\v\x1c-\x1f\x{85}\p{Z}]*$';

CREATE OR REPLACE TEMP TABLE spoken AS
WITH numbered AS (
    SELECT t.*, e.position IS NOT NULL AS begins
    FROM turns AS t
    LEFT JOIN episode_starts AS e ON e.stream = t.stream AND e.position = t.position
), counted AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (
        PARTITION BY stream ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS episode
    FROM numbered
)
SELECT * EXCLUDE (signed), CASE WHEN episode = 0 THEN stream ELSE concat(stream, '#', episode + 1) END AS conversation_id,
    CASE WHEN length(concat(signed.initials, signed.name)) BETWEEN 1 AND 20
        THEN concat(upper(signed.initials), signed.name) END AS signature
FROM (
    SELECT *, CASE WHEN role = 'agent'
        THEN regexp_extract(nfc_normalize(reply_text), signature_rule(), ['initials', 'name', 'after']) END AS signed
    FROM counted
) AS told;

INSERT INTO conversations
SELECT conversation_id, min(scope), min(kind), min(platform), min(account),
    arg_min(channel, position), arg_min(customer, position) FILTER (WHERE customer IS NOT NULL),
    CASE arg_min(role, position) FILTER (WHERE visible) WHEN 'customer' THEN 'customer' ELSE 'brand' END,
    min(sent_at), max(sent_at), count(*)
FROM spoken
WHERE role <> 'system'
GROUP BY conversation_id;

-- Accounts without a time zone in the settings are told in UTC.
INSERT INTO zones
SELECT DISTINCT account, 'UTC' FROM spoken WHERE account NOT IN (SELECT account FROM zones);

INSERT INTO placed
WITH local AS (
    SELECT s.*, timezone(z.time_zone, s.sent_at) AS local_at,
        -- a reply is credited to who signed it, else to who sent it
        CASE WHEN role = 'agent' THEN coalesce(signature, author_name, author_key) END AS agent
    FROM spoken AS s
    JOIN zones AS z ON z.account = s.account
)
SELECT l.message_id, l.scope, l.conversation_id, l.account, l.channel, l.role, l.visible, coalesce(l.closing_words, false), l.closer, l.sent_at,
    l.position, l.agent, m.team,
    date_trunc('hour', l.local_at), l.local_at::DATE, date_trunc('week', l.local_at)::DATE,
    date_trunc('month', l.local_at)::DATE, isodow(l.local_at) - 1, hour(l.local_at),
    (isodow(l.local_at) - 1) * 24 + hour(l.local_at)
FROM local AS l
-- team membership is the one at that time
LEFT JOIN memberships AS m
    ON m.agent = l.agent AND l.local_at::DATE >= m.since AND l.local_at::DATE < m.until;
