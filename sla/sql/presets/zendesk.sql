-- title: First reply time, as Zendesk counts it
-- definition: The time from the creation of a ticket to the first public comment by an agent after it, in calendar and in business hours; a ticket without such a comment has none.
-- formula: median and mean of first public agent comment − creation, over the tickets created in the period that have one
-- unit: whole seconds
-- source: Zendesk help, "Calculating first reply time" (support.zendesk.com, article 4408821871642) and "About native Support time duration metrics" (article 4408834848154: empty until both events took place)
-- differs: Ours keeps those who were never answered, starts at the customer's message and not at the ticket's creation, and counts a closed ticket that the customer opens again as a new conversation.
-- empty: has nothing to tell
-- answered: tickets that got a reply, on the open clock those of accounts with opening hours
-- median_seconds: median first reply time
-- mean_seconds: mean first reply time
-- unanswered: leaves out # wait that nobody answered | leaves out # waits that nobody answered
-- not_customers: counts # ticket from a message that was not the customer's | counts # tickets from a message that was not the customer's
-- after_closing: counts # reply that came after the ticket was closed unanswered | counts # replies that came after the ticket was closed unanswered
-- after_bot: counts # ticket from before a bot's answer | counts # tickets from before a bot's answer
-- again: leaves out # question that opened a closed ticket again | leaves out # questions that opened a closed ticket again
-- without_hours: leaves out # reply for want of opening hours | leaves out # replies for want of opening hours
WITH {tickets}, chosen AS (
    SELECT t.calendar, t.creator, t.created_at, t.replied_after_at AS replied_at, w.outcome
    FROM tickets AS t
    LEFT JOIN waits AS w ON w.start_id = t.created_id
    WHERE {inside t.created_at}
), clocked AS (
    SELECT c.creator, c.outcome, c.replied_at,
        $clock = 'calendar' OR a.calendar IS NOT NULL AS measured,
        CASE
            WHEN c.replied_at IS NULL THEN NULL -- as-of joins take an empty instant for the last of all
            WHEN $clock = 'calendar' THEN epoch_us(c.replied_at) - epoch_us(c.created_at)
            ELSE b."before" + least(epoch_us(c.replied_at), epoch_us(b.closes_at)) - epoch_us(b.opens_at)
                - a."before" - least(epoch_us(c.created_at), epoch_us(a.closes_at)) + epoch_us(a.opens_at)
        END // 1000000 AS seconds
    FROM chosen AS c
    ASOF LEFT JOIN open_spans AS a ON a.calendar = c.calendar AND a.opens_at <= c.created_at
    ASOF LEFT JOIN open_spans AS b ON b.calendar = c.calendar AND b.opens_at <= c.replied_at
)
SELECT count(seconds) AS answered,
    CAST(round(quantile_cont(seconds, 0.5)) AS BIGINT) AS median_seconds,
    CAST(round(avg(seconds)) AS BIGINT) AS mean_seconds,
    count(CASE WHEN measured AND replied_at IS NULL AND creator = 'customer' THEN 1 END) AS unanswered,
    count(CASE WHEN creator <> 'customer' THEN seconds END) AS not_customers,
    count(CASE WHEN outcome = 'closed' THEN seconds END) AS after_closing,
    count(CASE WHEN outcome = 'bot' THEN seconds END) AS after_bot,
    (SELECT count(*) FROM reopened AS r WHERE (r.measured OR $clock = 'calendar') AND {inside r.started_at}) AS again,
    count(CASE WHEN NOT measured THEN replied_at END) AS without_hours
FROM clocked
