-- Failed sign-ins count by address; an address from which somebody signed in stays known.
DROP TABLE login_attempts;
CREATE TABLE login_addresses (
    ip           TEXT PRIMARY KEY,
    failed       INTEGER NOT NULL,
    since        TIMESTAMPTZ NOT NULL,
    signed_in_at TIMESTAMPTZ
);
CREATE INDEX login_addresses_since ON login_addresses (since);

-- Sessions that ended before their time: one, or all of a person's but the one that is kept.
CREATE TABLE session_ends (
    id           TEXT PRIMARY KEY,
    session_id   TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    kept_session TEXT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_ends_expiry ON session_ends (expires_at);

-- What runs, each with the last sign of its life.
CREATE TABLE processes (
    id         TEXT PRIMARY KEY,
    part       TEXT NOT NULL,
    host       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    version    TEXT NOT NULL,
    problem    TEXT NOT NULL, -- what it waits for; empty while it works
    started_at TIMESTAMPTZ NOT NULL,
    seen_at    TIMESTAMPTZ NOT NULL
);

-- The last counted click of each visitor, so that repeated ones count once.
ALTER TABLE journey_links ADD COLUMN recent TEXT;

-- People whom a tenant lets post to the channels of its promo bot: invited by a link that counts once.
CREATE TABLE posters (
    id             TEXT PRIMARY KEY,
    tenant_id      TEXT NOT NULL,
    connection_id  TEXT NOT NULL,
    token          TEXT UNIQUE, -- of the link; NULL once it was opened
    user_id        BIGINT NOT NULL, -- Telegram's; 0 until the link was opened
    first_name     TEXT NOT NULL,
    last_name      TEXT NOT NULL,
    username       TEXT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    expires_at     TIMESTAMPTZ NOT NULL, -- the link does
    linked_at      TIMESTAMPTZ,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX posters_by_person ON posters (connection_id, user_id) WHERE user_id <> 0;
