-- Customer Support on Twitter, CSV to staging Parquet in one pass.
-- Takes only files in which every row is sound: the first one that is not raises an error, and
-- the patient reader takes the whole file instead. Both readers give the same messages, but for
-- `line`, which is not known here.
COPY (
    WITH source AS (
        SELECT * FROM read_csv(
            $path,
            columns = $columns,
            delim = $delimiter,
            header = true,
            quote = '"',
            escape = '"',
            strict_mode = true,
            auto_detect = false,
            compression = 'none'
        )
        -- A spreadsheet may have saved a million rows without content.
        WHERE NOT (
            tweet_id IS NULL AND author_id IS NULL AND inbound IS NULL
            AND created_at IS NULL AND text IS NULL AND in_response_to_tweet_id IS NULL
        )
    ),

    -- Ids that went through a column with gaps were saved as 848.0.
    trimmed AS (
        SELECT
            CASE WHEN ends_with(tweet_id, '.0') THEN tweet_id[:-3] ELSE tweet_id END AS tweet,
            CASE
                WHEN ends_with(in_response_to_tweet_id, '.0') THEN in_response_to_tweet_id[:-3]
                ELSE in_response_to_tweet_id
            END AS parent,
            CASE
                WHEN starts_with(author_id, ' ') OR ends_with(author_id, ' ') THEN trim(author_id)
                ELSE author_id
            END AS author,
            CASE lower(inbound)
                WHEN 'true' THEN 'customer'
                WHEN 'false' THEN 'agent'
                WHEN '1' THEN 'customer'
                WHEN '0' THEN 'agent'
            END AS author_role,
            coalesce(
                try_strptime(created_at, '%a %b %d %H:%M:%S %z %Y'),
                CASE
                    WHEN regexp_full_match(created_at, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)')
                        THEN try_cast(created_at AS TIMESTAMPTZ)
                END
            ) AS sent,
            CASE
                WHEN contains(text, $carriage_return) THEN replace(text, $carriage_return, chr(13))
                ELSE text
            END AS content
        FROM source
    ),

    sound AS (
        SELECT
            tweet,
            parent,
            author,
            author_role,
            content,
            CASE
                WHEN regexp_full_match(tweet, '[0-9]+')
                    AND (parent IS NULL OR regexp_full_match(parent, '[0-9]+'))
                    AND author <> '' AND NOT ends_with(author, '.0')
                    AND author_role IS NOT NULL
                    AND sent BETWEEN $earliest AND $latest
                    THEN sent
                ELSE error('a row that needs the patient reader')
            END AS sent
        FROM trimmed
    )

    SELECT
        'x' AS platform,
        '' AS "namespace",
        tweet AS message_key,
        CASE author_role WHEN 'agent' THEN author END AS account,
        'X mentions' AS channel,
        CAST(NULL AS VARCHAR) AS thread_key,
        nullif(parent, tweet) AS reply_to_key,
        author AS author_key,
        CAST(NULL AS VARCHAR) AS author_name,
        author_role AS "role",
        'public' AS visibility,
        sent AS sent_at,
        CAST(NULL AS TIMESTAMPTZ) AS edited_at,
        CAST(NULL AS VARCHAR) AS event,
        content AS text,
        CAST(NULL AS BIGINT) AS line
    FROM sound
) TO $staging (
    FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 60000, DICTIONARY_SIZE_LIMIT 1000
)
