-- The waits of a list: those that a measure would count, narrowed by what became of them, by whom, when, and by words.
-- `given_up` is the response rate's: closed unanswered, or open and older than the horizon.
wanted AS (
    SELECT j.*,
        j.outcome = 'closed'
            OR (j.outcome = 'open' AND epoch_us(j.as_of) - epoch_us(j.started_at) > CAST($horizon AS BIGINT) * 1000000)
            AS given_up
    FROM judged AS j
    {walls}
    WHERE ($verdict IS NULL OR j.verdict = $verdict)
        AND ($agent IS NULL OR j.agent = $agent)
        AND ($team IS NULL OR j.team = $team)
        AND ($first_weekday IS NULL OR j.weekday BETWEEN $first_weekday AND $last_weekday)
        AND ($first_hour IS NULL OR j.hour_of_day BETWEEN $first_hour AND $last_hour)
        AND ($opening IS NULL OR j.in_hours = $opening)
        AND ($above IS NULL OR j.elapsed > $above OR ($above = 0 AND j.elapsed = 0))
        AND ($up_to IS NULL OR j.elapsed <= $up_to)
        {waited}
        {found}
), listed AS (
    SELECT *
    FROM wanted
    WHERE $outcome IS NULL
        OR ($outcome IN ('answered', 'open', 'closed') AND outcome = $outcome)
        OR ($outcome = 'given_up' AND given_up)
        OR ($outcome = 'undecided' AND outcome = 'open' AND NOT given_up)
        OR ($outcome = 'unknown' AND unknown)
)
