-- Mail on its way out, and who is still to be told what. One SQL text for SQLite and PostgreSQL.

-- One message to one address. A letter's bytes are an attachment of its statement; a notice's lie here, and its row
-- goes once it is sent or given up. A letter's row stays, to tell its author how it went.
CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,  -- 128 random bits, in hexadecimal
    letter        TEXT UNIQUE,       -- the statement; a letter has one addressee
    member        TEXT NOT NULL,     -- the addressee
    address       TEXT NOT NULL,
    notice        BYTEA,             -- the whole message, where it is no letter
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
    created       BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,   -- begun so far
    next_at       BIGINT NOT NULL,   -- not before
    claim         TEXT NOT NULL,     -- by whom it is being sent, at random; only that one may say how it went
    claimed_until BIGINT NOT NULL,   -- who has not said by then is gone
    last_failure  TEXT,
    ended         BIGINT,            -- when it was sent or given up
    CHECK ((letter IS NULL) <> (notice IS NULL))
);
CREATE INDEX outbox_due ON outbox (state, next_at);

-- What a member is to be told of, once: each row is a thing, and all of one kind go into one notice.
CREATE TABLE notice_due (
    member TEXT NOT NULL,
    kind   TEXT NOT NULL,
    about  TEXT NOT NULL,            -- what the notice must tell apart, such as whose key it is; or nothing
    PRIMARY KEY (member, kind, about)
);

-- When a member was told last: of a kind, with nothing in `about`, and of each step before a key ends.
CREATE TABLE notice_told (
    member TEXT NOT NULL,
    kind   TEXT NOT NULL,
    about  TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (member, kind, about)
);
