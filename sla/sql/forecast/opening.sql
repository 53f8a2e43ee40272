-- Whether a calendar is open, and when it opens next; the latter is empty beyond the hours that are worked out.
SELECT coalesce(bool_or(opens_at <= $now AND closes_at > $now), false), min(opens_at) FILTER (WHERE opens_at > $now)
FROM open_spans
WHERE calendar = $calendar AND closes_at > opens_at
