-- Where a tenant's bots and account are; their credentials are sealed.
CREATE TABLE connections (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL CHECK (kind IN ('promo_bot', 'signal_bot', 'user_account')),
    sealed        TEXT NOT NULL,   -- credentials as JSON under the ring; empty when there are none
    hook          TEXT NOT NULL,   -- last part of its webhook's address
    account_id    BIGINT NOT NULL, -- Telegram's id of the bot or the person; 0 until known
    username      TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    channels      TEXT NOT NULL,
    checks        TEXT NOT NULL,   -- how the last test went
    state         TEXT NOT NULL CHECK (state IN ('untested', 'working', 'broken', 'signed_out')),
    problem       TEXT,
    registered    TEXT NOT NULL,   -- webhook address that Telegram was told
    checked_at    TIMESTAMPTZ,
    last_seen_at  TIMESTAMPTZ,
    version       BIGINT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, kind),
    UNIQUE (tenant_id, id),
    UNIQUE (hook)
);
-- One bot has one poller or one webhook, so it belongs to one connection.
CREATE UNIQUE INDEX connections_by_account ON connections (account_id) WHERE account_id <> 0;

CREATE TABLE subscribers (
    id             TEXT PRIMARY KEY,
    tenant_id      TEXT NOT NULL,
    connection_id  TEXT NOT NULL,
    user_id        BIGINT NOT NULL, -- Telegram's
    first_name     TEXT NOT NULL,
    last_name      TEXT NOT NULL,
    username       TEXT NOT NULL,
    language       TEXT NOT NULL,
    search_text    TEXT NOT NULL,
    source         TEXT NOT NULL,   -- payload of the deep link that brought them
    tags           TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('active', 'blocked', 'unsubscribed')),
    state_at       BIGINT NOT NULL, -- Telegram's time of what made it so, in seconds, and the
    state_update   BIGINT NOT NULL, -- update's id: updates may come late or twice
    version        BIGINT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL,
    last_seen_at   TIMESTAMPTZ NOT NULL,
    blocked_at     TIMESTAMPTZ,
    UNIQUE (connection_id, user_id),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX subscribers_recent ON subscribers (tenant_id, last_seen_at, id);

CREATE TABLE subscriber_settings (
    tenant_id      TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    retention_days BIGINT NOT NULL, -- of people who were not seen for as long; 0 keeps them
    version        BIGINT NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL
);

-- A conversation of one person with one flow. last_seq counts the messages that came in for it.
CREATE TABLE conversations (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    user_id       BIGINT NOT NULL,
    flow          TEXT NOT NULL,
    open          BOOLEAN NOT NULL,
    last_seq      BIGINT NOT NULL,
    handled_seq   BIGINT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    UNIQUE (connection_id, user_id, flow),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

-- Updates that came in, for 48 hours: each counts once.
CREATE TABLE inbound (
    connection_id TEXT NOT NULL,
    update_id     BIGINT NOT NULL, -- of a user account: the message's id in its chat, folded
    tenant_id     TEXT NOT NULL,
    user_id       BIGINT NOT NULL,
    kind          TEXT NOT NULL,
    route         TEXT NOT NULL, -- which flow it went to, or why to none
    seq           BIGINT NOT NULL, -- its place in that flow's conversation; 0 without one
    payload       TEXT NOT NULL,
    received_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (connection_id, update_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX inbound_by_conversation ON inbound (connection_id, user_id, route, seq);
CREATE INDEX inbound_by_time ON inbound (tenant_id, received_at);

CREATE TABLE deliveries (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    key           TEXT NOT NULL, -- made by the flow: the same effect has the same key
    connection_id TEXT NOT NULL,
    chat_id       BIGINT NOT NULL,
    method        TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sending', 'sent', 'failed', 'unknown')),
    attempt       BIGINT NOT NULL,
    claim         TEXT NOT NULL,
    lease_until   TIMESTAMPTZ,
    resent        BOOLEAN NOT NULL, -- a call was in flight when its process died, and was made again
    random_id     BIGINT NOT NULL,  -- of user accounts, whose calls are exact by it
    message_id    BIGINT NOT NULL,
    result        TEXT NOT NULL,    -- what else the answer said
    content       TEXT NOT NULL,    -- what is to be sent, for those that a person may send again
    problem       TEXT,
    version       BIGINT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    sent_at       TIMESTAMPTZ,
    UNIQUE (tenant_id, key),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX deliveries_recent ON deliveries (tenant_id, created_at, id);
CREATE INDEX deliveries_by_chat ON deliveries (connection_id, chat_id, created_at);

-- GCRA: the theoretical arrival time of the next send, in microseconds since 1970.
CREATE TABLE send_rates (
    connection_id TEXT NOT NULL,
    chat_id       BIGINT NOT NULL, -- 0 is the bot as a whole
    tenant_id     TEXT NOT NULL,
    tat           BIGINT NOT NULL,
    paused_until  BIGINT NOT NULL,
    PRIMARY KEY (connection_id, chat_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

-- Files that a bot has uploaded already, by what is in them.
CREATE TABLE telegram_files (
    connection_id TEXT NOT NULL,
    content       TEXT NOT NULL,
    tenant_id     TEXT NOT NULL,
    file_id       TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (connection_id, content),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE generations (
    id          TEXT PRIMARY KEY,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    source      TEXT NOT NULL, -- web, api, bot, bulk, link, cli
    actor       TEXT NOT NULL, -- who asked: a subscriber's id, or empty
    template_id TEXT NOT NULL,
    version_id  TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('made', 'coupon_invalid', 'coupon_unavailable', 'failed')),
    images      BIGINT NOT NULL,
    took_us     BIGINT NOT NULL, -- of rendering; 0 when it was in the cache
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX generations_by_time ON generations (tenant_id, created_at, id);

-- What was made from the environment at the first start: it is not made again once a person has
-- removed it.
CREATE TABLE seeds (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
