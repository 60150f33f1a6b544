-- The journal, the statements in it, and what they carry. One SQL text for SQLite and PostgreSQL.
-- Every deed begins by updating the one row of journal: that row is the lock, and gives leaves their index.

CREATE TABLE journal (
    id        BIGINT PRIMARY KEY,
    size      BIGINT NOT NULL
);
INSERT INTO journal (id, size) VALUES (1, 0);

-- A leaf's event and its salt go when it is erased; its halves stay, so that the tree stands.
CREATE TABLE leaf (
    leaf       BIGINT PRIMARY KEY,
    scope      TEXT NOT NULL,
    scope_salt BYTEA NOT NULL,
    event_half BYTEA NOT NULL,
    event_salt BYTEA,
    event      TEXT
);
CREATE INDEX leaf_of_scope ON leaf (scope, leaf);

-- The complete subtrees of the tree, RFC 6962; level 0 are the leaf hashes.
CREATE TABLE node (
    level BIGINT NOT NULL,
    place BIGINT NOT NULL,
    hash  BYTEA NOT NULL,
    PRIMARY KEY (level, place)
);

-- A statement as it was signed. Its scope is the number of its case, or `house`.
CREATE TABLE statement (
    leaf      BIGINT PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    kind      TEXT NOT NULL,
    scope     TEXT NOT NULL,
    signer    TEXT NOT NULL,
    at        TEXT NOT NULL,
    text      TEXT NOT NULL,
    signature BYTEA NOT NULL
);
CREATE INDEX statement_of_scope ON statement (scope, leaf);

-- Who may see a statement: `all`, a partner, a member, or a vault, which stands for its present holders.
CREATE TABLE shown (
    who       TEXT NOT NULL,
    scope     TEXT NOT NULL,
    leaf      BIGINT NOT NULL,
    PRIMARY KEY (who, scope, leaf)
);
CREATE INDEX shown_of_leaf ON shown (leaf);

-- Who holds which vault in its present generation, with which key, and the blob with its secret, sealed to them.
-- A holder whose key was replaced holds it no more.
CREATE TABLE holder (
    vault      TEXT NOT NULL,
    generation BIGINT NOT NULL,
    member     TEXT NOT NULL,
    key        TEXT NOT NULL,
    secret     TEXT NOT NULL,
    PRIMARY KEY (vault, member)
);
CREATE INDEX holder_of_member ON holder (member);

-- Attachments that are neither sealed parts nor headers: certs, vault secrets, re-keyed sets, bundles.
CREATE TABLE attachment (
    digest    TEXT PRIMARY KEY,
    statement TEXT NOT NULL,
    bytes     BYTEA NOT NULL
);
CREATE INDEX attachment_of_statement ON attachment (statement);

-- The sealed parts of statements. Small ones lie here, an item's body is an upload.
CREATE TABLE sealed_part (
    statement TEXT NOT NULL,
    part      TEXT NOT NULL,
    scope     TEXT NOT NULL,
    digest    TEXT NOT NULL,
    length    BIGINT NOT NULL,
    payload   BYTEA,
    upload    TEXT,
    PRIMARY KEY (statement, part)
);

-- A header: the file key of a part, wrapped to one reader (`vlt_…/3` or `mem_…`).
CREATE TABLE header (
    statement TEXT NOT NULL,
    part      TEXT NOT NULL,
    reader    TEXT NOT NULL,
    bytes     BYTEA NOT NULL,
    PRIMARY KEY (statement, part, reader)
);
CREATE INDEX header_of_reader ON header (reader);

-- When it was last recorded that a member opened an item, or was refused it: the same is not recorded again at once.
CREATE TABLE recorded (
    member    TEXT NOT NULL,
    about     TEXT NOT NULL,
    outcome   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (member, about, outcome)
);

-- By which ids a member's newest bundle, and the one before it, can be fetched: digests only. An id is one member's.
CREATE TABLE bundle_fetch (
    fetch_id  TEXT NOT NULL,
    member    TEXT NOT NULL,
    number    BIGINT NOT NULL,
    bundle    TEXT NOT NULL,
    statement TEXT NOT NULL,
    PRIMARY KEY (fetch_id, number)
);
CREATE INDEX bundle_of_member ON bundle_fetch (member, number);

-- A session is for reading only. The token itself is with the client; here is its digest. The key is the one that
-- signed the login: the session is that key's, not its member's.
CREATE TABLE session (
    id      TEXT PRIMARY KEY,
    token   TEXT NOT NULL UNIQUE,
    member  TEXT NOT NULL,
    key     TEXT NOT NULL,
    begun   BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    until   BIGINT NOT NULL
);
CREATE INDEX session_of_member ON session (member);

-- Nonces that a login used, until they are not good any more.
CREATE TABLE nonce (
    nonce TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);
