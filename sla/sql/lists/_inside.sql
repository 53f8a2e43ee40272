-- Where no hours were in force, a wait began neither inside nor outside them.
AND j.started_open IS NOT NULL AND (j.started_at < hours.closes_at) = $opening
