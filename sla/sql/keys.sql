-- What messages and scopes are looked for by; the model, which has changed with it, fills it by itself.
CREATE TABLE keys (message_id BIGINT, number BIGINT);
ALTER TABLE scopes ADD COLUMN number BIGINT;
