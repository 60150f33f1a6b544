-- Lists are of one kind, such as the cases: who may see few of them reads few rows, however many there are. One SQL
-- text for SQLite and PostgreSQL.

ALTER TABLE shown ADD COLUMN kind TEXT NOT NULL DEFAULT '';  -- the statement's
UPDATE shown SET kind = (SELECT s.kind FROM statement s WHERE s.leaf = shown.leaf);
CREATE INDEX shown_of_kind ON shown (who, kind, leaf);
-- For who may see most of them.
CREATE INDEX statement_of_kind ON statement (kind, leaf);
