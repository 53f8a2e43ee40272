-- The shapes of time that DuckDB and Python read alike: ISO 8601 with an offset, and epoch.
-- NULL for every other shape, whatever it may mean.
CREATE TEMP MACRO instant(t) AS CASE
    WHEN regexp_full_match(
        t,
        '[12]\d{3}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.(\d{3}|\d{6}))?(Z|[+-](0\d|1[0-4]):[0-5]\d)'
    ) THEN try_cast(t AS TIMESTAMPTZ)
    WHEN regexp_full_match(t, '[0-9]{9,11}') THEN make_timestamptz(CAST(t AS BIGINT) * 1000000)
    WHEN regexp_full_match(t, '[0-9]{12,14}') THEN make_timestamptz(CAST(t AS BIGINT) * 1000)
END;

-- A value, NULL where a word stands for nothing.
CREATE TEMP MACRO given(v, nothing) AS CASE WHEN NOT list_contains(nothing, v) THEN v END;

-- A key that was saved with a fraction as the whole number that it was.
CREATE TEMP MACRO whole_number(v) AS CASE WHEN regexp_full_match(v, '[0-9]+\.0') THEN v[:-3] ELSE v END;

-- A value of a JSON file as the text that it has in the file, unescaped where it is a string.
CREATE TEMP MACRO plain(v) AS CASE
    WHEN starts_with(v, '"') THEN v ->> '$'
    WHEN v IS NULL OR v = 'null' THEN NULL
    WHEN regexp_full_match(v, '-?[0-9]+|true|false') THEN CAST(v AS VARCHAR)
    ELSE error('patient: a fraction, or a value inside a value')
END;

-- One character as Python writes it into JSON that is all ASCII.
CREATE TEMP MACRO escaped(c) AS CASE
    WHEN c = '"' THEN '\"'
    WHEN c = '\' THEN '\\'
    WHEN c = chr(8) THEN '\b'
    WHEN c = chr(9) THEN '\t'
    WHEN c = chr(10) THEN '\n'
    WHEN c = chr(12) THEN '\f'
    WHEN c = chr(13) THEN '\r'
    WHEN unicode(c) BETWEEN 32 AND 126 THEN c
    WHEN unicode(c) <= 65535 THEN format('\u{:04x}', unicode(c))
    ELSE format(
        '\u{:04x}\u{:04x}',
        55296 + ((unicode(c) - 65536) >> 10),
        56320 + ((unicode(c) - 65536) & 1023)
    )
END;

CREATE TEMP MACRO in_json(t) AS CASE
    WHEN t IS NULL THEN 'null'
    WHEN regexp_full_match(t, '[ !#-\[\]-~]*') THEN '"' || t || '"'
    ELSE '"' || array_to_string(list_transform(string_split(t, ''), lambda c: escaped(c)), '') || '"'
END;

-- An instant as Python's isoformat writes it.
CREATE TEMP MACRO in_iso(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S') || CASE
    WHEN epoch_us(t) % 1000000 = 0 THEN '+00:00'
    ELSE strftime(t, '.%f+00:00')
END;
