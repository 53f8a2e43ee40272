-- title: Hand-offs one by one
-- definition: The replies that move the customer elsewhere, one by one, with what happened after each.
-- formula: one row for each reply that hand_offs counts, the latest first; the latest 200 of each channel, kind and outcome
-- unit: one row a reply
-- waits: all
-- by: no
-- channel: where the reply was sent
-- kind: where to: direct message, phone, e-mail, form or link
-- after_it: moved, came back, followed up, silent or undecided, as hand_offs counts them
-- sent_at: when the reply was sent
-- account: the brand’s handle, page, number or inbox
-- agent: who is credited with it
-- conversation_id: the conversation it stands in
-- wait_id: the latest wait that began there before it; empty when there is none
-- time_zone: the account’s time zone (internal)
WITH {sent}, several AS ( -- only an account with several channels can be reached on another one
    SELECT account FROM known GROUP BY account HAVING count(*) > 1
), moving AS (
    SELECT * FROM sent WHERE hand_off IS NOT NULL
), wrote AS (
    SELECT p.account, p.channel, p.sent_at, m.platform, lower(m.author_key) AS customer_key
    FROM placed AS p
    JOIN several ON several.account = p.account
    JOIN messages AS m ON m.message_id = p.message_id
    WHERE p.role = 'customer' AND p.visible AND ($account IS NULL OR p.account = $account)
        -- what follows a hand-off comes after it, and within the horizon
        AND p.sent_at > (SELECT min(sent_at) FROM moving)
        AND p.sent_at <= (SELECT max(sent_at) FROM moving) + CAST($horizon AS BIGINT) * INTERVAL 1 SECOND
), reached AS (
    SELECT s.message_id, min(w.sent_at) AS elsewhere_at
    FROM moving AS s
    JOIN wrote AS w ON w.platform = s.platform AND w.account = s.account AND w.customer_key = s.customer_key
        AND w.channel <> s.channel AND w.sent_at > s.sent_at
        AND w.sent_at <= s.sent_at + CAST($horizon AS BIGINT) * INTERVAL 1 SECOND
    GROUP BY s.message_id
), following AS (
    SELECT s.*, r.elsewhere_at, least(r.elsewhere_at, s.customer_at, s.agent_at) AS next_at
    FROM moving AS s
    LEFT JOIN reached AS r ON r.message_id = s.message_id
), judged AS (
    SELECT *,
        CASE
            WHEN epoch_us(next_at) - epoch_us(sent_at) <= CAST($horizon AS BIGINT) * 1000000 THEN CASE next_at
                WHEN elsewhere_at THEN 'moved'
                WHEN customer_at THEN 'came back'
                ELSE 'followed up'
            END
            WHEN epoch_us(as_of) - epoch_us(sent_at) < CAST($horizon AS BIGINT) * 1000000 THEN 'undecided'
            ELSE 'silent'
        END AS after_it
    FROM following
), latest AS (
    SELECT *
    FROM (
        SELECT *, row_number() OVER (PARTITION BY channel, hand_off, after_it ORDER BY sent_at DESC, message_id DESC) AS place
        FROM judged
    ) AS numbered
    WHERE place <= 200
), begun AS ( -- the latest wait of the conversation that began before the reply
    SELECT r.message_id, w.wait_id,
        row_number() OVER (PARTITION BY r.message_id ORDER BY s.position DESC) AS place
    FROM latest AS r
    JOIN waits AS w ON w.conversation_id = r.conversation_id
    JOIN placed AS s ON s.message_id = w.start_id
    WHERE s.position < r.position
)
SELECT r.channel, r.hand_off AS kind, r.after_it, r.sent_at, r.account, r.agent, r.conversation_id, b.wait_id, z.time_zone
FROM latest AS r
JOIN zones AS z ON z.account = r.account
LEFT JOIN begun AS b ON b.message_id = r.message_id AND b.place = 1
ORDER BY r.sent_at DESC, r.message_id DESC
