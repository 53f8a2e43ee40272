-- for each slice
-- What a text says by itself, whoever it was said to: a closing or thanks, a signature, a hand-off, an apology, and its gist.
-- The words stand here and nowhere else, as docs/definitions.md lists them. They are looked for in the letters and
-- digits of a text between single blanks, so what matches is whole words; "e-mail us" is the words e, mail, us.
-- Text is compared in small letters, é as one sign however it is written. What costs much is looked for only in texts in which a
-- cheaper look finds what it needs, and there by taking it out: DuckDB makes a pattern that is only matched ready three times, and one
-- with all the letters there are takes it 5 ms, as long as a hundred texts.

-- A blank is of any kind, as \s is only of ASCII. A signature is initials or a name after ^, glued or not, or after
-- a blank and a dash, ~ or *, then with no small letter first. Only links and counts such as 1/2 may follow it.
CREATE OR REPLACE TEMP MACRO signature_rule() AS (
    '(?:\^[\s\v\x1c-\x1f\x{85}\p{Z}]?(\p{L}+)|(?:^|[\s\v\x1c-\x1f\x{85}\p{Z}])[\-–—~*][\s\v\x1c-\x1f\x{85}\p{Z}]?([\p{Lu}\p{Lt}\p{Lo}]\p{L}*))'
    || '((?:[\s\v\x1c-\x1f\x{85}\p{Z}]+(?:(?:https?://|www\.)[^\s\v\x1c-\x1f\x{85}\p{Z}]+|[0-9]/[0-9]|\([0-9]/[0-9]\)))*)[\s\v\x1c-\x1f\x{85}\p{Z}]*$'
);

-- A link ends at a blank of any kind; what is in it is neither a word nor a number.
CREATE OR REPLACE TEMP MACRO unlinked(text) AS CASE
    WHEN regexp_matches(text, 'https?://|www\.') THEN regexp_replace(text, '(?:https?://|(^|[^\p{L}\p{N}@])www\.)[^\s\v\x1c-\x1f\x{85}\p{Z}]*', '\1;', 'g')
    ELSE text
END;

-- An apostrophe joins.
CREATE OR REPLACE TEMP MACRO unquoted(text) AS CASE
    WHEN regexp_matches(text, '[''’‘´`]') THEN translate(text, '''’‘´`', '') ELSE text
END;

-- The words of a text without links and apostrophes between single blanks, and | where anything but blanks stands between two.
CREATE OR REPLACE TEMP MACRO parted(text) AS regexp_replace(
    regexp_replace(
        concat(' ', text, ' '),
        '(?:[\p{L}\p{N}_.%+\-]*[\p{L}\p{N}]@[\p{L}\p{N}_\-]+(?:\.[\p{L}\p{N}_\-]+)*\.\p{L}{2,}|@[\p{L}\p{N}_]+|[^\p{L}\p{N}\s\v\x1c-\x1f\x{85}\p{Z}])+',
        ' | ', 'g'
    ), '[\s\v\x1c-\x1f\x{85}\p{Z}]{2,}|[\t\n\f\r\v\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]', ' ', 'g'
);
CREATE OR REPLACE TEMP MACRO joined(parts) AS regexp_replace(parts, ' (?:\| )+', ' ', 'g');

-- What a closing is made of, and what may stand before and after it.
CREATE OR REPLACE TEMP MACRO closing() AS
    'thanks|thank you|thankyou|thank u|thanku|thx|thnx|tnx|ty|tysm|cheers|ta|appreciate|appreciated|merci|danke|dankeschön|dank|dankjewel|bedankt|gracias|grazie|tak|teşekkürler|teşekkür ederim|sağol|obrigado|obrigada|tack|takk|kiitos|ok|okay|great|perfect|brilliant|awesome|excellent|lovely|cool|nice|sorted|will do|got it|amazing|wonderful|super|fab|fantastic';
CREATE OR REPLACE TEMP MACRO before_closing() AS
    'you|u|so|very|much|a|lot|for|the|your|ur|help|helping|reply|response|replying|responding|quick|all|many|again|it|that|this|s|is|good|day|bye|guys|team|mate|to|and|really|will|ll|i|we|dear|oh|ah|yes|yay|vielen|schön|dir|ihnen|mille|beaucoup|muchas|molte|çok|mange|for|hjælpen|für|die|hilfe|pour|votre|aide|por|la|ayuda';
CREATE OR REPLACE TEMP MACRO after_closing() AS
    'thanks|thank|thx|cheers|great|perfect|brilliant|awesome|excellent|lovely|cool|nice|ok|okay|appreciated|appreciate|amazing|wonderful|got|do|you|u|so|very|much|a|lot|for|the|your|ur|help|helping|reply|response|replying|responding|quick|all|many|again|it|that|this|s|is|good|day|bye|guys|team|mate|to|and|really|will|ll|i|we|vielen|schön|dir|ihnen|mille|beaucoup|muchas|molte|çok|mange|hjælpen|für|die|hilfe|pour|votre|aide|por|la|ayuda';

-- Of customers only what says something has a row.
CREATE OR REPLACE TEMP TABLE customer_words AS
WITH lowered AS (
    SELECT message_id, text, lower(text) AS lowered, lower(nfc_normalize(text)) AS composed FROM work WHERE role = 'customer'
), thankful AS ( -- step by step: what a macro names twice would be worked out twice
    SELECT *,
        CASE WHEN regexp_matches(
            unquoted(composed), '(?:^|[^\p{L}\p{N}])(?:thank|thx|thnx|tnx|ty|cheers|appreciate|dank|merci|grac|grazie|bedankt|tak|teşekkür|sağol|obrigad|tack|kiitos)'
        ) THEN unlinked(composed) END AS spelt
    FROM lowered
), in_parts AS (
    SELECT *, parted(unquoted(spelt)) AS parts FROM thankful
), heard AS (
    SELECT message_id,
        CASE -- says thanks, or ok, and nothing else
            -- only emoji, hearts and the like, once the names are taken out
            WHEN regexp_matches(text, '\p{So}')
                AND regexp_full_match(regexp_replace(text, '@\w+', ' ', 'g'), '[\p{So}\p{Sk}\p{Cf}\p{Mn}\s]*\p{So}[\p{So}\p{Sk}\p{Cf}\p{Mn}\s]*')
                THEN true
            WHEN regexp_matches( -- its first word is one of these
                lowered, '^(?:@\w+|[^\p{L}\p{N}?/])*(?:thank|will|got|teşekkür|' || before_closing() || '|' || closing() || ')(?:[^\p{L}\p{N}]|$)'
            ) THEN regexp_extract(
                trim(regexp_replace(regexp_replace(lowered, '@\w+', ' ', 'g'), '[^\p{L}\p{N}?/]+', ' ', 'g')),
                '^(?:(?:' || before_closing() || ') ){0,7}(?:' || closing() || ')(?: (?:' || after_closing() || ')){0,9}$'
            ) <> ''
            ELSE false
        END AS closing,
        coalesce(regexp_matches(
            regexp_replace( -- no thanks
                joined(parts), ' (?:(?:no thanks|no thank you|thanks for nothing|thank you for nothing) )+', ' | ', 'g'
            ),
            ' (?:thanks|thank|thankyou|thx|thnx|tnx|ty|tysm|cheers|appreciate|appreciated|danke|dankeschön|dank|merci|gracias|grazie|bedankt|dankjewel|tak|teşekkür[^ ]*|sağol|sağolun|obrigado|obrigada|tack|takk|kiitos) '
        ), false) AS thanks
    FROM in_parts
)
SELECT message_id, closing, thanks FROM heard WHERE closing OR thanks;

-- The words that move a customer elsewhere, and sayings that hold one and move nobody.
CREATE OR REPLACE TEMP MACRO direct_message_words() AS
    ' (?:dm|dms|dming|direct message[^ ]*|private message[^ ]*|message us privately|pm us|a pm|via pm|direktnachricht[^ ]*|privatnachricht[^ ]*|private nachricht|message privé|messages privés|en mp|mensaje directo|mensajes directos|mensaje privado|mensajes privados|por md|messaggio privato|in privato|privébericht[^ ]*|direct bericht|privat besked|direkte besked|özel mesaj[^ ]*) ';
CREATE OR REPLACE TEMP MACRO form_words() AS
    ' (?:form|forms|webform|webforms|(?:formular|kontaktformular|formulaire|contactformulier)[^ ]*|modulo) ';

CREATE OR REPLACE TEMP TABLE agent_words AS
WITH written AS (
    SELECT message_id, nfc_normalize(text) AS written FROM work WHERE role = 'agent' AND visibility <> 'internal'
), read AS (
    SELECT message_id, written, regexp_extract(written, '(' || signature_rule() || ')', ['whole', 'initials', 'name', 'after']) AS signed
    FROM written
), named AS (
    SELECT message_id, written, signed,
        CASE WHEN length(concat(signed.initials, signed.name)) BETWEEN 1 AND 20 THEN concat(upper(signed.initials), signed.name) END AS signature
    FROM read
), lowered AS ( -- without the signature
    SELECT message_id, signature,
        lower(CASE WHEN signature IS NULL THEN written
            ELSE concat(substr(written, 1, length(written) - length(signed.whole)), ' ', signed.after) END) AS lowered
    FROM named
), spelt AS (
    SELECT *, unlinked(lowered) AS spelt FROM lowered
), in_parts AS (
    SELECT *, parted(unquoted(spelt)) AS parts FROM spelt
), worded AS (
    SELECT *, joined(parts) AS words FROM in_parts
)
SELECT message_id, signature,
    CASE
        WHEN regexp_matches(words, direct_message_words()) AND regexp_matches( -- once what has arrived already is out
            regexp_replace(words, ' (?:(?:your dm|your dms|your direct message|your private message) )+', ' | ', 'g'), direct_message_words()
        ) THEN 'direct message'
        WHEN regexp_matches(
            words,
            ' (?:call us|ring us|phone us|give us a call|give us a ring|call our|call (?:[^ ]+ )?on|by phone|via phone|over the phone|speak to us on|rufen sie uns|ruf uns|anrufen|telefonisch|appelez nous|par téléphone|contactez nous au|llámanos|llámenos|por teléfono|chiamaci|chiamateci|telefonicamente|bel ons|ring til|bizi arayın|telefonla) '
        ) OR (regexp_matches(spelt, '\p{Nd}') AND regexp_extract(spelt, '(?:\p{Nd}[^\p{L}]*){7}') <> '' AND regexp_extract(
            -- once dates are out
            regexp_replace(spelt, '\b(?:[0-9]{1,2}[.\-/][0-9]{1,2}[.\-/](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[.\-/][0-9]{1,2}[.\-/][0-9]{1,2})\b', ';', 'g'),
            -- from + or 0 on seven digits or more; or grouped by 3, 3 and 4
            '(?:^|[^\p{L}\p{N}+.\-])(?:(?:\+[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]*\p{Nd}|0)(?:[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]*\p{Nd}){6,}|(?:1[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]*)?\p{Nd}{3}[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]+\p{Nd}{3}[ \x{a0}\x{202f}.()\-\x{2010}\x{2011}]+\p{Nd}{4})(?:[^\p{L}\p{N}]|$)'
        ) <> '') THEN 'phone'
        WHEN regexp_matches(
            words,
            ' (?:email us|e mail us|mail us|by email|by e mail|via email|via e mail|an email to|an e mail to|per e mail|eine e mail|par e mail|par mail|por correo|un correo|via mail|una mail|een e mail|een mail|en mail|e posta[^ ]*) '
        ) OR (contains(spelt, '@') AND regexp_extract(
            spelt,
            '(?:^|[^\p{L}\p{N}_.%+\-@])[\p{L}\p{N}_.%+\-]*[\p{L}\p{N}]@[\p{L}\p{N}_\-]+(?:\.[\p{L}\p{N}_\-]+)*\.\p{L}{2,}'
        ) <> '') THEN 'e-mail'
        WHEN regexp_matches(words, form_words()) AND regexp_matches( -- once what is no form is out
            regexp_replace(words, ' (?:(?:form of|forms of) )+', ' | ', 'g'), form_words()
        ) THEN 'form'
        WHEN spelt <> lowered THEN 'link' -- one was taken out
    END AS hand_off,
    coalesce(regexp_matches(
        words,
        ' (?:sorry|apologies|apologise[^ ]*|apologize[^ ]*|apologising|apologizing|apology|our bad|entschuldig[^ ]*|tut uns leid|tut mir leid|désolé|désolée|désolés|désolées|excuses|toutes nos excuses|lo siento|lo sentimos|disculpa|disculpas|disculpe|perdón|lamentamos|scusa|scusi|scusate|ci dispiace|mi dispiace|het spijt|beklager|undskyld|özür[^ ]*|üzgünüz|üzgünüm) '
    ), false) AS apology,
    substr(trim(joined(regexp_replace( -- the greeting goes with the one word after it, when only blanks stand between
        CASE WHEN regexp_matches(parts, '\p{N}') THEN regexp_replace(parts, ' [^ ]*\p{N}[^ ]*', ' |', 'g') ELSE parts END,
        '^ (?:\| )*(?:hi|hello|hey|hiya|dear|good (?:\| )*(?:morning|afternoon|evening)|hallo|guten (?:\| )*tag|liebe|lieber|bonjour|bonsoir|hola|buenos (?:\| )*días|ciao|buongiorno|hoi|dag|hej|merhaba)(?: [^ |]+)? ',
        ' ', 'g'
    ))), 1, 500) AS gist
FROM worded;
