-- Who owns a user account now. fence rises with each owner, and every write of an owner names its own.
CREATE TABLE account_leases (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    owner         TEXT NOT NULL,   -- empty when it was given back
    fence         BIGINT NOT NULL,
    expires       BIGINT NOT NULL, -- microseconds since 1970, by the database's clock
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

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
    shown_until   TIMESTAMPTZ,
    problem       TEXT,
    version       BIGINT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX account_logins_by_end ON account_logins (tenant_id, expires_at);

-- The key by which Telegram knows the account, sealed.
CREATE TABLE account_sessions (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    signed_in     BOOLEAN NOT NULL, -- false while a sign-in with it is on its way
    updated_at    TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

-- Access hashes belong to one account: without one it can't write to a person.
CREATE TABLE account_peers (
    connection_id TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('user', 'channel')),
    peer_id       BIGINT NOT NULL,
    tenant_id     TEXT NOT NULL,
    access_hash   BIGINT NOT NULL,
    PRIMARY KEY (connection_id, kind, peer_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

-- Up to where an account's updates were taken in.
CREATE TABLE account_states (
    connection_id TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    pts           BIGINT NOT NULL,
    qts           BIGINT NOT NULL,
    date          BIGINT NOT NULL,
    seq           BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE account_channels (
    connection_id TEXT NOT NULL,
    channel_id    BIGINT NOT NULL,
    tenant_id     TEXT NOT NULL,
    pts           BIGINT NOT NULL,
    PRIMARY KEY (connection_id, channel_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
