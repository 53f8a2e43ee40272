-- What one database file holds. Everything below the line is derived and can be rebuilt from messages.

CREATE TABLE facts (name VARCHAR PRIMARY KEY, value VARCHAR);

-- The settings that the model reads: one row of rules, and the names that are exceptions.
CREATE TABLE rules (closers BOOLEAN, episode_gap_seconds BIGINT, episode_open_seconds BIGINT);
CREATE TABLE answering_bots (author_key VARCHAR);
CREATE TABLE endless_platforms (platform VARCHAR);
-- Which team an agent was in, from one local day to before another.
CREATE TABLE memberships (agent VARCHAR, team VARCHAR, since DATE, until DATE);

CREATE SEQUENCE load_ids;
CREATE TABLE loads (
    load_id BIGINT PRIMARY KEY, path VARCHAR, sha256 VARCHAR, format VARCHAR, loaded_at TIMESTAMPTZ,
    messages BIGINT, "new" BIGINT, updated BIGINT, duplicates BIGINT, problems BIGINT, sample BOOLEAN,
    notes VARCHAR, unloaded_at TIMESTAMPTZ
);
-- `path` is what was loaded, `file` the one in it where it was several.
CREATE TABLE problems (
    load_id BIGINT, path VARCHAR, file VARCHAR, line BIGINT, reason VARCHAR, remedy VARCHAR, raw VARCHAR
);

CREATE SEQUENCE message_ids;
CREATE TABLE messages (
    message_id BIGINT, load_id BIGINT,
    platform VARCHAR, namespace VARCHAR, message_key VARCHAR, account VARCHAR, channel VARCHAR,
    thread_key VARCHAR, reply_to_key VARCHAR, author_key VARCHAR, author_name VARCHAR, role VARCHAR,
    visibility VARCHAR, sent_at TIMESTAMPTZ, edited_at TIMESTAMPTZ, event VARCHAR, text VARCHAR
);

-- What a load held besides the messages that stand above in its name, so that any load can be taken back exactly:
-- versions of a message that another load's version outdoes, and messages that say what another load said before.
CREATE TABLE versions AS FROM messages;
CREATE TABLE repeated (load_id BIGINT, message_id BIGINT, same_as BIGINT);

-- Figures that a changed setting made different: what was told before, and what is told since.
CREATE TABLE restatements (
    restated_at TIMESTAMPTZ, change VARCHAR, measure VARCHAR, figure VARCHAR, clock VARCHAR, target BIGINT,
    account VARCHAR, "month" DATE, "before" DOUBLE, "after" DOUBLE
);

-- ------------------------------------------------------------------------------------------ derived

-- The handles that are the brand's own: who is named there is no customer.
-- `rank` is 1 for an account's own name, 2 for that of somebody who writes for it.
CREATE TABLE handles (platform VARCHAR, namespace VARCHAR, handle VARCHAR, account VARCHAR, rank INTEGER);

-- Where a message stands: its scope is the tree, thread or stream that is modelled as a whole.
CREATE TABLE scopes (message_id BIGINT, kind VARCHAR, scope VARCHAR, number BIGINT);

-- What a message's key is looked for by (load/numbers.sql); `scopes` has the same for scopes.
CREATE TABLE keys (message_id BIGINT, number BIGINT);

-- The messages that belong to somebody, in their order within one stream.
CREATE TABLE placed (
    message_id BIGINT, scope VARCHAR, conversation_id VARCHAR, account VARCHAR, channel VARCHAR, role VARCHAR,
    visible BOOLEAN, closing_words BOOLEAN, closer BOOLEAN, sent_at TIMESTAMPTZ, position BIGINT, agent VARCHAR, team VARCHAR,
    "hour" TIMESTAMP, "day" DATE, "week" DATE, "month" DATE, weekday INTEGER, hour_of_day INTEGER,
    hour_of_week INTEGER, chaser BOOLEAN
);

-- What customers and agents said that both can see, by the local hour: 30 messages or more are one row here in a busy account.
CREATE TABLE said_hours (
    account VARCHAR, channel VARCHAR, "hour" TIMESTAMP, "day" DATE, "week" DATE, "month" DATE, weekday INTEGER,
    hour_of_day INTEGER, hour_of_week INTEGER, messages_in BIGINT, chasers BIGINT, replies_out BIGINT
);

CREATE TABLE conversations (
    conversation_id VARCHAR, scope VARCHAR, kind VARCHAR, platform VARCHAR, account VARCHAR, channel VARCHAR,
    customer_key VARCHAR, opened_by VARCHAR, started_at TIMESTAMPTZ, last_at TIMESTAMPTZ, messages BIGINT
);

-- `chased_after` is the seconds from a wait's start to its first chaser, `visibility` that of the message that began it.
-- `in_hours`: whether it began inside the opening hours; NULL where none were in force.
CREATE TABLE waits (
    wait_id VARCHAR, scope VARCHAR, conversation_id VARCHAR, platform VARCHAR, account VARCHAR, channel VARCHAR,
    "first" BOOLEAN, started_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, outcome VARCHAR, unknown BOOLEAN,
    seconds BIGINT, open_seconds BIGINT, started_open BIGINT, chasers BIGINT, chased_after BIGINT, agent VARCHAR, team VARCHAR,
    start_id BIGINT, end_id BIGINT,
    "hour" TIMESTAMP, "day" DATE, "week" DATE, "month" DATE, weekday INTEGER, hour_of_day INTEGER,
    hour_of_week INTEGER, visibility VARCHAR, in_hours BOOLEAN
);

-- What an agent said to a customer. `customer_at` and `agent_at`: when the customer, or an agent, next wrote there;
-- `hand_off` is the kind of one, `gist` stands for what was said where it is long enough to compare.
CREATE TABLE replies (
    message_id BIGINT, message_key VARCHAR, scope VARCHAR, conversation_id VARCHAR, platform VARCHAR,
    account VARCHAR, channel VARCHAR, customer_key VARCHAR, sent_at TIMESTAMPTZ, position BIGINT,
    agent VARCHAR, team VARCHAR, customer_at TIMESTAMPTZ, agent_at TIMESTAMPTZ, hand_off VARCHAR,
    apology BOOLEAN, signed BOOLEAN, thanked BOOLEAN, gist VARCHAR, repeats_here BOOLEAN,
    "hour" TIMESTAMP, "day" DATE, "week" DATE, "month" DATE, weekday INTEGER, hour_of_day INTEGER,
    hour_of_week INTEGER
);

-- What is known of an account and channel, and up to when: its "as of". Its calendar is NULL without opening hours.
CREATE TABLE known (
    account VARCHAR, channel VARCHAR, first_at TIMESTAMPTZ, as_of TIMESTAMPTZ, as_of_open BIGINT,
    messages BIGINT, sample BOOLEAN, calendar VARCHAR
);

-- Which opening hours hold for an account's messages on a channel; channel '' is all that have no row of their own.
-- A calendar is named by what is in it, so accounts with the same hours share one. No row: no hours.
CREATE TABLE calendars (account VARCHAR, channel VARCHAR, calendar VARCHAR);

-- Opening hours as UTC spans; `before` is the open time in microseconds from the calendar's anchor to `opens_at`.
CREATE TABLE open_spans (calendar VARCHAR, opens_at TIMESTAMPTZ, closes_at TIMESTAMPTZ, "before" BIGINT);

-- From when to when the spans of a calendar are complete.
CREATE TABLE open_cover (calendar VARCHAR, covers_from TIMESTAMPTZ, covers_to TIMESTAMPTZ);

-- Each account's time zone, for every account that has a message.
CREATE TABLE zones (account VARCHAR, time_zone VARCHAR);
