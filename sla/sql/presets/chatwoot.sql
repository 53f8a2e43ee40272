-- title: Response times, as Chatwoot counts them
-- definition: The mean time from the creation of a conversation to the first message by a person that is no private note, and the mean time from the oldest unanswered customer message to each later one, dated by the reply; in business hours an inbox without any counts 0.
-- formula: mean of first reply − creation, and of later reply − waiting since, over the replies sent in the period
-- unit: whole seconds
-- source: Chatwoot's source (github.com/chatwoot/chatwoot): app/listeners/reporting_event_listener.rb, app/helpers/reporting_event_helper.rb (0 without working hours), app/models/message.rb, app/builders/v2/reports/timeseries/average_report_builder.rb (mean, by the date of the event); pull requests #6409 (bots), #7530 (reply time), #13181 (a bot ends the waiting)
-- differs: Ours dates a wait by its question, so a late answer stays where it was asked for; it says how many were never answered, takes no time from a conversation that the brand opened itself, and has no figure in opening hours where none are set.
-- empty: has no reply in the period
-- first_responses: first replies sent in the period
-- first_mean_seconds: mean first response time
-- replies: later replies sent in the period
-- reply_mean_seconds: mean reply time
-- first_unanswered: leaves out # wait that nobody answered | leaves out # waits that nobody answered
-- first_taken_in: takes in # reply to a conversation begun before the period | takes in # replies to conversations begun before the period
-- first_moved: moves # reply to a later period | moves # replies to a later period
-- at_once: counts # conversation that the brand opened as answered in 0 s | counts # conversations that the brand opened as answered in 0 s
-- not_customers: counts # conversation from a bot's message or a note on | counts # conversations from a bot's message or a note on
-- after_closing: counts # reply that came after the conversation was closed unanswered | counts # replies that came after the conversation was closed unanswered
-- after_bot: counts # conversation from before a bot's answer | counts # conversations from before a bot's answer
-- again: leaves out # question that opened a closed conversation again | leaves out # questions that opened a closed conversation again
-- first_zeros: counts # reply as 0 s for want of opening hours | counts # replies as 0 s for want of opening hours
-- next_unanswered: leaves out # wait that nobody answered | leaves out # waits that nobody answered
-- next_taken_in: takes in # reply to a question asked before the period | takes in # replies to questions asked before the period
-- next_moved: moves # reply to a later period | moves # replies to a later period
-- called_first: counts # reply that ours calls a first one | counts # replies that ours calls first ones
-- to_thanks: counts # reply to a mere thank-you | counts # replies to a mere thank-you
-- restarted: starts # wait only at what the customer wrote after a bot | starts # waits only at what the customer wrote after a bot
-- dropped: leaves out # reply to what a bot had written to before | leaves out # replies to what a bot had written to before
-- next_zeros: counts # reply as 0 s for want of opening hours | counts # replies as 0 s for want of opening hours
WITH {tickets}, turned AS (
    SELECT ticket, message_id, position, act, closer, sent_at,
        count(CASE WHEN act <> 'asks' THEN 1 END) OVER earlier AS turn,
        count(CASE WHEN act = 'replies' THEN 1 END) OVER earlier AS replies_before
    FROM said
    WINDOW earlier AS (PARTITION BY ticket ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), asked AS ( -- waiting since the oldest question that came after the last reply, bot's message or closing
    SELECT ticket, turn, min(sent_at) AS since_at, arg_min(closer, position) AS thanks
    FROM turned
    WHERE act = 'asks'
    GROUP BY ticket, turn
), answers AS (
    SELECT t.calendar, t.time_zone, t.creator, t.created_id, r.message_id, r.replies_before = 0 AS is_first,
        CASE WHEN r.replies_before = 0 THEN t.created_at ELSE a.since_at END AS since_at,
        r.sent_at AS replied_at, coalesce(a.thanks, false) AS thanks
    FROM turned AS r
    JOIN tickets AS t ON t.ticket = r.ticket
    LEFT JOIN asked AS a ON a.ticket = r.ticket AND a.turn = r.turn
    WHERE r.act = 'replies' AND (r.replies_before = 0 OR a.since_at IS NOT NULL)
), ended AS ( -- what each reply ended by our own rules
    SELECT end_id, min(started_at) AS started_at, bool_or("first") AS is_first
    FROM waits
    WHERE outcome = 'answered' AND NOT unknown
    GROUP BY end_id
), clocked AS (
    SELECT c.creator, c.created_id = c.message_id AS at_once, c.is_first, c.since_at, c.thanks, w.outcome,
        e.started_at AS our_start, e.is_first AS our_first,
        {inside c.since_at} AS since_inside, {inside c.replied_at} AS replied_inside,
        $clock = 'open' AND (a.calendar IS NULL OR b.calendar IS NULL) AS as_zero,
        CASE
            WHEN $clock = 'calendar' THEN epoch_us(c.replied_at) - epoch_us(c.since_at)
            WHEN a.calendar IS NULL OR b.calendar IS NULL THEN 0
            ELSE b."before" + least(epoch_us(c.replied_at), epoch_us(b.closes_at)) - epoch_us(b.opens_at)
                - a."before" - least(epoch_us(c.since_at), epoch_us(a.closes_at)) + epoch_us(a.opens_at)
        END // 1000000 AS seconds
    FROM answers AS c
    LEFT JOIN waits AS w ON w.start_id = c.created_id
    LEFT JOIN ended AS e ON e.end_id = c.message_id
    ASOF LEFT JOIN open_spans AS a ON a.calendar = c.calendar AND a.opens_at <= c.since_at
    ASOF LEFT JOIN open_spans AS b ON b.calendar = c.calendar AND b.opens_at <= c.replied_at
), first_responses AS (
    SELECT count(*) AS first_responses,
        CAST(round(avg(seconds)) AS BIGINT) AS first_mean_seconds,
        count(CASE WHEN NOT since_inside THEN 1 END) AS first_taken_in,
        count(CASE WHEN at_once THEN 1 END) AS at_once,
        count(CASE WHEN creator <> 'customer' AND NOT at_once THEN 1 END) AS not_customers,
        count(CASE WHEN outcome = 'closed' THEN 1 END) AS after_closing,
        count(CASE WHEN outcome = 'bot' THEN 1 END) AS after_bot,
        count(CASE WHEN as_zero THEN 1 END) AS first_zeros
    FROM clocked
    WHERE is_first AND replied_inside
), later_replies AS (
    SELECT count(*) AS replies,
        CAST(round(avg(seconds)) AS BIGINT) AS reply_mean_seconds,
        count(CASE WHEN NOT since_inside THEN 1 END) AS next_taken_in,
        count(CASE WHEN our_first THEN 1 END) AS called_first,
        count(CASE WHEN our_start IS NULL AND thanks THEN 1 END) AS to_thanks,
        count(CASE WHEN our_start < since_at THEN 1 END) AS restarted,
        count(CASE WHEN as_zero THEN 1 END) AS next_zeros
    FROM clocked
    WHERE NOT is_first AND replied_inside
), next_waits AS (
    SELECT w.outcome, w.started_at, w.ended_at, t.time_zone, r.message_id AS counted_id
    FROM waits AS w
    JOIN said AS s ON s.message_id = w.start_id
    JOIN tickets AS t ON t.ticket = s.ticket
    LEFT JOIN answers AS r ON r.message_id = w.end_id AND NOT r.is_first
    WHERE NOT w."first" AND w.outcome <> 'bot' AND NOT w.unknown
)
SELECT f.first_responses, f.first_mean_seconds, l.replies, l.reply_mean_seconds,
    (
        SELECT count(*) FROM tickets AS t
        WHERE t.creator = 'customer' AND t.replied_at IS NULL AND {inside t.created_at}
    ) AS first_unanswered,
    f.first_taken_in,
    (SELECT count(*) FROM clocked WHERE is_first AND since_inside AND NOT replied_inside) AS first_moved,
    f.at_once, f.not_customers, f.after_closing, f.after_bot,
    (SELECT count(*) FROM reopened AS r WHERE {inside r.started_at}) AS again,
    f.first_zeros,
    (SELECT count(*) FROM next_waits AS n WHERE n.outcome <> 'answered' AND {inside n.started_at}) AS next_unanswered,
    l.next_taken_in,
    (SELECT count(*) FROM clocked WHERE NOT is_first AND since_inside AND NOT replied_inside) AS next_moved,
    l.called_first, l.to_thanks, l.restarted,
    (
        SELECT count(*) FROM next_waits AS n
        WHERE n.outcome = 'answered' AND n.counted_id IS NULL AND {inside n.ended_at}
    ) AS dropped,
    l.next_zeros
FROM first_responses AS f
CROSS JOIN later_replies AS l
