-- A ledger from before channels had banners of their own: every row speaks of a whole account.
ALTER TABLE ledger ADD COLUMN channel VARCHAR;
