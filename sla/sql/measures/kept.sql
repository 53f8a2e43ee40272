-- title: Promise kept
-- definition: Of the people who wrote while a public promise stood, the share answered within it: the account's, or, asked of one channel, that channel's own.
-- formula: kept / (kept + missed)
-- unit: share from 0 to 1; counts are waits
-- waits: all
-- kept: answered within the promise that stood when the wait began; while closed, by the time of day that was told
-- missed: answered later, or not answered and the promise has passed, or closed unanswered
-- undecided: open, and the promise has not passed yet
-- n: all waits that began while a promise stood: kept + missed + undecided
-- kept_share: kept / (kept + missed); empty while nothing is decided
WITH {chosen}, stood AS ( -- what is told for the whole account holds for all its channels
    SELECT account, stood_from, promise_seconds, answered_by,
        coalesce(stood_to, (SELECT max(renewed_at) FROM renewals) + INTERVAL 10 MINUTE) AS stood_to
    FROM ledger
    WHERE channel IS NOT DISTINCT FROM $channel
), promised AS (
    SELECT c.*,
        coalesce(s.answered_by, c.started_at + s.promise_seconds * INTERVAL 1 SECOND) AS due_at
    FROM chosen AS c
    ASOF JOIN stood AS s ON s.account = c.account AND s.stood_from <= c.started_at
    WHERE c.elapsed IS NOT NULL AND c.started_at < s.stood_to
        AND (s.promise_seconds IS NOT NULL OR s.answered_by IS NOT NULL)
), scored AS (
    SELECT *,
        CASE
            WHEN outcome = 'closed' THEN 'missed'
            WHEN outcome = 'answered' AND ended_at <= due_at THEN 'kept'
            WHEN outcome = 'open' AND as_of <= due_at THEN 'undecided'
            ELSE 'missed'
        END AS verdict
    FROM promised
), counted AS (
    SELECT {keys}
        count(CASE WHEN verdict = 'kept' THEN 1 END) AS kept,
        count(CASE WHEN verdict = 'missed' THEN 1 END) AS missed,
        count(CASE WHEN verdict = 'undecided' THEN 1 END) AS undecided,
        count(*) AS n
    FROM scored
    {group_by}
)
SELECT {keys} kept, missed, undecided, n, kept / nullif(kept + missed, 0) AS kept_share
FROM counted
{order_by}
