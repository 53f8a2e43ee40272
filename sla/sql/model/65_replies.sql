-- for each slice
-- What agents said to customers: where they sent them, whether they repeated themselves, said sorry, were thanked.
CREATE OR REPLACE TEMP TABLE said AS -- after a message by the customer, or in answer to one
WITH visible AS (
    SELECT message_id,
        last_value(CASE WHEN role = 'customer' THEN coalesce(customer, '') END IGNORE NULLS) OVER earlier AS asked_by,
        min(sent_at) FILTER (WHERE role = 'customer') OVER later AS customer_at,
        min(sent_at) FILTER (WHERE role = 'agent') OVER later AS agent_at,
        lead(message_id) OVER (PARTITION BY stream_id ORDER BY position) AS next_id
    FROM spoken
    WHERE visible
    WINDOW earlier AS (PARTITION BY stream_id, episode ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        -- what comes of a reply is looked for beyond its conversation: a closed ticket may be written to again
        later AS (PARTITION BY stream_id ORDER BY position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
)
SELECT s.message_id, s.stream_id, s.episode, s.position, v.customer_at, v.agent_at,
    -- only in a ticket it takes the message that is answered to know whose it is
    nullif(lower(CASE
        WHEN s.customer IS NOT NULL THEN s.customer WHEN q.message_id IS NOT NULL THEN q.author_key ELSE v.asked_by
    END), '') AS customer_key,
    w.hand_off, w.apology, coalesce(n.thanks, false) AS thanked, w.gist
FROM visible AS v
JOIN spoken AS s ON s.message_id = v.message_id
JOIN agent_words AS w ON w.message_id = v.message_id
LEFT JOIN customer_words AS n ON n.message_id = v.next_id
LEFT JOIN work AS q ON q.message_id = s.parent_id AND q.role = 'customer'
WHERE v.asked_by IS NOT NULL OR q.message_id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE gists AS
SELECT message_id, stream_id, episode, gist, length(gist) AS letters, strlen(gist) = length(gist) AS plain,
    row_number() OVER (PARTITION BY stream_id, episode ORDER BY position) AS place,
    count(*) OVER (PARTITION BY stream_id, episode) > 20 AS crowded
FROM said
WHERE regexp_matches(gist, '^(?:[^ ]+ ){4}[^ ]');

-- levenshtein() counts bytes, so what isn't ASCII is first spelt with signs that no gist has.
CREATE OR REPLACE TEMP MACRO spare_signs() AS
    repeat('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!"#$%&()*+,-./:;<=>?@[]^_`{|}~', 20);
CREATE OR REPLACE TEMP MACRO apart(one, other, foreign_letters) AS levenshtein(
    translate(one, foreign_letters, spare_signs()), translate(other, foreign_letters, spare_signs())
);

-- In one conversation a tenth of the letters may differ. Each gist is held against the 200 before it and no more,
-- as a channel can hold thousands; they are joined by blocks of 200, so only neighbours meet.
-- levenshtein() is slow, so where there are many pairs a look at the triples of letters goes before it: a letter that
-- differs is in three of them, so of those in one gist at most three tenths of the letters can be missing in the other.
CREATE OR REPLACE TEMP MACRO all_triples(gist, at_letter) AS bitstring_agg(CAST(hash(substr(gist, at_letter, 3)) % 1024 AS INTEGER), 0, 1023);
CREATE OR REPLACE TEMP MACRO may_be_alike(one, other, letters) AS coalesce(bit_count(one & ~other) * 10 <= 3 * letters, true);

CREATE OR REPLACE TEMP TABLE said_again AS
WITH triples AS (
    SELECT message_id, all_triples(gist, at_letter) AS triple
    FROM (SELECT message_id, gist, unnest(range(1, letters - 1)) AS at_letter FROM gists WHERE crowded) AS letter_by_letter
    GROUP BY message_id
), marked AS (
    SELECT g.*, t.triple FROM gists AS g LEFT JOIN triples AS t ON t.message_id = g.message_id
), near AS (
    SELECT *, unnest([place // 200, place // 200 - 1]) AS of_block FROM marked
), pairs AS (
    SELECT b.message_id, a.gist AS earlier, b.gist AS later, greatest(a.letters, b.letters) AS letters, a.plain AND b.plain AS plain
    FROM near AS b
    JOIN marked AS a ON a.stream_id = b.stream_id AND a.episode = b.episode AND a.place // 200 = b.of_block
    WHERE a.place BETWEEN b.place - 200 AND b.place - 1
        AND abs(a.letters - b.letters) * 10 <= greatest(a.letters, b.letters)
        AND may_be_alike(a.triple, b.triple, greatest(a.letters, b.letters))
), judged AS (
    SELECT message_id, letters, CASE
        WHEN earlier = later THEN 0
        WHEN plain THEN levenshtein(earlier, later)
        ELSE apart(earlier, later, array_to_string(list_distinct(regexp_extract_all(concat(earlier, later), '[^ -~]')), ''))
    END AS differing
    FROM pairs
)
SELECT DISTINCT message_id FROM judged WHERE differing * 10 <= letters;

INSERT INTO replies
SELECT p.message_id, p.message_key, p.scope, p.conversation_id, p.platform, p.account, p.channel, s.customer_key,
    p.sent_at, p.position, p.agent, p.team, s.customer_at, s.agent_at, s.hand_off,
    s.apology, p.signature IS NOT NULL, s.thanked, md5(g.gist), r.message_id IS NOT NULL,
    p."hour", p."day", p."week", p."month", p.weekday, p.hour_of_day, p.hour_of_week
FROM said AS s
JOIN spoken AS p ON p.message_id = s.message_id
LEFT JOIN gists AS g ON g.message_id = s.message_id
LEFT JOIN said_again AS r ON r.message_id = s.message_id
ORDER BY p.sent_at;
