-- What came later to be counted beforehand; the model, which has changed with it, fills it by itself.
ALTER TABLE waits ADD COLUMN in_hours BOOLEAN;
CREATE TABLE said_hours (
    account VARCHAR, channel VARCHAR, "hour" TIMESTAMP, "day" DATE, "week" DATE, "month" DATE, weekday INTEGER,
    hour_of_day INTEGER, hour_of_week INTEGER, messages_in BIGINT, chasers BIGINT, replies_out BIGINT
);
