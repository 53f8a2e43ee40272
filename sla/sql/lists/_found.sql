-- Words in any message of the conversation, or the whole key of the conversation, the wait or the customer.
AND (
    j.conversation_id = $search
    OR j.wait_id = $search
    OR j.conversation_id IN (SELECT c.conversation_id FROM conversations AS c WHERE lower(c.customer_key) = lower($search))
    OR j.conversation_id IN (
        SELECT p.conversation_id
        FROM placed AS p
        JOIN messages AS m ON m.message_id = p.message_id
        WHERE contains(lower(m.text), lower($search))
    )
)
