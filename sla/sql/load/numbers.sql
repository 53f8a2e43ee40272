-- What keys and scopes are looked for by: a number for each, so that what is stored is not read letter by letter. Two may have the same
-- number: whoever finds one holds the names themselves together. Numbers that count up keep their order, as messages lie in the order in which they
-- came: what is new is then not looked for in what is old. Names that are no numbers are below zero, so that nobody looks for them among numbers.
CREATE OR REPLACE TEMP MACRO hashed(name) AS -1 - CAST(md5_number_upper(name) >> 4 AS BIGINT);
CREATE OR REPLACE TEMP MACRO numbered(name, digits) AS CASE
    WHEN regexp_full_match(digits, '[0-9]{1,18}|[0-8][0-9]{18}') THEN CAST(digits AS BIGINT) ELSE hashed(name)
END;
CREATE OR REPLACE TEMP MACRO number_of(name) AS numbered(name, name);
-- A scope is numbered by its last part, the key of a thread or of the top of a tree, where that is a number.
CREATE OR REPLACE TEMP MACRO last_part(name) AS CASE WHEN contains(name, '|') THEN regexp_replace(name, '[^|]*\|', '', 'g') ELSE name END;
CREATE OR REPLACE TEMP MACRO scope_number(scope) AS numbered(scope, last_part(scope));
-- The same where that key is at hand.
CREATE OR REPLACE TEMP MACRO scope_number_by(scope, key) AS numbered(scope, last_part(key));
-- The scope of the tree below a message.
CREATE OR REPLACE TEMP MACRO tree_scope(platform, namespace, key) AS concat('tree|', platform, '|', namespace, '|', key);
