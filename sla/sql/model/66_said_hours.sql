-- How much was said in each local hour: what came is added and what left taken away, and only hours that differ then are written.
CREATE OR REPLACE TEMP TABLE other_hours AS
SELECT account, channel, "hour", CAST(sum(messages_in) AS BIGINT) AS messages_in, CAST(sum(chasers) AS BIGINT) AS chasers,
    CAST(sum(replies_out) AS BIGINT) AS replies_out
FROM said_more
GROUP BY account, channel, "hour"
HAVING sum(messages_in) <> 0 OR sum(chasers) <> 0 OR sum(replies_out) <> 0;

CREATE OR REPLACE TEMP TABLE hours_now AS
SELECT account, channel, "hour", CAST(sum(messages_in) AS BIGINT) AS messages_in, CAST(sum(chasers) AS BIGINT) AS chasers,
    CAST(sum(replies_out) AS BIGINT) AS replies_out
FROM (
    SELECT account, channel, "hour", messages_in, chasers, replies_out FROM other_hours
    UNION ALL
    SELECT h.account, h.channel, h."hour", h.messages_in, h.chasers, h.replies_out
    FROM said_hours AS h
    SEMI JOIN other_hours AS o ON o.account = h.account AND o.channel = h.channel AND o."hour" = h."hour"
) AS each_one
GROUP BY account, channel, "hour";

DELETE FROM said_hours
WHERE EXISTS (
    SELECT 1 FROM other_hours AS o
    WHERE o.account = said_hours.account AND o.channel = said_hours.channel AND o."hour" = said_hours."hour"
);

INSERT INTO said_hours
SELECT account, channel, "hour", "hour"::DATE AS "day", date_trunc('week', "hour")::DATE AS "week", date_trunc('month', "hour")::DATE AS "month",
    isodow("hour") - 1 AS weekday, hour("hour") AS hour_of_day, (isodow("hour") - 1) * 24 + hour("hour") AS hour_of_week,
    messages_in, chasers, replies_out
FROM hours_now
WHERE messages_in > 0 OR replies_out > 0
ORDER BY "hour";
