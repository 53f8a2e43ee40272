-- title: Reply time, as Intercom's Messenger tells it
-- definition: The team's median first reply time in office hours over the past 7 days: new conversations that customers began and somebody answered within those days.
-- formula: median of open seconds from the customer's first message to the first reply, over replies of the last 7 days
-- unit: whole seconds of opening hours
-- source: Intercom help, "Let customers know you're out of office" (intercom.com/help, article 732390: dynamic reply time); Intercom community, "How is Median First Response Time calculated?" (22 August 2022: a conversation without a reply is in no response time)
-- differs: Ours looks at the waits that began in the same 7 days, also at those nobody has answered, and not at late answers to older ones.
-- empty: has nothing to tell of the last 7 days
-- window: 604800
-- replies: first replies of the last 7 days, of accounts with opening hours
-- median_seconds: median first reply time in opening hours
-- unanswered: leaves out # wait of these days that nobody answered | leaves out # waits of these days that nobody answered
-- taken_in: takes in # reply to a wait begun before these days | takes in # replies to waits begun before these days
-- moved: leaves out # reply that came after these days | leaves out # replies that came after these days
-- brand_opened: leaves out # reply in a conversation that the brand opened | leaves out # replies in conversations that the brand opened
-- without_hours: leaves out # reply for want of opening hours | leaves out # replies for want of opening hours
WITH chosen AS (
    SELECT w.outcome, w.started_at, w.ended_at, w.open_seconds, w.started_open, c.opened_by, z.time_zone
    FROM waits AS w
    JOIN conversations AS c ON c.conversation_id = w.conversation_id
    JOIN zones AS z ON z.account = w.account
    WHERE w."first" AND w.outcome <> 'bot' AND NOT w.unknown
        AND ($account IS NULL OR w.account = $account)
        AND ($channel IS NULL OR w.channel = $channel)
), dated AS (
    SELECT c.open_seconds, c.outcome, c.opened_by = 'customer' AS inbound, c.started_open IS NOT NULL AS measured,
        c.started_at BETWEEN $opens::TIMESTAMPTZ AND $edge::TIMESTAMPTZ AND {inside c.started_at} AS begun,
        c.outcome = 'answered' AND c.ended_at BETWEEN $opens::TIMESTAMPTZ AND $edge::TIMESTAMPTZ AND {inside c.ended_at} AS replied
    FROM chosen AS c
)
SELECT count(CASE WHEN replied AND inbound THEN open_seconds END) AS replies,
    CAST(round(quantile_cont(CASE WHEN replied AND inbound THEN open_seconds END, 0.5)) AS BIGINT) AS median_seconds,
    count(CASE WHEN measured AND begun AND outcome <> 'answered' THEN 1 END) AS unanswered,
    count(CASE WHEN measured AND replied AND inbound AND NOT begun THEN 1 END) AS taken_in,
    count(CASE WHEN measured AND begun AND outcome = 'answered' AND NOT replied THEN 1 END) AS moved,
    count(CASE WHEN measured AND replied AND NOT inbound THEN 1 END) AS brand_opened,
    count(CASE WHEN replied AND inbound AND NOT measured THEN 1 END) AS without_hours
FROM dated
