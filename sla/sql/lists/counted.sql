-- How many waits a list has, and what became of them: one row. `met`, `missed`, `undecided` and `of_unknown_length` are all of them. Lengths are whole seconds on the clock asked for.
WITH {chosen}, {judged}, {wanted}
SELECT count(*) AS n,
    count(CASE WHEN verdict = 'met' THEN 1 END) AS met,
    count(CASE WHEN verdict = 'missed' THEN 1 END) AS missed,
    count(CASE WHEN verdict = 'undecided' THEN 1 END) AS undecided,
    count(CASE WHEN outcome = 'answered' THEN 1 END) AS answered,
    count(CASE WHEN outcome = 'open' THEN 1 END) AS "open",
    count(CASE WHEN outcome = 'closed' THEN 1 END) AS closed,
    count(CASE WHEN given_up THEN 1 END) AS given_up,
    count(CASE WHEN verdict IS NULL THEN 1 END) AS of_unknown_length,
    max(elapsed) AS longest_seconds
FROM listed
