-- How many waits of an account, or of one of its channels, began in the $window seconds before its as of; bots' and those of unknown length stay out.
SELECT count(*)
FROM waits
WHERE account = $account AND ($channel IS NULL OR channel = $channel) AND outcome <> 'bot' AND NOT unknown
    AND started_at >= make_timestamptz(epoch_us($as_of::TIMESTAMPTZ) - CAST($window AS BIGINT) * 1000000)
