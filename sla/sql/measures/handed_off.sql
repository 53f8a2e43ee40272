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
WITH {sent}, {followed}, latest AS (
    SELECT *
    FROM (
        SELECT *, row_number() OVER (PARTITION BY channel, hand_off, after_it ORDER BY sent_at DESC, message_id DESC) AS place
        FROM judged
        WHERE hand_off IS NOT NULL
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
