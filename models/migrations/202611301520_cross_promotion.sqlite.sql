-- What there is one of has a slot: a post of a day's programme, a message of a hype flow.
ALTER TABLE channel_posts ADD COLUMN slot TEXT NOT NULL DEFAULT '';
ALTER TABLE channel_posts ADD COLUMN manual INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel_posts ADD COLUMN until TEXT; -- when it is too late to send it
ALTER TABLE channel_posts ADD COLUMN buttons TEXT; -- JSON
ALTER TABLE channel_posts ADD COLUMN forward_chat INTEGER NOT NULL DEFAULT 0; -- the message that is forwarded instead of a text
ALTER TABLE channel_posts ADD COLUMN forward_message INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX channel_posts_slot ON channel_posts (tenant_id, slot) WHERE slot <> '';

CREATE TABLE cross_promo_settings (
    tenant_id  TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    settings   TEXT NOT NULL, -- JSON
    version    INTEGER NOT NULL,
    updated_at TEXT NOT NULL
);

-- Hype (X4): prompts say from which angle and in which style, flows how many messages, how often and when.
CREATE TABLE hype_prompts (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    angle      TEXT NOT NULL,
    style      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (tenant_id, name)
);
CREATE TABLE hype_flows (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    position   INTEGER NOT NULL, -- in the list
    enabled    INTEGER NOT NULL,
    terms      TEXT NOT NULL, -- JSON: prompts, messages, interval, delay, days
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (tenant_id, name)
);

-- How many a channel has, at most once a day: what promotion brings.
CREATE TABLE channel_members (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    chat_id   INTEGER NOT NULL,
    day       TEXT NOT NULL, -- in UTC
    members   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, chat_id, day)
);
