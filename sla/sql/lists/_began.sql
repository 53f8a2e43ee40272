-- The opening hours in which a wait began, or the last ones before it.
JOIN known AS began_at ON began_at.account = j.account AND began_at.channel = j.channel
ASOF LEFT JOIN open_spans AS hours ON hours.calendar = began_at.calendar AND hours.opens_at <= j.started_at
