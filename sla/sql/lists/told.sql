-- A list as CSV carries it: instants end in Z; what others wrote, and a spreadsheet would take for a formula, begins
-- with an apostrophe.
SELECT wait_id,
    regexp_replace(account, $formula, '''\0') AS account,
    regexp_replace(channel, $formula, '''\0') AS channel,
    strftime(timezone('UTC', started_at), '%Y-%m-%dT%H:%M:%SZ') AS started_at,
    strftime(timezone('UTC', ended_at), '%Y-%m-%dT%H:%M:%SZ') AS ended_at,
    kind, outcome, verdict, elapsed_seconds, chasers,
    regexp_replace(agent, $formula, '''\0') AS agent,
    team, opening,
    regexp_replace(customer_key, $formula, '''\0') AS customer_key,
    conversation_id,
    regexp_replace("text", $formula, '''\0') AS "text"
FROM ({rows}) AS r
ORDER BY
    CASE WHEN $sort = 'longest' THEN r.elapsed_seconds END DESC NULLS LAST,
    CASE WHEN $sort = 'newest' THEN r.started_at END DESC NULLS LAST,
    r.started_at, r.message_id
