-- A list as CSV carries it: instants end in Z; what others wrote, and a spreadsheet would take for a formula, begins
-- with an apostrophe.
SELECT wait_id,
    CASE WHEN regexp_matches(account, $formula) THEN concat('''', account) ELSE account END AS account,
    CASE WHEN regexp_matches(channel, $formula) THEN concat('''', channel) ELSE channel END AS channel,
    strftime(timezone('UTC', started_at), '%Y-%m-%dT%H:%M:%SZ') AS started_at,
    strftime(timezone('UTC', ended_at), '%Y-%m-%dT%H:%M:%SZ') AS ended_at,
    kind, outcome, verdict, elapsed_seconds, chasers,
    CASE WHEN regexp_matches(agent, $formula) THEN concat('''', agent) ELSE agent END AS agent,
    team, opening,
    CASE WHEN regexp_matches(customer_key, $formula) THEN concat('''', customer_key) ELSE customer_key END AS customer_key,
    conversation_id,
    CASE WHEN regexp_matches("text", $formula) THEN concat('''', "text") ELSE "text" END AS "text"
FROM ({rows}) AS r
ORDER BY
    CASE WHEN $sort = 'longest' THEN r.elapsed_seconds END DESC NULLS LAST,
    CASE WHEN $sort = 'newest' THEN r.started_at END DESC NULLS LAST,
    r.started_at, r.message_id
