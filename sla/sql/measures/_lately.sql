-- The local days in which somebody can have begun to wait who isn't given up at *as of*, or wasn't an hour before; a day more, as
-- zones differ. Waits are joined by them, so that no other is read.
lately AS (
    SELECT account, channel, midnight::DATE AS "day"
    FROM (
        SELECT account, channel, unnest(generate_series(
            date_trunc('day', timezone('UTC', as_of) - (CAST($horizon AS BIGINT) + 3600 + 86400) * INTERVAL 1 SECOND),
            date_trunc('day', timezone('UTC', as_of) + INTERVAL 1 DAY), INTERVAL 1 DAY
        )) AS midnight
        FROM known
    ) AS listed
)
