-- title: Silence
-- definition: For each account in which somebody waits: how long nobody has replied although somebody was waiting all that time.
-- formula: as of − the later of the last reply and the beginning of the oldest wait that is open and not given up
-- unit: one row an account; whole seconds in its opening hours where it keeps some, else on the calendar clock
-- waits: all
-- by: no
-- rows: account
-- account: the brand's handle, page, number or inbox
-- waiting: open waits not older than the horizon (24 hours unless set)
-- last_reply_at: when an agent last wrote something that a customer can see; empty before the first time
-- silent_seconds: how long nobody has replied while somebody waited
-- is_open: whether it is open at as of; empty without opening hours
-- silent: true from 30 minutes on, unless it is closed
-- time_zone: the account's time zone (internal)
WITH {chosen}, {lately}, queues AS (
    SELECT c.account, count(*) AS waiting, min(c.started_at) AS oldest_at
    FROM chosen AS c
    JOIN lately AS d ON d.account = c.account AND d.channel = c.channel AND d."day" = c."day"
    WHERE c.outcome = 'open' AND epoch_us(c.as_of) - epoch_us(c.started_at) <= CAST($horizon AS BIGINT) * 1000000
    GROUP BY c.account
), latest AS (
    SELECT account, max(as_of) AS latest_at
    FROM known
    WHERE ($account IS NULL OR account = $account) AND ($channel IS NULL OR channel = $channel)
    GROUP BY account
), replied_lately AS (
    SELECT p.account, p.channel, max(p.sent_at) AS last_reply_at
    FROM placed AS p
    JOIN lately AS d ON d.account = p.account AND d.channel = p.channel AND d."day" = p."day"
    WHERE p.role = 'agent' AND p.visible
        AND ($account IS NULL OR p.account = $account) AND ($channel IS NULL OR p.channel = $channel)
    GROUP BY p.account, p.channel
), replied_before AS ( -- where nobody has replied so lately, somebody may have done so at any time before; where all have, nothing more is read
    SELECT p.account, max(p.sent_at) AS last_reply_at
    FROM placed AS p
    JOIN (
        SELECT k.account, k.channel
        FROM known AS k
        JOIN queues AS w ON w.account = k.account
        LEFT JOIN replied_lately AS l ON l.account = k.account
        WHERE $channel IS NULL OR k.channel = $channel
        GROUP BY k.account, k.channel, k.as_of
        HAVING count(CASE WHEN l.channel = k.channel THEN 1 END) = 0
            -- nor has it to be looked at where another channel has a reply from after all that
            AND coalesce(epoch_us(max(l.last_reply_at)) < epoch_us(k.as_of) - CAST($horizon AS BIGINT) * 1000000, true)
    ) AS u ON u.account = p.account AND u.channel = p.channel
    WHERE p.role = 'agent' AND p.visible
    GROUP BY p.account
), replied AS (
    SELECT account, max(last_reply_at) AS last_reply_at
    FROM (
        SELECT account, last_reply_at FROM replied_lately
        UNION ALL
        SELECT account, last_reply_at FROM replied_before
    ) AS each_one
    GROUP BY account
), stretches AS (
    SELECT w.account, w.waiting, r.last_reply_at, l.latest_at, c.calendar, z.time_zone,
        greatest(w.oldest_at, coalesce(r.last_reply_at, w.oldest_at)) AS begins_at
    FROM queues AS w
    JOIN latest AS l ON l.account = w.account
    JOIN zones AS z ON z.account = w.account
    LEFT JOIN replied AS r ON r.account = w.account
    LEFT JOIN calendars AS c ON c.account = w.account AND c.channel = ''
), measured AS ( -- where both ends stand in the opening hours, or after the last ones before them
    SELECT s.*,
        CASE WHEN b.calendar IS NULL OR e.calendar IS NULL THEN epoch_us(s.latest_at) - epoch_us(s.begins_at)
            ELSE e."before" + least(epoch_us(s.latest_at), epoch_us(e.closes_at)) - epoch_us(e.opens_at)
                - (b."before" + least(epoch_us(s.begins_at), epoch_us(b.closes_at)) - epoch_us(b.opens_at))
        END AS lasted,
        CASE WHEN s.calendar IS NOT NULL THEN coalesce(s.latest_at < e.closes_at, false) END AS is_open
    FROM stretches AS s
    ASOF LEFT JOIN open_spans AS b ON b.calendar = s.calendar AND b.opens_at <= s.begins_at
    ASOF LEFT JOIN open_spans AS e ON e.calendar = s.calendar AND e.opens_at <= s.latest_at
)
SELECT account, waiting, last_reply_at, lasted // 1000000 AS silent_seconds, is_open,
    lasted >= 1800000000 AND coalesce(is_open, true) AS silent, time_zone
FROM measured
ORDER BY silent_seconds DESC, account
