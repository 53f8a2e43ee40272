-- title: Hit rate
-- definition: Share of waits answered within the target, among those that are decided by now.
-- formula: met / (met + missed)
-- unit: share from 0 to 1; counts are waits
-- waits: first
-- met: waits answered within the target
-- missed: waits answered later, or not answered and older than the target, or closed unanswered
-- undecided: waits that are open and not older than the target
-- n: all waits asked about whose length is known: met + missed + undecided
-- hit_rate: met / (met + missed); empty while nothing is decided
-- worst: met / n, as if every undecided wait were missed
-- best: (met + undecided) / n, as if every undecided wait were met
WITH {chosen}, {judged}, counted AS (
    SELECT {keys}
        count(CASE WHEN is_met THEN 1 END) AS met,
        count(CASE WHEN is_undecided THEN 1 END) AS undecided,
        count(elapsed) AS n
    FROM judged
    {group_by}
), decided AS (
    SELECT *, n - met - undecided AS missed FROM counted
)
SELECT {keys} met, missed, undecided, n,
    met / nullif(met + missed, 0) AS hit_rate,
    met / nullif(n, 0) AS worst,
    (met + undecided) / nullif(n, 0) AS best
FROM decided
{order_by}
