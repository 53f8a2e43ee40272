-- The local days in which somebody can have begun to wait who isn't given up at *as of*, or wasn't an hour before; a day more, as
-- zones differ. Waits are joined by them, so that no other is read.
lately AS (
    SELECT account, channel, unnest(generate_series(
        timezone('UTC', as_of)::DATE - CAST((CAST($horizon AS BIGINT) + 3600 + 86399) // 86400 AS INTEGER) - 1, timezone('UTC', as_of)::DATE + 1, INTERVAL 1 DAY
    ))::DATE AS "day"
    FROM known
)
