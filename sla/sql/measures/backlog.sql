-- title: Backlog
-- definition: How many waits are open at the end of each period, how old the oldest is, and how many there were at most.
-- formula: waits begun at that instant or before and not ended by then; not yet over: at as of
-- unit: waits; whole seconds on the calendar clock
-- waits: all
-- keys: hour | day | week | month, account, channel
-- at: the instant looked at: the period's end, or as of if that is earlier; of several accounts the latest
-- n: waits that are open then
-- oldest_seconds: age of the oldest of them; empty when there is none
-- highest: most waits that were open at one time within the period
WITH asked_about AS ( -- each account's channels, by number, with the bounds of the question as instants
    SELECT row_number() OVER (ORDER BY k.account, k.channel) AS place, k.account, k.channel, k.first_at, k.as_of, z.time_zone,
        coalesce($from_instant::TIMESTAMPTZ, timezone(z.time_zone, $from_local::TIMESTAMP)) AS since,
        coalesce($to_instant::TIMESTAMPTZ, timezone(z.time_zone, $to_local::TIMESTAMP)) AS until
    FROM known AS k
    JOIN zones AS z ON z.account = k.account
    WHERE ($account IS NULL OR k.account = $account) AND ($channel IS NULL OR k.channel = $channel)
), chosen AS (
    -- A wait of no length is never open. An hour has its end in it and not its beginning, so that it ends where a period does;
    -- `begun_in` and `ended_in` are such an hour of a channel, both in one number.
    SELECT a.place, w.started_at, w.ended_at, a.place * 10000000 + (epoch_us(w.started_at) - 1) // 3600000000 AS begun_in,
        a.place * 10000000 + (epoch_us(w.ended_at) - 1) // 3600000000 AS ended_in
    FROM waits AS w
    JOIN asked_about AS a ON a.account = w.account AND a.channel = w.channel
    WHERE w.outcome <> 'bot' AND NOT w.unknown AND ($waits = 'all' OR w."first" = ($waits = 'first'))
        AND ($account IS NULL OR w.account = $account) AND ($channel IS NULL OR w.channel = $channel)
        AND (w.ended_at IS NULL OR w.ended_at > w.started_at)
), labels AS ( -- the local periods of each time zone, and one more, whose start ends the last
    SELECT DISTINCT time_zone, date_trunc($period, reached) AS label
    FROM (
        SELECT time_zone, unnest(generate_series(
            date_trunc($period, first_local),
            date_trunc($period, last_local)
                + CASE $period WHEN 'hour' THEN 1 WHEN 'day' THEN 24 WHEN 'week' THEN 168 WHEN 'month' THEN 744 END * INTERVAL 1 HOUR,
            CASE $period WHEN 'hour' THEN 1 ELSE 24 END * INTERVAL 1 HOUR
        )) AS reached
        FROM (
            SELECT time_zone, min(timezone(time_zone, first_at)) AS first_local, max(timezone(time_zone, as_of)) AS last_local
            FROM asked_about GROUP BY time_zone
        ) AS zoned
    ) AS listed
), begun AS ( -- a period begins at the first instant that is in it, also where summer time skips or repeats it
    SELECT l.time_zone, l.label, min(timezone(l.time_zone, l.label::TIMESTAMP) + o.shift * INTERVAL 1 MINUTE) AS begins_at
    FROM labels AS l
    JOIN (SELECT unnest([-60, -30, 0, 30, 60]) AS shift) AS o
        ON timezone(l.time_zone, timezone(l.time_zone, l.label::TIMESTAMP) + o.shift * INTERVAL 1 MINUTE) >= l.label
    GROUP BY l.time_zone, l.label
), ending AS (
    SELECT *, lead(begins_at) OVER (PARTITION BY time_zone ORDER BY label) AS ends_at FROM begun
), spans AS (
    SELECT a.place, a.account, a.channel, e.label, e.begins_at, e.ends_at, least(e.ends_at, a.as_of) AS "at"
    FROM asked_about AS a
    JOIN ending AS e ON e.time_zone = a.time_zone
        AND e.ends_at > e.begins_at AND e.ends_at > a.first_at AND e.begins_at <= a.as_of
        AND ($from_instant IS NULL OR e.begins_at >= $from_instant::TIMESTAMPTZ)
        AND ($to_instant IS NULL OR e.begins_at < $to_instant::TIMESTAMPTZ)
        AND ($from_local IS NULL OR e.label >= $from_local::TIMESTAMP)
        AND ($to_local IS NULL OR e.label < $to_local::TIMESTAMP)
    UNION ALL
    SELECT place, account, channel, NULL AS label, greatest(first_at, since) AS begins_at,
        coalesce(until, 'infinity'::TIMESTAMPTZ) AS ends_at, least(as_of, until) AS "at"
    FROM asked_about
    WHERE $period IS NULL AND (since IS NULL OR since <= as_of) AND (until IS NULL OR until > first_at)
        AND (since IS NULL OR until IS NULL OR since < until)
), beginnings AS ( -- how many begin to wait in an hour, and when the last of them is gone
    SELECT begun_in AS slot, count(*) AS begun, max(coalesce(ended_at, 'infinity'::TIMESTAMPTZ)) AS gone_at
    FROM chosen
    GROUP BY begun_in
), hourly AS (
    SELECT slot, slot // 10000000 AS place, CAST(sum(begun) AS BIGINT) AS begun, CAST(sum(gone) AS BIGINT) AS gone
    FROM (
        SELECT slot, begun, 0 AS gone FROM beginnings
        UNION ALL
        SELECT ended_in, 0, count(*) FROM chosen WHERE ended_at IS NOT NULL GROUP BY ended_in
    ) AS each_one
    GROUP BY slot
), edges AS ( -- the hours within which a period begins or ends, or is looked at
    SELECT DISTINCT place * 10000000 + (epoch_us(instant) - 1) // 3600000000 AS slot
    FROM (
        SELECT place, begins_at AS instant FROM spans
        UNION ALL
        SELECT place, "at" FROM spans
        UNION ALL
        SELECT place, ends_at FROM spans WHERE ends_at < 'infinity'::TIMESTAMPTZ
    ) AS marks
    WHERE epoch_us(instant) % 3600000000 <> 0
), changes AS ( -- how many more or fewer wait from an instant on: told by the second in those hours, of every other one at its end
    SELECT h.place, make_timestamptz((h.slot % 10000000 + 1) * 3600000000) AS instant, h.begun - h.gone AS more, h.begun
    FROM hourly AS h
    LEFT JOIN edges AS e ON e.slot = h.slot
    WHERE e.slot IS NULL
    UNION ALL
    SELECT c.place, c.started_at, 1 AS more, 1 AS begun
    FROM chosen AS c
    JOIN edges AS e ON e.slot = c.begun_in
    UNION ALL
    SELECT c.place, c.ended_at, -1, 0
    FROM chosen AS c
    JOIN edges AS e ON e.slot = c.ended_in
), running AS (
    SELECT place, instant, CAST(sum(sum(more)) OVER (
        PARTITION BY place ORDER BY instant ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS "open"
    FROM changes
    GROUP BY place, instant
), outlasting AS ( -- the hours in which somebody began to wait who was gone later than all before
    SELECT slot
    FROM (
        SELECT slot, gone_at, max(gone_at) OVER (
            PARTITION BY slot // 10000000 ORDER BY slot ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS others_gone_at
        FROM beginnings
    ) AS beside_others
    WHERE others_gone_at IS NULL OR gone_at > others_gone_at
), lasting AS ( -- who came later and was gone no later than another is never the oldest
    SELECT place, started_at, gone_at
    FROM (
        SELECT place, started_at, gone_at, max(gone_at) OVER (
            PARTITION BY place ORDER BY started_at, gone_at DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS others_gone_at
        FROM (
            SELECT c.place, c.started_at, coalesce(c.ended_at, 'infinity'::TIMESTAMPTZ) AS gone_at
            FROM chosen AS c
            JOIN outlasting AS o ON o.slot = c.begun_in
        ) AS found
    ) AS beside_others
    WHERE others_gone_at IS NULL OR gone_at > others_gone_at
), looked_at AS (
    SELECT s.place, s.account, s.channel, s.label, s.begins_at, s.ends_at, s."at", coalesce(b."open", 0) AS before_it, coalesce(e."open", 0) AS n,
        coalesce(l."open", 0) AS by_its_end,
        CASE WHEN o.started_at <= s."at" THEN (epoch_us(s."at") - epoch_us(o.started_at)) // 1000000 END AS oldest
    FROM spans AS s
    ASOF LEFT JOIN running AS b ON b.place = s.place AND b.instant <= s.begins_at
    ASOF LEFT JOIN running AS e ON e.place = s.place AND e.instant <= s."at"
    ASOF LEFT JOIN running AS l ON l.place = s.place AND l.instant <= s.ends_at
    ASOF LEFT JOIN lasting AS o ON o.place = s.place AND o.gone_at > s."at"
), keyed AS (
    SELECT *, label AS "hour", label::DATE AS "day", label::DATE AS "week", label::DATE AS "month" FROM looked_at
), leaving AS (
    SELECT {keys} ends_at AS instant, by_its_end AS leave FROM keyed WHERE ends_at < 'infinity'::TIMESTAMPTZ
), heights AS ( -- how many wait before an hour and at its end, and what they cannot exceed within it
    -- What each account and channel adds while its own period lasts, and takes away after its end. What is open when
    -- a channel was last known stays open, until another channel tells its end: others may be known for longer.
    SELECT {keys} in_hour, CAST(sum(sum(enter)) OVER in_time - sum(enter) AS BIGINT) AS before_it,
        CAST(sum(sum(enter)) OVER in_time AS BIGINT) AS height,
        CAST(sum(sum(enter)) OVER in_time - sum(enter) + sum(more) AS BIGINT) AS most
    FROM (
        SELECT {keys} (epoch_us(begins_at) - 1) // 3600000000 AS in_hour, before_it AS enter, before_it AS more FROM keyed
        UNION ALL
        SELECT {keys} (epoch_us(instant) - 1) // 3600000000, enter, begun
        FROM (SELECT place AS "where", instant, more AS enter, begun FROM changes) AS c
        ASOF JOIN keyed AS k ON k.place = c."where" AND k.begins_at < c.instant
        WHERE c.instant <= k.ends_at
        UNION ALL
        SELECT {keys} epoch_us(instant) // 3600000000, -leave, 0 FROM leaving
    ) AS each_one
    GROUP BY {keys} in_hour
    WINDOW in_time AS ({partition} ORDER BY in_hour ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), ends AS (
    SELECT {keys} max(height) AS highest FROM heights {group_by}
), tall AS ( -- the hours within which more may have waited than at the end of any
    SELECT {counted_keys} c.in_hour, c.before_it
    FROM heights AS c
    JOIN ends AS q ON {same_keys}
    WHERE c.most > q.highest
), slots AS (
    SELECT DISTINCT t.in_hour, a.place * 10000000 + t.in_hour AS slot FROM tall AS t CROSS JOIN asked_about AS a
), within AS (
    SELECT {keys} in_hour, instant, CAST(sum(enter) AS BIGINT) AS enter, CAST(sum(leave) AS BIGINT) AS leave
    FROM (
        SELECT {keys} (epoch_us(begins_at) - 1) // 3600000000 AS in_hour, begins_at AS instant, before_it AS enter, 0 AS leave FROM keyed
        UNION ALL
        SELECT {keys} in_hour, instant, enter, 0
        FROM (
            SELECT c.place AS "where", t.in_hour, c.started_at AS instant, 1 AS enter
            FROM chosen AS c
            JOIN slots AS t ON t.slot = c.begun_in
            UNION ALL
            SELECT c.place, t.in_hour, c.ended_at, -1
            FROM chosen AS c
            JOIN slots AS t ON t.slot = c.ended_in
        ) AS c
        ASOF JOIN keyed AS k ON k.place = c."where" AND k.begins_at < c.instant
        WHERE c.instant <= k.ends_at
        UNION ALL
        SELECT {keys} epoch_us(instant) // 3600000000, instant, 0, leave FROM leaving
    ) AS each_one
    GROUP BY {keys} in_hour, instant
), tops AS (
    SELECT {keys} CAST(max(height) AS BIGINT) AS highest
    FROM (
        SELECT {keys} highest AS height FROM ends
        UNION ALL
        SELECT {counted_keys} c.before_it + sum(q.enter - q.leave) OVER (
                PARTITION BY {counted_keys} c.in_hour ORDER BY q.instant ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) + q.leave
        FROM tall AS c
        JOIN within AS q ON {same_keys} AND q.in_hour = c.in_hour
    ) AS each_one
    {group_by}
), counted AS (
    SELECT {keys} max("at") AS "at", CAST(coalesce(sum(n), 0) AS BIGINT) AS n, max(oldest) AS oldest_seconds
    FROM keyed
    {group_by}
)
SELECT {counted_keys} c."at", c.n, c.oldest_seconds, coalesce(q.highest, 0) AS highest
FROM counted AS c
LEFT JOIN tops AS q ON {same_keys}
{counted_order}
