-- Derived columns that came later; the model, which has changed with them, fills them by itself.
ALTER TABLE placed ADD COLUMN chaser BOOLEAN;
ALTER TABLE waits ADD COLUMN visibility VARCHAR;
