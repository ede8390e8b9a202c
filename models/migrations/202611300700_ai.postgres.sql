-- AI-written messages (F7): whether a tenant wants them, how many a day, in which voice.
CREATE TABLE ai_settings (
    tenant_id    TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    enabled      BOOLEAN NOT NULL,
    daily_budget BIGINT NOT NULL, -- messages that a model may write in a day of UTC
    voice        TEXT NOT NULL,   -- how it should sound; empty is plain
    version      BIGINT NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL
);

-- What became of a day's messages. used is what counts against the budget.
CREATE TABLE ai_usage (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    day         TEXT NOT NULL,   -- of UTC, as 2006-01-02
    used        BIGINT NOT NULL CHECK (used >= 0),
    written     BIGINT NOT NULL, -- went out as the model wrote them
    refused     BIGINT NOT NULL, -- said what was not so, or nothing
    failed      BIGINT NOT NULL, -- the model was late, away or did not want to
    tokens      BIGINT NOT NULL,
    last_reason TEXT NOT NULL,   -- why a written text took a model's place the last time
    last_at     TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, day)
);

-- How a provider of language models was at its last call; one for all tenants.
CREATE TABLE ai_providers (
    name         TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    problem      TEXT,        -- JSON: what is wrong and what to do
    asked_at     TIMESTAMPTZ,
    paused_until TIMESTAMPTZ, -- before which nobody asks it
    version      BIGINT NOT NULL
);
