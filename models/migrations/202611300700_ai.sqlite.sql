-- AI-written messages (F7): whether a tenant wants them, how many a day, in which voice.
CREATE TABLE ai_settings (
    tenant_id    TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    enabled      INTEGER NOT NULL,
    daily_budget INTEGER NOT NULL, -- messages that a model may write in a day of UTC
    voice        TEXT NOT NULL,   -- how it should sound; empty is plain
    version      INTEGER NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;

-- What became of a day's messages. used is what counts against the budget.
CREATE TABLE ai_usage (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    day         TEXT NOT NULL,   -- of UTC, as 2006-01-02
    used        INTEGER NOT NULL CHECK (used >= 0),
    written     INTEGER NOT NULL, -- went out as the model wrote them
    refused     INTEGER NOT NULL, -- said what was not so, or nothing
    failed      INTEGER NOT NULL, -- the model was late, away or did not want to
    tokens      INTEGER NOT NULL,
    last_reason TEXT NOT NULL,   -- why a written text took a model's place the last time
    last_at     TEXT,
    PRIMARY KEY (tenant_id, day)
) STRICT;

-- How a provider of language models was at its last call; one for all tenants.
CREATE TABLE ai_providers (
    name         TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    problem      TEXT,        -- JSON: what is wrong and what to do
    asked_at     TEXT,
    paused_until TEXT, -- before which nobody asks it
    version      INTEGER NOT NULL
) STRICT;
