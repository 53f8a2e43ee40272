-- Whether an instant lies in the period asked about, read as in the measures: since ≤ instant < until.
(
    ($from_instant IS NULL OR {at} >= $from_instant::TIMESTAMPTZ)
    AND ($to_instant IS NULL OR {at} < $to_instant::TIMESTAMPTZ)
    AND ($from_local IS NULL OR timezone({zone}, {at}) >= $from_local::TIMESTAMP)
    AND ($to_local IS NULL OR timezone({zone}, {at}) < $to_local::TIMESTAMP)
)
