-- One text for SQLite and PostgreSQL: TEXT, BIGINT (seconds since 1970, bytes, counts), BYTEA.

-- A body on its way in, and once claimed by a statement, where it lies.
CREATE TABLE upload (
    id TEXT NOT NULL PRIMARY KEY,   -- 128 random bits, in hexadecimal
    member TEXT NOT NULL,           -- who made it; nobody else sees it before it is claimed
    length BIGINT NOT NULL,         -- of the whole, in bytes
    received BIGINT NOT NULL,       -- of it, in whole parts
    state TEXT NOT NULL CHECK (state IN ('open', 'whole', 'claimed', 'gone')),
    digest TEXT,                    -- the payload's, once whole: RFC 6962 root over its parts
    created BIGINT NOT NULL,
    touched BIGINT NOT NULL         -- when its last part came
);
CREATE INDEX upload_by_member ON upload (member, state, digest);
CREATE INDEX upload_by_state ON upload (state, touched);

-- One part of 8 MiB (the last may be shorter), which is one object. The row comes first, as 'pending'; then the
-- object; then the row is 'whole'. Two that were sent at once have a row each, and one of them becomes whole.
CREATE TABLE part (
    object TEXT NOT NULL PRIMARY KEY,   -- a random name, never derived
    upload TEXT NOT NULL REFERENCES upload (id),
    number BIGINT NOT NULL,             -- from 0
    leaf TEXT NOT NULL,                 -- RFC 6962 leaf hash of its bytes
    length BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'whole')),
    created BIGINT NOT NULL
);
CREATE UNIQUE INDEX part_once ON part (upload, number) WHERE state = 'whole';
CREATE INDEX part_by_upload ON part (upload);
CREATE INDEX part_by_state ON part (state, created);
