-- Who owns a user account now. fence rises with each owner, and every write of an owner names its own.
CREATE TABLE account_leases (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    owner         TEXT NOT NULL,   -- empty when it was given back
    fence         INTEGER NOT NULL,
    expires       INTEGER NOT NULL, -- microseconds since 1970, by the database's clock
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- A sign-in on its way, or how the last one ended. What a person gave is sealed, and gone once taken.
CREATE TABLE account_logins (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    method        TEXT NOT NULL CHECK (method IN ('phone', 'qr', 'telethon', 'sign_out')),
    state         TEXT NOT NULL CHECK (state IN ('starting', 'code_needed', 'password_needed', 'qr', 'signed_in', 'failed')),
    step          TEXT NOT NULL,   -- what the owner has to do next; empty when nothing
    sealed        TEXT NOT NULL,   -- what it needs for that: a phone number, a code, a password, a session
    progress      TEXT NOT NULL,   -- sealed: what a later step needs of an earlier one
    shown         TEXT NOT NULL,   -- sealed: the address in the QR code
    shown_until   TEXT,
    problem       TEXT,
    version       INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    expires_at    TEXT NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX account_logins_by_end ON account_logins (tenant_id, expires_at);

-- The key by which Telegram knows the account, sealed.
CREATE TABLE account_sessions (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    signed_in     INTEGER NOT NULL, -- false while a sign-in with it is on its way
    updated_at    TEXT NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- Access hashes belong to one account: without one it can't write to a person.
CREATE TABLE account_peers (
    connection_id TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('user', 'channel')),
    peer_id       INTEGER NOT NULL,
    tenant_id     TEXT NOT NULL,
    access_hash   INTEGER NOT NULL,
    PRIMARY KEY (connection_id, kind, peer_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- Up to where an account's updates were taken in.
CREATE TABLE account_states (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    pts           INTEGER NOT NULL,
    qts           INTEGER NOT NULL,
    date          INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE account_channels (
    connection_id TEXT NOT NULL,
    channel_id    INTEGER NOT NULL,
    tenant_id     TEXT NOT NULL,
    pts           INTEGER NOT NULL,
    PRIMARY KEY (connection_id, channel_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
) STRICT;
