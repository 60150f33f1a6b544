-- What one member put on record in a day is counted; and a vault's generation is found by the statement that made it,
-- whoever brought its secret before. One SQL text for SQLite and PostgreSQL.

CREATE INDEX statement_of_signer ON statement (signer, at);

ALTER TABLE holder ADD COLUMN statement TEXT NOT NULL DEFAULT '';  -- the generation's
UPDATE holder SET statement = COALESCE((SELECT a.statement FROM attachment a WHERE a.digest = holder.secret), '');
