-- title: Current response time, as KLM showed it
-- definition: The mean wait of the replies sent in the last hour, as on KLM's Twitter header, which was renewed every five minutes.
-- formula: mean of reply − question over replies of the last hour
-- unit: whole seconds
-- source: Marketingfacts, interview with KLM's head of e-commerce (20 November 2013: "Social Service Monitor", current response times on Twitter and KLM.com, renewed every five minutes); TravelMole, "Publishing Twitter 'wait' times – would you dare?"; Econsultancy, "How KLM nails social customer care" (2014: the header shows the average response time). That the average is over the last hour stands in none of them
-- differs: Ours looks at who wrote in that hour, also at those who still wait, and not at who was answered in it.
-- empty: has no reply in the last hour
-- window: 3600
-- replies: replies of the last hour that ended a wait
-- mean_seconds: mean of those waits
-- waiting: leaves out # person who was still waiting | leaves out # people who were still waiting
-- closed: leaves out # wait that was closed unanswered | leaves out # waits that were closed unanswered
-- taken_in: takes in # reply to a question asked before that hour | takes in # replies to questions asked before that hour
WITH chosen AS (
    SELECT w.outcome, w.seconds, w.started_at, w.ended_at, z.time_zone
    FROM waits AS w
    JOIN zones AS z ON z.account = w.account
    WHERE w.outcome <> 'bot' AND NOT w.unknown
        AND ($account IS NULL OR w.account = $account)
        AND ($channel IS NULL OR w.channel = $channel)
), dated AS (
    SELECT c.outcome, c.seconds, c.started_at >= $opens::TIMESTAMPTZ AND {inside c.started_at} AS begun,
        c.ended_at BETWEEN $opens::TIMESTAMPTZ AND $edge::TIMESTAMPTZ AND {inside c.ended_at} AS ended,
        {inside c.started_at} AND c.started_at <= $edge::TIMESTAMPTZ AND (c.ended_at IS NULL OR c.ended_at > $edge::TIMESTAMPTZ)
            AND epoch_us($edge::TIMESTAMPTZ) - epoch_us(c.started_at) <= CAST($horizon AS BIGINT) * 1000000 AS waiting
    FROM chosen AS c
)
SELECT count(CASE WHEN ended AND outcome = 'answered' THEN 1 END) AS replies,
    CAST(round(avg(CASE WHEN ended AND outcome = 'answered' THEN seconds END)) AS BIGINT) AS mean_seconds,
    count(CASE WHEN waiting THEN 1 END) AS waiting,
    count(CASE WHEN ended AND outcome = 'closed' THEN 1 END) AS closed,
    count(CASE WHEN ended AND outcome = 'answered' AND NOT begun THEN 1 END) AS taken_in
FROM dated
