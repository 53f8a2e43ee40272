-- Those of a page, as they were found before.
SELECT unnest($ids::BIGINT[]) AS start_id, unnest($elapsed::BIGINT[]) AS elapsed, unnest($verdicts::VARCHAR[]) AS verdict,
    unnest($given_up::BOOLEAN[]) AS given_up
