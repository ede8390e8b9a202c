-- The hype bot (X4): prompts say what messages are about, flows when they come after the call to action.
CREATE TABLE hype_prompts (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    angle      TEXT NOT NULL,
    style      TEXT NOT NULL,
    version    BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE hype_flows (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    position   BIGINT NOT NULL, -- in the tenant's list
    enabled    BOOLEAN NOT NULL,
    terms      TEXT NOT NULL,    -- JSON
    version    BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, name)
);

-- The address under a post to a channel: /l/{id} leads there and counts.
CREATE TABLE post_links (
    id            TEXT PRIMARY KEY, -- 12 characters of base62
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    post_id       TEXT NOT NULL,
    url           TEXT NOT NULL,
    clicks        BIGINT NOT NULL,
    unique_clicks BIGINT NOT NULL,
    recent        TEXT NOT NULL,    -- JSON: the last counted click of each visitor of the last minutes
    created_at    TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, post_id)
);

-- How many members a channel has, once for each day on which something was posted there.
CREATE TABLE channel_members (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    chat_id   BIGINT NOT NULL,
    day       TEXT NOT NULL, -- of UTC, as 2006-01-02
    members   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, chat_id, day)
);
