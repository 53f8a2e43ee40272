-- What the public was told, kept for good: it is scored when the outcomes are known.
-- One row for as long as a banner said the same; `channel` is empty where it spoke of the whole account. `stood_to` is empty
-- while it stands, which it does for ten minutes after the last renewal in `renewals`: a public side that hears nothing new
-- shows it no longer.
-- `promise_seconds` counts from when somebody wrote; while closed `answered_by` stands for it. Both are empty where
-- the state carries no figure. `estimator` and `inputs` (JSON) are what the figure came from.
CREATE TABLE ledger (
    account VARCHAR, stood_from TIMESTAMPTZ, stood_to TIMESTAMPTZ, state VARCHAR, typical_seconds BIGINT,
    promise_seconds BIGINT, promise_over_seconds BIGINT, answered_by TIMESTAMPTZ, as_of TIMESTAMPTZ, n BIGINT,
    estimator VARCHAR, inputs VARCHAR, channel VARCHAR
);
CREATE TABLE renewals (renewed_at TIMESTAMPTZ);
