-- Which waits a page of a list shows, in their order: no more columns than it takes to sort.
WITH {chosen}, {judged}, {wanted}
SELECT start_id, started_at, elapsed, verdict, given_up
FROM listed
ORDER BY {first_by}started_at, start_id
LIMIT $limit OFFSET $offset
