-- Takes back what the loads in `unloading` (load_id) brought, as if it had never been: what other loads hold as well stays in their name,
-- a version that it had outdone counts again, the rest goes.
-- Out: changed (message_id of what counts again), dropped_scopes (scope), removed (what went, as it stood).

-- Who else said the same: of several, the earliest takes the place.
CREATE OR REPLACE TEMP TABLE heirs AS
SELECT message_id, min(load_id) AS heir
FROM repeated
WHERE same_as IN (FROM unloading) AND load_id NOT IN (FROM unloading)
GROUP BY message_id;

DELETE FROM repeated WHERE load_id IN (FROM unloading);

UPDATE messages SET load_id = h.heir FROM heirs AS h WHERE messages.message_id = h.message_id AND messages.load_id IN (FROM unloading);

UPDATE versions SET load_id = h.heir FROM heirs AS h WHERE versions.message_id = h.message_id AND versions.load_id IN (FROM unloading);

DELETE FROM repeated WHERE same_as IN (FROM unloading)
    AND EXISTS (SELECT 1 FROM heirs AS h WHERE h.message_id = repeated.message_id AND h.heir = repeated.load_id);

UPDATE repeated SET same_as = h.heir FROM heirs AS h WHERE repeated.message_id = h.message_id AND repeated.same_as IN (FROM unloading);

DELETE FROM versions WHERE load_id IN (FROM unloading);

CREATE OR REPLACE TEMP TABLE removed AS SELECT * FROM messages WHERE load_id IN (FROM unloading);

CREATE OR REPLACE TEMP TABLE dropped_scopes AS
SELECT DISTINCT s.scope FROM scopes AS s SEMI JOIN removed AS r ON r.message_id = s.message_id;

DELETE FROM messages WHERE load_id IN (FROM unloading);

-- Of the versions that are left, the latest edit counts, else the one that was loaded last.
CREATE OR REPLACE TEMP TABLE restored AS
SELECT v.*
FROM versions AS v
SEMI JOIN removed AS r ON r.message_id = v.message_id
QUALIFY row_number() OVER (PARTITION BY v.message_id ORDER BY v.edited_at DESC NULLS LAST, v.load_id DESC) = 1;

DELETE FROM versions WHERE EXISTS (
    SELECT 1 FROM restored AS r WHERE r.message_id = versions.message_id AND r.load_id = versions.load_id
);

INSERT INTO messages SELECT * FROM restored;

CREATE OR REPLACE TEMP TABLE changed AS SELECT message_id FROM restored;

-- What went has no place any more; what counts again gets its place anew.
DELETE FROM scopes WHERE message_id IN (SELECT message_id FROM removed);
