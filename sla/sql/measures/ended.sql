-- title: Waits ended
-- definition: What an agent or a team answered: how much, how soon, and how much of it within the target, beside what was to be expected.
-- formula: met / n; expected: mean over these waits of the share within the target among all waits ended of the same account, channel, first or next, and band of the week
-- unit: counts are messages and waits; shares from 0 to 1; whole seconds on the clock asked for
-- waits: all
-- keys: day, week, month, account, channel, team, agent
-- replies: messages that customers can see, by the time of the message
-- n: waits ended whose length is known; who still waits has no agent yet and is in none of these rows
-- met: those ended within the target
-- share: met / n, of the waits ended alone: no hit rate, which counts who still waits as well; empty without waits
-- low: lower end of its 95 % interval (Wilson)
-- high: upper end of its 95 % interval
-- median_seconds: time within which half of the waits ended were answered
-- expected: what the average gives for this mix of hours of the week and channels
-- adjusted: the share as it stands in the funnel: as far from the average as share is from expected; empty with fewer than 20 waits ended
-- standing: as expected, or above or below the limits of the funnel: 95 % or 99.8 %; few with fewer than 20 waits ended; alone if nobody else ended any alike
WITH {chosen}, {said}, {credited}, told AS (
    SELECT {keys} 0 AS replies, n, met, usual * n AS expected, average, alike - ours AS others, CAST(NULL AS BIGINT) AS median_seconds
    FROM credited
    UNION ALL
    SELECT {keys} 0, 0, 0, NULL, NULL, NULL, quantile_disc(elapsed, 0.5) FROM replied {group_by}
    UNION ALL
    SELECT {keys} count(*), 0, 0, NULL, NULL, NULL, NULL FROM said WHERE role = 'agent' {group_by}
), counted AS (
    SELECT {keys}
        CAST(coalesce(sum(replies), 0) AS BIGINT) AS replies,
        CAST(coalesce(sum(n), 0) AS BIGINT) AS n,
        CAST(coalesce(sum(met), 0) AS BIGINT) AS met,
        CAST(coalesce(sum(met), 0) AS DOUBLE) / nullif(sum(n), 0) AS share,
        max(median_seconds) AS median_seconds,
        sum(expected) / nullif(sum(n), 0) AS expected,
        max(average) AS average,
        CAST(max(others) AS BIGINT) AS others
    FROM told
    {group_by}
), judged AS (
    SELECT *,
        asin(sqrt((met + 0.375) / (n + 0.75))) - asin(sqrt((n * expected + 0.375) / (n + 0.75))) AS apart,
        asin(sqrt((n * average + 0.375) / (n + 0.75))) AS middle,
        w.widening / (2 * sqrt(n + 0.5)) AS deviation,
        1.959963984540054 * sqrt(share * (1 - share) / n + 0.9603647051735311 / (CAST(n AS DOUBLE) * n)) AS reach
    FROM counted CROSS JOIN widened AS w
)
SELECT {keys} replies, n, met, share,
    CASE WHEN n > 0 THEN greatest(0, (share + 1.9207294103470622 / n - reach) / (1 + 3.8414588206941244 / n)) END AS low,
    CASE WHEN n > 0 THEN least(1, (share + 1.9207294103470622 / n + reach) / (1 + 3.8414588206941244 / n)) END AS high,
    median_seconds, expected,
    CASE WHEN n >= 20 THEN least(greatest(
        ((n + 0.75) * pow(sin(least(greatest(middle + apart, 0), asin(1))), 2) - 0.375) / n, 0), 1) END AS adjusted,
    CASE
        WHEN n < 20 THEN 'few'
        WHEN others = 0 THEN 'alone'
        WHEN apart > 3.090232306167813 * deviation THEN 'above 99.8 %'
        WHEN apart > 1.959963984540054 * deviation THEN 'above 95 %'
        WHEN apart < -3.090232306167813 * deviation THEN 'below 99.8 %'
        WHEN apart < -1.959963984540054 * deviation THEN 'below 95 %'
        ELSE 'as expected'
    END AS standing
FROM judged
{order_by}
