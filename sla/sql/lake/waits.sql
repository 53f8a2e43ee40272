-- Every wait, in the month to which the measures count it; with the as of up to which its account and channel is known.
SELECT w.wait_id, w.conversation_id, w.platform, w.channel, w."first", w.started_at, w.ended_at, w.outcome, w.unknown,
    w.seconds, w.open_seconds, w.chasers, w.chased_after, w.agent, w.team, w.start_id, w.end_id, k.as_of, z.time_zone,
    w.account, strftime(w."month", '%Y-%m') AS "month"
FROM waits AS w
JOIN known AS k ON k.account = w.account AND k.channel = w.channel
JOIN zones AS z ON z.account = w.account
