-- Rows of a message log, in `written` as they stand in the file, as messages; log_rows.py says the same
-- row by row. A row about which the two might differ raises an error: "careful" where trimming and
-- the exact types of values settle it, "patient" where the other reader has to take the file.
, filled AS (
    SELECT
        nullif(platform, '') AS platform,
        nullif("namespace", '') AS "namespace",
        nullif(message_key, '') AS message_key,
        nullif(account, '') AS account,
        nullif(channel, '') AS channel,
        nullif(thread_key, '') AS thread_key,
        nullif(reply_to_key, '') AS reply_to_key,
        nullif(author_key, '') AS author_key,
        nullif(author_name, '') AS author_name,
        nullif("role", '') AS "role",
        nullif(visibility, '') AS visibility,
        nullif(sent_at, '') AS sent_at,
        known_sent_at,
        nullif(edited_at, '') AS edited_at,
        known_edited_at,
        nullif(event, '') AS event,
        nullif(CASE WHEN contains(text, chr(0)) THEN replace(text, chr(0), '') ELSE text END, '') AS text
    FROM written
),

-- A row without any content is no row; its place still counts.
sound AS (
    SELECT
        * REPLACE (
            CASE
                WHEN "role" IN ('customer', 'agent', 'bot', 'system') THEN "role"
                WHEN strlen("role") = strlen(lower("role")) THEN lower("role")
                ELSE "role"
            END AS "role",
            CASE
                WHEN visibility IS NULL THEN 'public'
                WHEN strlen(visibility) = strlen(lower(visibility)) THEN lower(visibility)
                ELSE visibility
            END AS visibility,
            CASE WHEN strlen(event) = strlen(lower(event)) THEN lower(event) ELSE event END AS event,
            coalesce(known_sent_at, instant(sent_at)) AS sent_at,
            coalesce(known_edited_at, instant(edited_at)) AS edited_at
        ),
        filled.edited_at IS NOT NULL OR filled.known_edited_at IS NOT NULL AS is_edited,
        message_key IS NULL AS keyless,
        $blank AND coalesce(
            platform, "namespace", message_key, account, channel, thread_key, reply_to_key, author_key,
            author_name, "role", visibility, filled.sent_at, filled.edited_at, event, text
        ) IS NULL AND known_sent_at IS NULL AND known_edited_at IS NULL AS blank,
        $rough <> '' AND regexp_matches(
            chr(1) || concat_ws(
                chr(1), platform, "namespace", message_key, account, channel, thread_key, reply_to_key,
                author_key, author_name, "role", visibility, filled.sent_at, filled.edited_at, event
            ) || chr(1),
            $rough
        ) AS is_rough
    FROM filled
),

checked AS (
    SELECT
        * REPLACE (
            CASE
                WHEN blank THEN NULL
                WHEN is_rough THEN error('careful')
                WHEN "role" IN ('customer', 'agent', 'bot', 'system')
                    AND (account IS NOT NULL OR "role" = 'customer')
                    AND (NOT keyless OR thread_key IS NOT NULL OR author_key IS NOT NULL)
                    AND visibility IN ('public', 'private', 'internal')
                    AND (event IS NULL OR (event IN ('closed', 'reopened', 'polled') AND "role" = 'system'))
                    AND sent_at BETWEEN $earliest AND $latest
                    AND (
                        NOT is_edited
                        OR edited_at BETWEEN $earliest AND $latest
                    )
                    THEN "role"
                ELSE error('patient')
            END AS "role"
        )
    FROM sound
)

SELECT
    coalesce(platform, $platform) AS platform,
    coalesce("namespace", '') AS "namespace",
    CASE
        WHEN blank THEN ''
        WHEN keyless THEN $made || sha1(
            '[' || in_json(coalesce(platform, $platform)) || ',' || in_json(coalesce("namespace", ''))
            || ',' || in_json(account) || ',' || in_json(channel) || ',' || in_json(thread_key)
            || ',' || in_json(author_key) || ',' || in_json("role") || ',"' || in_iso(sent_at)
            || '",' || in_json(text) || ']'
        )
        ELSE message_key
    END AS message_key,
    account,
    channel,
    thread_key,
    CASE WHEN reply_to_key IS DISTINCT FROM message_key THEN reply_to_key END AS reply_to_key,
    author_key,
    author_name,
    "role",
    visibility,
    coalesce(sent_at, TIMESTAMPTZ '1970-01-01 00:00:00Z') AS sent_at,
    edited_at,
    event,
    text,
    (keyless OR (strlen(message_key) >= 32 AND regexp_full_match(message_key, $random))) AND NOT blank AS loose,
    CASE
        WHEN $breaks_count AND contains(text, chr(10))
            THEN strlen(text) - strlen(replace(text, chr(10), ''))
        ELSE 0
    END AS breaks
FROM checked
