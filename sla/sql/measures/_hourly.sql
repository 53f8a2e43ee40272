-- The local hours of each account: what came in, what went out, how many waited at most, and what is usual in such an hour.
-- Usual is the median over the same hour of the week, from eight weeks before to eight after, itself included, of those weeks
-- in which ten messages or more were said; it is empty with fewer than five of them. A week without any message has no hours.
-- Who waits longer than the horizon counts as given up, and waits no longer.
accounts AS (
    SELECT k.account, z.time_zone, min(k.first_at) AS first_at, max(k.as_of) AS as_of
    FROM known AS k
    JOIN zones AS z ON z.account = k.account
    WHERE ($account IS NULL OR k.account = $account) AND ($channel IS NULL OR k.channel = $channel)
    GROUP BY k.account, z.time_zone
), zone_hours AS ( -- each local hour of each zone, with the instant at which it begins; one that summer time skips is none
    SELECT *
    FROM (
        SELECT time_zone, "hour", timezone(time_zone, "hour") AS begins_at
        FROM (
            SELECT time_zone, unnest(generate_series(
                date_trunc('hour', timezone(time_zone, min(first_at))), date_trunc('hour', timezone(time_zone, max(as_of))), INTERVAL 1 HOUR
            )) AS "hour"
            FROM accounts GROUP BY time_zone
        ) AS labels
    ) AS labelled
    WHERE timezone(time_zone, begins_at) = "hour"
), parties AS ( -- whose messages stand in one order, though they may be several conversations
    SELECT conversation_id, scope, account, coalesce(customer_key, '') AS customer FROM conversations
    WHERE ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
), asked AS (
    SELECT c.scope, c.account, c.customer, s.position AS since, e.position AS until
    FROM waits AS w
    JOIN parties AS c ON c.conversation_id = w.conversation_id
    JOIN placed AS s ON s.message_id = w.start_id
    LEFT JOIN placed AS e ON e.message_id = w.end_id
    WHERE NOT w.unknown
), said AS (
    SELECT p.account, p."hour", p.week, p.sent_at, p.role,
        p.role = 'customer' AND a.since IS NOT NULL AND coalesce(p.position < a.until, true) AS chaser
    FROM (
        SELECT q.*, c.customer FROM placed AS q JOIN parties AS c ON c.conversation_id = q.conversation_id
        WHERE q.visible AND q.role IN ('customer', 'agent')
            AND ($account IS NULL OR q.account = $account) AND ($channel IS NULL OR q.channel = $channel)
    ) AS p
    ASOF LEFT JOIN asked AS a
        ON a.scope = p.scope AND a.account = p.account AND a.customer = p.customer AND a.since < p.position
), hours AS (
    SELECT a.account, a.time_zone, a.as_of, z."hour", z.begins_at, w.n >= 10 AS tells
    FROM accounts AS a
    JOIN (SELECT account, week, count(*) AS n FROM said GROUP BY account, week) AS w ON w.account = a.account
    JOIN zone_hours AS z ON z.time_zone = a.time_zone AND date_trunc('week', z."hour")::DATE = w.week
        AND z.begins_at <= a.as_of AND z.begins_at + INTERVAL 1 HOUR > a.first_at
), lasting AS (
    SELECT account, started_at,
        least(coalesce(ended_at, 'infinity'::TIMESTAMPTZ), started_at + CAST($horizon AS BIGINT) * INTERVAL 1 SECOND) AS ended_at
    FROM waits
    WHERE outcome <> 'bot' AND NOT unknown AND (ended_at IS NULL OR ended_at > started_at)
        AND ($waits = 'all' OR "first" = ($waits = 'first'))
        AND ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
), changes AS (
    SELECT account, instant, CAST(sum(more) AS BIGINT) AS more
    FROM (
        SELECT account, started_at AS instant, 1 AS more FROM lasting
        UNION ALL
        SELECT account, ended_at, -1 FROM lasting
        UNION ALL
        SELECT account, begins_at, 0 FROM hours
    ) AS each_one
    GROUP BY account, instant
), backlog AS ( -- how many wait from an instant on, and the hour in which it lies
    SELECT w.account, w.instant, w.waiting, h."hour"
    FROM (
        SELECT account, instant, CAST(sum(more) OVER (
            PARTITION BY account ORDER BY instant ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS waiting
        FROM changes
    ) AS w
    ASOF JOIN hours AS h ON h.account = w.account AND h.begins_at <= w.instant
    WHERE w.instant <= h.as_of
), counted AS (
    SELECT account, "hour", count(CASE WHEN role = 'customer' THEN 1 END) AS messages_in,
        count(CASE WHEN role = 'agent' THEN 1 END) AS replies_out, count(CASE WHEN chaser THEN 1 END) AS chasers
    FROM said GROUP BY account, "hour"
), tops AS (
    SELECT account, "hour", max(waiting) AS highest FROM backlog GROUP BY account, "hour"
), filled AS (
    SELECT h.*, coalesce(c.messages_in, 0) AS messages_in, coalesce(c.replies_out, 0) AS replies_out,
        coalesce(c.chasers, 0) AS chasers, coalesce(t.highest, 0) AS highest
    FROM hours AS h
    LEFT JOIN counted AS c ON c.account = h.account AND c."hour" = h."hour"
    LEFT JOIN tops AS t ON t.account = h.account AND t."hour" = h."hour"
), hourly AS (
    SELECT *, "hour"::DATE AS "day",
        CASE WHEN count(CASE WHEN tells THEN 1 END) OVER near >= 5
            THEN quantile_disc(CASE WHEN tells THEN messages_in END, 0.5) OVER near END AS usual_in,
        CASE WHEN count(CASE WHEN tells THEN 1 END) OVER near >= 5
            THEN quantile_disc(CASE WHEN tells THEN replies_out END, 0.5) OVER near END AS usual_out,
        CASE WHEN count(CASE WHEN tells THEN 1 END) OVER near >= 5
            THEN quantile_disc(CASE WHEN tells THEN highest END, 0.5) OVER near END AS usual_highest
    FROM filled
    WINDOW near AS (
        PARTITION BY account, isodow("hour"), hour("hour") ORDER BY "hour" ROWS BETWEEN 8 PRECEDING AND 8 FOLLOWING
    )
)
