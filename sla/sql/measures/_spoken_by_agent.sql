-- What customers and agents said that both can see, message by message: as _spoken.sql, with who said it.
{said}, spoken AS NOT MATERIALIZED (
    SELECT *, CASE WHEN role = 'customer' THEN 1 ELSE 0 END AS messages_in, CASE WHEN chaser THEN 1 ELSE 0 END AS chasers,
        CASE WHEN role = 'agent' THEN 1 ELSE 0 END AS replies_out
    FROM said
)
