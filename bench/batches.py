"""Makes what comes to a store that is there: messages at its newest end, or anywhere in its time.

Seven of ten are new conversations of the systems that the store knows, the others answer customers' messages that lie in it.
"""

from pathlib import Path
from typing import Literal

import duckdb

from bench import grown

Kind = Literal["newest", "anywhere"]
# Conversations of no database made by `bench.grown`, and numbers for the keys of answers, far above those of conversations.
FIRST, KEYS = 10_000_000, 1_700_000_000_000_000_000
# The newest end: so many messages are the latest, and new conversations begin within so many hours after them.
LATEST, HOURS = 20_000, 6

_ANSWERED = {
    "newest": f"FROM store.messages WHERE role = 'customer' ORDER BY sent_at DESC LIMIT {LATEST}",
    "anywhere": "FROM store.messages WHERE role = 'customer'",
}
_BATCH = """
    COPY (
        WITH systems AS (
            SELECT list(namespace ORDER BY namespace) AS names FROM (SELECT DISTINCT namespace FROM store.handles)
        ), fresh AS (
            SELECT m.* REPLACE (names[1 + (line // 64) % len(names)] AS namespace),
                min(sent_at) OVER (PARTITION BY line // 64) AS began_at, line // 64 AS chat
            FROM read_parquet($fresh) AS m, systems
        ), moved AS (
            SELECT * EXCLUDE (began_at, chat) REPLACE (
                CASE WHEN $newest THEN sent_at + (getvariable('latest')
                    + CAST(($number + chance(chat, 'moved')) * $seconds AS BIGINT) * INTERVAL 1 SECOND - began_at) ELSE sent_at END AS sent_at
            )
            FROM fresh
        ), answers AS (
            SELECT platform, namespace, CAST($keys + place AS VARCHAR) AS message_key, account, channel, thread_key,
                CASE WHEN platform = 'x' THEN message_key END AS reply_to_key,
                CASE WHEN platform = 'zendesk' THEN 'AA' ELSE account END AS author_key, CAST(NULL AS VARCHAR) AS author_name,
                'agent' AS role, visibility,
                CASE WHEN $newest THEN getvariable('latest') + CAST($number * $seconds AS BIGINT) * INTERVAL 1 SECOND ELSE sent_at END
                    + CAST(600 + chance(place, 'answered') * 7200 AS BIGINT) * INTERVAL 1 SECOND AS sent_at,
                CAST(NULL AS TIMESTAMPTZ) AS edited_at, CAST(NULL AS VARCHAR) AS event,
                'This is on its way to the team now, please bear with us until tomorrow.' || CASE WHEN platform <> 'zendesk' THEN ' ^AA' ELSE '' END AS text,
                place AS line
            FROM answered
        )
        SELECT * FROM moved UNION ALL BY NAME SELECT * FROM answers ORDER BY sent_at, message_key
    ) TO $path (FORMAT parquet)
"""


def write(db: Path, path: Path, kind: Kind, number: int, messages: int) -> None:
    """Write about so many messages as staging Parquet; another `number` means others, and later ones at the newest end.

    The database is only read. Numbers count from 0, for each kind.
    """
    fresh, answers = path.with_suffix(".fresh"), messages * 3 // 10
    first = FIRST * (1 + 2 * number + (kind == "anywhere"))
    grown.write_messages(fresh, first, first + round((messages - answers) / grown.PER_CONVERSATION))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # Else it keeps what it read of a large database, and the machine has other work.
        connection.execute("SET memory_limit = '2GB'")
        connection.execute(f"ATTACH '{db}' AS store (READ_ONLY)")
        connection.execute("SET VARIABLE latest = (SELECT max(sent_at) FROM store.messages)")
        connection.execute(
            f"CREATE MACRO chance(place, salt) AS hash(place, salt, {first}) / 18446744073709551616.0"
        )
        # Chosen by their numbers alone: the texts of all need not be looked at.
        connection.execute(
            f"CREATE TABLE chosen AS SELECT message_id FROM (SELECT message_id {_ANSWERED[kind]}) ORDER BY hash(message_id, $1) LIMIT $2",  # noqa: S608
            [first, answers],
        )
        connection.execute(
            "CREATE TABLE answered AS SELECT m.*, row_number() OVER (ORDER BY message_id) AS place"
            " FROM store.messages AS m JOIN chosen USING (message_id)"
        )
        values = {
            "fresh": str(fresh), "path": str(path), "newest": kind == "newest", "number": number,
            "seconds": HOURS * 3600, "keys": KEYS + first * 1_000_000,
        }  # fmt: skip
        connection.execute(_BATCH, values)
    fresh.unlink()
