-- title: Response rate
-- definition: Share of waits answered at all, however late, among those answered or given up.
-- formula: answered / (answered + given up)
-- unit: share from 0 to 1; counts are waits
-- waits: all
-- n: all waits asked about: answered + given_up + undecided
-- answered: waits that an agent answered, however late
-- given_up: waits closed unanswered, or open and older than the horizon (24 hours unless set)
-- undecided: waits that are open and not older than the horizon
-- response_rate: answered / (answered + given_up); empty while nothing is decided
WITH {chosen}, judged AS (
    SELECT *,
        CASE
            WHEN outcome = 'answered' THEN 'answered'
            WHEN outcome = 'open' AND epoch_us(as_of) - epoch_us(started_at) <= CAST($horizon AS BIGINT) * 1000000 THEN 'undecided'
            ELSE 'given up'
        END AS verdict
    FROM chosen
), counted AS (
    SELECT {keys}
        count(*) AS n,
        count(CASE WHEN verdict = 'answered' THEN 1 END) AS answered,
        count(CASE WHEN verdict = 'given up' THEN 1 END) AS given_up,
        count(CASE WHEN verdict = 'undecided' THEN 1 END) AS undecided
    FROM judged
    {group_by}
)
SELECT {keys} n, answered, given_up, undecided,
    answered / nullif(answered + given_up, 0) AS response_rate
FROM counted
{order_by}
