-- title: Responsiveness of a page, as Facebook showed it
-- definition: Over the last 7 days: the share of new messages answered on the day they came, how long those answers took, and the badge "Very responsive to messages" for 90 % answered and a response time of 15 minutes.
-- formula: answered on the same local day / received; median of reply − message over those answers; badge: the first ≥ 0.9 and the second ≤ 900 s
-- unit: share from 0 to 1, whole seconds; the badge is 1 (yes) or 0 (no)
-- source: Facebook help, "Learn how Facebook Pages get the 'Very responsive to messages' badge" (as stored, without a date: 90 % and 15 minutes over the last 7 days); quoted with "a median response time of 15 minutes" by 2020 Marketing Solutions (3 October 2017) and with the same-day rule by Tony Ahn (July 2016)
-- differs: Ours takes a late answer for an answer and a young wait for undecided, and puts everybody into the time and into the share within 15 minutes, also who was answered the next day or never.
-- empty: has no new message in the last 7 days
-- window: 604800
-- received: new messages of the last 7 days
-- answered_that_day: of them, those answered on the local day they came
-- timed: of those, the ones whose time is known
-- rate: share answered on the day they came
-- median_seconds: median time of those answers
-- badge: 1 when 9 of 10 were answered that day and half of those within 15 minutes, else 0
-- late: counts # answer of a later day as none | counts # answers of a later day as none
-- young: counts # message as unanswered that is still undecided | counts # messages as unanswered that are still undecided
-- only_bot: counts # message that a bot answered as unanswered | counts # messages that a bot answered as unanswered
-- late_left_out: leaves out # answer of a later day | leaves out # answers of a later day
-- unanswered: leaves out # message that nobody answered | leaves out # messages that nobody answered
-- longer: hides # answer that took more than 15 minutes | hides # answers that took more than 15 minutes
-- overlooked: hides # message that was not answered the same day | hides # messages that were not answered the same day
WITH chosen AS (
    SELECT w.outcome, w.unknown, w.seconds, w.started_at, w.ended_at, k.as_of, z.time_zone
    FROM waits AS w
    JOIN known AS k ON k.account = w.account AND k.channel = w.channel
    JOIN zones AS z ON z.account = w.account
    WHERE w."first"
        AND ($account IS NULL OR w.account = $account)
        AND ($channel IS NULL OR w.channel = $channel)
        AND w.started_at BETWEEN $opens::TIMESTAMPTZ AND $edge::TIMESTAMPTZ
), answered AS (
    SELECT c.*, c.outcome = 'answered' AND c.ended_at <= $edge::TIMESTAMPTZ AS was_answered,
        timezone(c.time_zone, c.ended_at)::DATE <= timezone(c.time_zone, c.started_at)::DATE AS same_day
    FROM chosen AS c
    WHERE {inside c.started_at}
), judged AS (
    SELECT *, was_answered AND same_day AS that_day,
        CASE WHEN was_answered AND same_day AND NOT unknown THEN seconds END AS counted_seconds
    FROM answered
), figures AS (
    SELECT count(*) AS received,
        count(CASE WHEN that_day THEN 1 END) AS answered_that_day,
        count(counted_seconds) AS timed,
        count(CASE WHEN that_day THEN 1 END) / nullif(count(*), 0) AS rate,
        quantile_cont(counted_seconds, 0.5) AS median_exactly,
        count(CASE WHEN was_answered AND NOT same_day THEN 1 END) AS late,
        count(CASE WHEN outcome = 'open' AND epoch_us(as_of) - epoch_us(started_at) <= CAST($horizon AS BIGINT) * 1000000 THEN 1 END) AS young,
        count(CASE WHEN outcome = 'bot' THEN 1 END) AS only_bot,
        count(CASE WHEN NOT was_answered THEN 1 END) AS unanswered,
        count(CASE WHEN counted_seconds > 900 THEN 1 END) AS longer
    FROM judged
)
SELECT received, answered_that_day, timed, rate, CAST(round(median_exactly) AS BIGINT) AS median_seconds,
    CASE WHEN received = 0 THEN NULL WHEN rate >= 0.9 AND median_exactly <= 900 THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END AS badge,
    late, young, only_bot, late AS late_left_out, unanswered, longer, received - answered_that_day AS overlooked
FROM figures
