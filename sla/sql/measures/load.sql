-- title: Load
-- definition: What comes in and what goes out: messages from customers, waits they open, replies by agents.
-- formula: counts by the time of the message
-- unit: messages and waits
-- waits: all
-- messages_in: messages from customers
-- waits_opened: messages that started a wait
-- replies_out: messages from agents that the customer can see
WITH {spoken}, {cohort}, begun AS ( -- who replied to a wait is no key of the message that began it
    SELECT account, channel, "hour", "day", "week", "month", weekday, hour_of_day, hour_of_week,
        CAST(NULL AS VARCHAR) AS agent, CAST(NULL AS VARCHAR) AS team
    FROM cohort
), counted AS (
    SELECT {keys} sum(messages_in) AS messages_in, 0 AS waits_opened, sum(replies_out) AS replies_out FROM spoken {group_by}
    UNION ALL
    SELECT {keys} 0, count(*), 0 FROM begun {group_by}
)
SELECT {keys} CAST(coalesce(sum(messages_in), 0) AS BIGINT) AS messages_in, CAST(sum(waits_opened) AS BIGINT) AS waits_opened,
    CAST(coalesce(sum(replies_out), 0) AS BIGINT) AS replies_out
FROM counted
{group_by}
{order_by}
