-- A year and a half of customer care for the benchmarks, made up by chance with a seed, as a loader would leave it: the
-- conversations from $first to before $until, about 3.4 messages in each. Six sources: mentions on X, in trees in which others join and broadcasts are answered; their
-- direct messages; tickets of two desks, with notes and closings; chats that never end. More by day than by night, more
-- in the week than at its end, more every month; days with a surge, weeks of one desk that are missing; waits nobody answers.

CREATE OR REPLACE TEMP MACRO chance(place, salt) AS hash(place, salt, getvariable('seed')) / 18446744073709551616.0;
-- Lognormal, by Box and Muller.
CREATE OR REPLACE TEMP MACRO seconds_about(middle, spread, place, salt) AS
    exp(ln(middle) + spread * sqrt(-2 * ln(1 - chance(place, salt))) * cos(2 * pi() * chance(place, salt || ' turned')));
CREATE OR REPLACE TEMP MACRO initials(number) AS chr(CAST(65 + number // 12 AS INTEGER)) || chr(CAST(65 + number % 12 AS INTEGER));

CREATE OR REPLACE TEMP TABLE words AS
SELECT row_number() OVER () - 1 AS place, word
FROM (SELECT unnest(string_split(
    'my the order is late parcel was sent to address wrong again when will it arrive I have been waiting for days line '
    || 'router red light flashing no signal since this morning bill too high charged twice please help cannot log in code '
    || 'never came flight delayed bag missing refund still not there store was closed app crashes every time on start '
    || 'tried that already nothing changed could you check number account we are looking into this with team update soon '
    || 'part has left our warehouse engineer visits tomorrow between nine and noon restart hold button ten seconds then '
    || 'delivery driver card payment contract cancel upgrade tariff roaming data speed slow outage area fixed today', ' '
)) AS word) AS vocabulary;

CREATE OR REPLACE TEMP TABLE sentences AS
SELECT s.place, upper(substr(said, 1, 1)) || substr(said, 2) AS said
FROM (
    SELECT s.place, string_agg(w.word, ' ' ORDER BY s.nth) AS said
    FROM (
        SELECT place, unnest(range(CAST(4 + chance(place, 'long') * chance(place, 'longer') * 22 AS BIGINT))) AS nth
        FROM range(6000) AS numbers(place)
    ) AS s
    JOIN words AS w ON w.place = CAST(floor(chance(s.place * 100 + s.nth, 'word') * (SELECT count(*) FROM words)) AS BIGINT)
    GROUP BY s.place
) AS s;

-- What is said word for word a thousand times over.
CREATE OR REPLACE TEMP TABLE stock AS
SELECT row_number() OVER () - 1 AS place, said
FROM (SELECT unnest([
    'Sorry to hear that. Please send us a direct message with your order number and we take a look right away.',
    'We are sorry for the trouble, our engineers are working on the outage in your area at the moment.',
    'Please call us on 0800 123 4567, the lines are open from eight to eight on every day of the week.',
    'Thanks for getting in touch, we have passed this on to the team and come back to you shortly.',
    'Please fill in the form on our site so that we can find your account and put this right.',
    'You find all about it at https://example.org/help under delivery, in the second part of the page.',
    'Please e-mail us at help@example.org with a picture of the parcel, and we sort it out for you.',
    'Apologies for the wait, your refund is on its way and takes three to five working days.'
]) AS said) AS phrases;

CREATE OR REPLACE TEMP TABLE sources AS
SELECT * FROM (VALUES
    (0, 0.42, 'x', 'AcmeCare', 'X mentions', 'public'), (1, 0.50, 'x', 'AcmeCare', 'X direct messages', 'private'),
    (2, 0.68, 'zendesk', 'Acme desk', 'E-mail', 'public'), (3, 0.76, 'zendesk', 'Acme desk', 'Chat', 'private'),
    (4, 0.86, 'whatsapp', 'Acme WhatsApp', 'WhatsApp', 'private'), (5, 0.95, 'x', 'BoltHelp', 'X mentions', 'public'),
    (6, 1.01, 'zendesk', 'Bolt desk', 'E-mail', 'public')
) AS listed (source, up_to, platform, account, channel, visibility);

CREATE OR REPLACE TEMP TABLE chats AS
WITH drawn AS (
    SELECT place AS chat, chance(place, 'source') AS of_source,
        -- one in ten is a question and nothing else; the others go to and fro
        CASE WHEN chance(place, 'alone') < 0.1 THEN 1
            ELSE 2 * (1 + least(20, floor(ln(1 - chance(place, 'length')) / ln(0.42)))) + CASE WHEN chance(place, 'odd') < 0.2 THEN 1 ELSE 0 END
        END AS length,
        -- days are numbered to the end, more of them in the later months; one in fifty writes on a day with a surge
        CASE WHEN chance(place, 'surge') < 0.02 THEN 23 + 41 * CAST(floor(chance(place, 'which') * 13) AS BIGINT)
            ELSE CAST(floor(550 * pow(chance(place, 'day'), 0.8)) AS BIGINT) END AS "day",
        [0, 1, 3, 5, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 11, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 15, 15, 15,
            16, 16, 16, 17, 17, 17, 18, 18, 18, 19, 19, 19, 20, 20, 20, 21, 21, 22, 23] AS clock
    FROM range($first, $until) AS numbers(place)
), dated AS (
    SELECT *, "day" + CASE WHEN isodow($ends::DATE - 550 + CAST("day" AS INTEGER)) >= 6 AND chance(chat, 'weekend') < 0.45 THEN 2 ELSE 0 END AS on_day
    FROM drawn
)
SELECT d.chat, CAST(d.length AS BIGINT) AS length, s.*,
    $ends::TIMESTAMPTZ - INTERVAL 550 DAY + d.on_day * INTERVAL 1 DAY
        + CAST(d.clock[1 + CAST(floor(chance(d.chat, 'hour') * len(d.clock)) AS BIGINT)] * 3600 + floor(chance(d.chat, 'second') * 3600) AS BIGINT) * INTERVAL 1 SECOND AS began_at,
    'c' || CAST(floor(chance(d.chat, 'customer') * ($until - $first) / 2) AS BIGINT) AS customer,
    chance(d.chat, 'broadcast') < 0.02 AS on_broadcast
FROM dated AS d
JOIN (SELECT *, coalesce(lag(up_to) OVER (ORDER BY source), 0) AS above FROM sources) AS s
    ON d.of_source >= s.above AND d.of_source < s.up_to
-- a desk whose export lacks three weeks
WHERE NOT (s.source = 6 AND d.on_day BETWEEN 300 AND 320);

CREATE OR REPLACE TEMP TABLE said AS
WITH each_one AS (
    SELECT c.*, nth, c.chat * 64 + nth AS id FROM chats AS c, unnest(range(1, c.length + 1)) AS numbers(nth)
), acting AS (
    SELECT *,
        CASE
            WHEN platform = 'zendesk' AND nth = length AND nth > 1 AND chance(chat, 'closed') < 0.25 THEN 'system'
            WHEN platform = 'whatsapp' AND nth = 2 AND chance(id, 'bot') < 0.1 THEN 'bot'
            WHEN (nth % 2 = 0) <> (chance(id, 'turn') < 0.12) AND (nth > 1 OR chance(id, 'outbound') < 0.3) THEN 'agent'
            ELSE 'customer'
        END AS role,
        -- most replies come from few; by night hardly anybody is there
        CAST(floor(96 * pow(chance(id, 'agent'), 1.6)) AS BIGINT) AS agent,
        hour(began_at) >= 21 OR hour(began_at) < 7 AS by_night
    FROM each_one
), timed AS (
    SELECT *, began_at + CAST(sum(CASE
        WHEN nth = 1 THEN 0
        WHEN role = 'agent' THEN least(seconds_about(2100 + 40 * agent, 1.2, id, 'reply'), 900000)
            + CASE WHEN by_night AND nth = 2 THEN 30000 * chance(id, 'night') ELSE 0 END
        ELSE least(seconds_about(1500, 1.4, id, 'question'), 900000)
    END) OVER (PARTITION BY chat ORDER BY nth ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) * INTERVAL 1 SECOND AS sent_at
    FROM acting
)
SELECT * FROM timed WHERE sent_at < $ends::TIMESTAMPTZ;

COPY (
    SELECT t.platform, CAST($first AS VARCHAR) AS namespace, CAST(1500000000000000000 + t.id AS VARCHAR) AS message_key, t.account, t.channel,
        CASE
            WHEN t.platform = 'zendesk' THEN CAST(t.chat AS VARCHAR)
            WHEN t.platform = 'whatsapp' OR t.visibility = 'private' THEN t.customer
        END AS thread_key,
        CASE
            WHEN t.platform <> 'x' THEN NULL
            WHEN t.nth > 2 AND chance(t.id, 'branch') < 0.1 THEN CAST(1500000000000000000 + t.id - 2 AS VARCHAR)
            WHEN t.nth > 1 THEN CAST(1500000000000000000 + t.id - 1 AS VARCHAR)
            WHEN t.on_broadcast AND t.visibility = 'public' THEN CAST(1500000000000000000 + t.chat // 2000 * 2000 * 64 + 1 AS VARCHAR)
        END AS reply_to_key,
        CASE t.role
            WHEN 'customer' THEN CASE WHEN t.platform = 'x' AND t.nth > 2 AND t.visibility = 'public' AND chance(t.id, 'other') < 0.06
                THEN 'c' || CAST(floor(chance(t.id, 'who') * 90000) AS BIGINT) ELSE t.customer END
            WHEN 'agent' THEN CASE WHEN t.platform = 'zendesk' THEN initials(t.agent) ELSE t.account END
            WHEN 'bot' THEN 'greeter'
        END AS author_key,
        CAST(NULL AS VARCHAR) AS author_name, t.role,
        CASE WHEN t.role = 'agent' AND t.platform = 'zendesk' AND chance(t.id, 'note') < 0.05 THEN 'internal' ELSE t.visibility END AS visibility,
        t.sent_at, CAST(NULL AS TIMESTAMPTZ) AS edited_at, CASE WHEN t.role = 'system' THEN 'closed' END AS event,
        CASE
            WHEN t.role = 'system' THEN NULL
            WHEN t.role = 'customer' AND t.nth > 2 AND chance(t.id, 'thanks') < 0.15 THEN 'thanks!'
            ELSE concat(CASE WHEN t.platform = 'x' AND t.role = 'customer' THEN '@' || t.account || ' ' END,
                CASE WHEN t.role = 'agent' AND chance(t.id, 'stock') < 0.2 THEN p.said
                    ELSE concat_ws('. ', a.said, CASE WHEN chance(t.id, 'two') < 0.6 THEN b.said END) END,
                CASE WHEN t.role = 'agent' AND t.platform <> 'zendesk' THEN ' ^' || initials(t.agent) END)
        END AS text,
        CAST(t.id AS BIGINT) AS line
    FROM said AS t
    JOIN sentences AS a ON a.place = CAST(floor(chance(t.id, 'one') * 6000) AS BIGINT)
    JOIN sentences AS b ON b.place = CAST(floor(chance(t.id, 'other one') * 6000) AS BIGINT)
    JOIN stock AS p ON p.place = CAST(floor(chance(t.id, 'phrase') * 8) AS BIGINT)
    ORDER BY t.sent_at, t.id
) TO $path (FORMAT parquet);
