-- What happened after each reply that moved the customer elsewhere: moved, came back, followed up, silent or undecided.
handed AS MATERIALIZED (
    SELECT s.*, k.as_of
    FROM sent AS s
    JOIN known AS k ON k.account = s.account AND k.channel = s.channel
    WHERE s.hand_off IS NOT NULL
), several AS ( -- only an account with several channels can be reached on another one
    SELECT account FROM known GROUP BY account HAVING count(*) > 1
), wrote AS MATERIALIZED (
    SELECT p.account, p.channel, p.sent_at, m.platform, lower(m.author_key) AS customer_key
    FROM placed AS p
    JOIN several ON several.account = p.account
    JOIN messages AS m ON m.message_id = p.message_id
    WHERE p.role = 'customer' AND p.visible AND ($account IS NULL OR p.account = $account)
        -- what follows a hand-off comes after it, and within the horizon
        AND p.sent_at > (SELECT min(sent_at) FROM handed)
        AND p.sent_at <= (SELECT max(sent_at) FROM handed) + CAST($horizon AS BIGINT) * INTERVAL 1 SECOND
), reached AS (
    SELECT s.message_id, min(w.sent_at) AS elsewhere_at
    FROM handed AS s
    JOIN wrote AS w ON w.platform = s.platform AND w.account = s.account AND w.customer_key = s.customer_key
        AND w.channel <> s.channel AND w.sent_at > s.sent_at
        AND w.sent_at <= s.sent_at + CAST($horizon AS BIGINT) * INTERVAL 1 SECOND
    GROUP BY s.message_id
), following AS (
    SELECT s.*, r.elsewhere_at, least(r.elsewhere_at, s.customer_at, s.agent_at) AS next_at
    FROM handed AS s
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
)
