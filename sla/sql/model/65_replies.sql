-- for each slice
-- What agents said to customers: where they sent them, whether they repeated themselves, said sorry, were thanked.
-- The words stand here and nowhere else, as docs/definitions.md lists them. They are looked for in the letters and
-- digits of a text between single blanks, so what matches is whole words; "e-mail us" is the words e, mail, us.
-- Text is compared in small letters, é as one sign however it is written.
CREATE OR REPLACE TEMP MACRO small(text) AS lower(nfc_normalize(text));

-- A link ends at a blank of any kind; what is in it is neither a word nor a number.
CREATE OR REPLACE TEMP MACRO unlinked(text) AS regexp_replace(
    text, '(?:https?://|(^|[^\p{L}\p{N}@])www\.)[^\s\v\x1c-\x1f\x{85}\p{Z}]*', '\1;', 'g'
);

-- The words of a text without links between single blanks, and | where anything but blanks stands between two. An apostrophe joins.
CREATE OR REPLACE TEMP MACRO parted(text) AS regexp_replace(
    regexp_replace(
        concat(' ', translate(text, '''’‘´`', ''), ' '),
        '(?:[\p{L}\p{N}_.%+\-]*[\p{L}\p{N}]@[\p{L}\p{N}_\-]+(?:\.[\p{L}\p{N}_\-]+)*\.\p{L}{2,}|@[\p{L}\p{N}_]+|[^\p{L}\p{N}\s\v\x1c-\x1f\x{85}\p{Z}])+',
        ' | ', 'g'
    ), '[\s\v\x1c-\x1f\x{85}\p{Z}]{2,}|[\t\n\f\r\v\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]', ' ', 'g'
);
CREATE OR REPLACE TEMP MACRO joined(parts) AS regexp_replace(parts, ' (?:\| )+', ' ', 'g');

CREATE OR REPLACE TEMP TABLE answering AS -- after a message by the customer, or in answer to one
WITH visible AS (
    SELECT message_id,
        last_value(CASE WHEN role = 'customer' THEN coalesce(customer, '') END IGNORE NULLS) OVER earlier AS asked_by,
        min(sent_at) FILTER (WHERE role = 'customer') OVER later AS customer_at,
        min(sent_at) FILTER (WHERE role = 'agent') OVER later AS agent_at,
        lead(message_id) OVER (PARTITION BY stream_id ORDER BY position) AS next_id,
        lead(role) OVER (PARTITION BY stream_id ORDER BY position) AS next_role
    FROM spoken
    WHERE visible
    WINDOW earlier AS (PARTITION BY stream_id, episode ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        -- what comes of a reply is looked for beyond its conversation: a closed ticket may be written to again
        later AS (PARTITION BY stream_id ORDER BY position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
)
    SELECT s.message_id, s.stream_id, s.episode, s.scope, s.conversation_id, s.platform, s.message_key, s.account, s.channel, s.sent_at,
        s.position, s.signature, v.customer_at, v.agent_at, v.next_id, v.next_role,
        -- only in a ticket it takes the message that is answered to know whose it is
        nullif(lower(CASE
            WHEN s.customer IS NOT NULL THEN s.customer WHEN q.message_id IS NOT NULL THEN q.author_key ELSE v.asked_by
        END), '') AS customer_key,
        small(CASE WHEN s.signature IS NULL THEN w.text
            ELSE regexp_replace(nfc_normalize(w.text), signature_rule(), ' \3', 'g') END) AS lowered
    FROM visible AS v
    JOIN spoken AS s ON s.message_id = v.message_id
    JOIN work AS w ON w.message_id = v.message_id
    LEFT JOIN work AS q ON q.message_id = s.parent_id AND q.role = 'customer'
    WHERE s.role = 'agent' AND (v.asked_by IS NOT NULL OR q.message_id IS NOT NULL);

-- What agents said, and what customers said next. A rule is one expression here, however many texts it is for: to
-- prepare one takes longer than to read a thousand texts with it.
CREATE OR REPLACE TEMP TABLE texts AS
WITH lowered AS (
    SELECT message_id, true AS own, lowered FROM answering
    UNION ALL
    SELECT a.message_id, false AS own, small(n.text) AS lowered
    FROM answering AS a
    JOIN work AS n ON n.message_id = a.next_id
    WHERE a.next_role = 'customer' AND n.text IS NOT NULL
), spelt AS (
    SELECT *, unlinked(lowered) AS spelt FROM lowered
), in_parts AS (
    SELECT *, parted(spelt) AS parts FROM spelt
)
SELECT *, joined(parts) AS words FROM in_parts;

CREATE OR REPLACE TEMP TABLE said AS
WITH worded AS (
    SELECT a.*, t.spelt, t.parts, t.words FROM answering AS a JOIN texts AS t ON t.message_id = a.message_id AND t.own
), thanking AS (
    SELECT message_id, regexp_matches(
        regexp_replace( -- no thanks
            words, ' (?:(?:no thanks|no thank you|thanks for nothing|thank you for nothing) )+', ' | ', 'g'
        ),
        ' (?:thanks|thank|thankyou|thx|thnx|tnx|ty|tysm|cheers|appreciate|appreciated|danke|dankeschön|dank|merci|gracias|grazie|bedankt|dankjewel|tak|teşekkür[^ ]*|sağol|sağolun|obrigado|obrigada|tack|takk|kiitos) '
    ) AS thanked
    FROM texts
    WHERE NOT own
)
SELECT w.* EXCLUDE (next_id, next_role, lowered, spelt, parts, words),
    CASE
        WHEN regexp_matches( -- once what has arrived already is out
            regexp_replace(words, ' (?:(?:your dm|your dms|your direct message|your private message) )+', ' | ', 'g'),
            ' (?:dm|dms|dming|direct message[^ ]*|private message[^ ]*|message us privately|pm us|a pm|via pm|direktnachricht[^ ]*|privatnachricht[^ ]*|private nachricht|message privé|messages privés|en mp|mensaje directo|mensajes directos|mensaje privado|mensajes privados|por md|messaggio privato|in privato|privébericht[^ ]*|direct bericht|privat besked|direkte besked|özel mesaj[\p{L}\p{N}]*) '
        ) THEN 'direct message'
        WHEN regexp_matches(
            words,
            ' (?:call us|ring us|phone us|give us a call|give us a ring|call our|call (?:[^ ]+ )?on|by phone|via phone|over the phone|speak to us on|rufen sie uns|ruf uns|anrufen|telefonisch|appelez nous|par téléphone|contactez nous au|llámanos|llámenos|por teléfono|chiamaci|chiamateci|telefonicamente|bel ons|ring til|bizi arayın|telefonla) '
        ) OR regexp_matches(
            -- once dates are out
            regexp_replace(spelt, '\b(?:[0-9]{1,2}[.\-/][0-9]{1,2}[.\-/](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[.\-/][0-9]{1,2}[.\-/][0-9]{1,2})\b', ';', 'g'),
            -- from + or 0 on seven digits or more; or grouped by 3, 3 and 4
            '(?:^|[^\p{L}\p{N}+.\-])(?:(?:\+[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]*\p{Nd}|0)(?:[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]*\p{Nd}){6,}|(?:1[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]*)?\p{Nd}{3}[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]+\p{Nd}{3}[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]+\p{Nd}{4})(?:[^\p{L}\p{N}]|$)'
        ) THEN 'phone'
        WHEN regexp_matches(
            words,
            ' (?:email us|e mail us|mail us|by email|by e mail|via email|via e mail|an email to|an e mail to|per e mail|eine e mail|par e mail|par mail|por correo|un correo|via mail|una mail|een e mail|een mail|en mail|e posta[\p{L}\p{N}]*) '
        ) OR regexp_matches(
            spelt,
            '(?:^|[^\p{L}\p{N}_.%+\-@])[\p{L}\p{N}_.%+\-]*[\p{L}\p{N}]@[\p{L}\p{N}_\-]+(?:\.[\p{L}\p{N}_\-]+)*\.\p{L}{2,}'
        ) THEN 'e-mail'
        WHEN regexp_matches( -- once what is no form is out
            regexp_replace(words, ' (?:(?:form of|forms of) )+', ' | ', 'g'),
            ' (?:form|forms|webform|webforms|(?:formular|kontaktformular|formulaire|contactformulier)[^ ]*|modulo) '
        ) THEN 'form'
        WHEN spelt <> lowered THEN 'link' -- one was taken out
    END AS hand_off,
    coalesce(regexp_matches(
        words,
        ' (?:sorry|apologies|apologise[^ ]*|apologize[^ ]*|apologising|apologizing|apology|our bad|entschuldig[^ ]*|tut uns leid|tut mir leid|désolé|désolée|désolés|désolées|excuses|toutes nos excuses|lo siento|lo sentimos|disculpa|disculpas|disculpe|perdón|lamentamos|scusa|scusi|scusate|ci dispiace|mi dispiace|het spijt|beklager|undskyld|özür[^ ]*|üzgünüz|üzgünüm) '
    ), false) AS apology,
    coalesce(t.thanked, false) AS thanked,
    substr(trim(joined(regexp_replace( -- the greeting goes with the one word after it, when only blanks stand between
        regexp_replace(w.parts, ' [^ ]*\p{N}[^ ]*', ' |', 'g'),
        '^ (?:\| )*(?:hi|hello|hey|hiya|dear|good (?:\| )*(?:morning|afternoon|evening)|hallo|guten (?:\| )*tag|liebe|lieber|bonjour|bonsoir|hola|buenos (?:\| )*días|ciao|buongiorno|hoi|dag|hej|merhaba)(?: [^ |]+)? ',
        ' ', 'g'
    ))), 1, 500) AS gist
FROM worded AS w
LEFT JOIN thanking AS t ON t.message_id = w.message_id;

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
SELECT s.message_id, s.message_key, s.scope, s.conversation_id, s.platform, s.account, s.channel, s.customer_key,
    s.sent_at, s.position, p.agent, p.team, s.customer_at, s.agent_at, s.hand_off,
    s.apology, s.signature IS NOT NULL, s.thanked, md5(g.gist), r.message_id IS NOT NULL,
    p."hour", p."day", p."week", p."month", p.weekday, p.hour_of_day, p.hour_of_week
FROM said AS s
JOIN settled AS p ON p.message_id = s.message_id
LEFT JOIN gists AS g ON g.message_id = s.message_id
LEFT JOIN said_again AS r ON r.message_id = s.message_id
ORDER BY s.sent_at;
