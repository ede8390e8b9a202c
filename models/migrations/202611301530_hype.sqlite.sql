-- The hype bot (X4): prompts say what messages are about, flows when they come after the call to action.
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
) STRICT;

CREATE TABLE hype_flows (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    position   INTEGER NOT NULL, -- in the tenant's list
    enabled    INTEGER NOT NULL,
    terms      TEXT NOT NULL,    -- JSON
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (tenant_id, name)
) STRICT;

-- The address under a post to a channel: /l/{id} leads there and counts.
CREATE TABLE post_links (
    id            TEXT PRIMARY KEY, -- 12 characters of base62
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    post_id       TEXT NOT NULL,
    url           TEXT NOT NULL,
    clicks        INTEGER NOT NULL,
    unique_clicks INTEGER NOT NULL,
    recent        TEXT NOT NULL,    -- JSON: the last counted click of each visitor of the last minutes
    created_at    TEXT NOT NULL,
    UNIQUE (tenant_id, post_id)
) STRICT;

-- How many members a channel has, once for each day on which something was posted there.
CREATE TABLE channel_members (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    chat_id   INTEGER NOT NULL,
    day       TEXT NOT NULL, -- of UTC, as 2006-01-02
    members   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, chat_id, day)
) STRICT;
