-- Conversation journeys (J). draft is what is edited; version_id names what people enter now, or what
-- they entered last when it is stopped.
CREATE TABLE journeys (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    search_text   TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('draft', 'active', 'stopped')),
    is_locked     INTEGER NOT NULL,
    draft         TEXT NOT NULL,    -- a definition as JSON
    draft_changed INTEGER NOT NULL,   -- it differs from the version
    version_id    TEXT NOT NULL,    -- empty until it is published
    activated_at  TEXT,            -- when it became active: the earlier one wins among equals
    version       INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    UNIQUE (tenant_id, id)
) STRICT;
CREATE INDEX journeys_recent ON journeys (tenant_id, updated_at, id);

-- What was published. Rows never change: people finish on the version that they began.
CREATE TABLE journey_versions (
    id           TEXT PRIMARY KEY,
    tenant_id    TEXT NOT NULL,
    journey_id   TEXT NOT NULL,
    number       INTEGER NOT NULL,
    definition   TEXT NOT NULL,
    note         TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (journey_id, number),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, journey_id) REFERENCES journeys (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- Triggers of active journeys, for the look that every message costs.
CREATE TABLE journey_triggers (
    journey_id   TEXT NOT NULL,
    position     INTEGER NOT NULL,
    tenant_id    TEXT NOT NULL,
    version_id   TEXT NOT NULL,
    name         TEXT NOT NULL,
    connections  TEXT NOT NULL,  -- kinds on which it listens
    spec         TEXT NOT NULL,  -- the trigger as JSON
    claim        TEXT,           -- its keyword or payload, folded: one active journey has it; null claims nothing
    priority     INTEGER NOT NULL,
    re_entry     TEXT NOT NULL,
    activated_at TEXT NOT NULL,
    PRIMARY KEY (journey_id, position),
    FOREIGN KEY (tenant_id, journey_id) REFERENCES journeys (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX journey_triggers_by_claim ON journey_triggers (tenant_id, claim);

-- One person's way through one version of a journey.
CREATE TABLE journey_sessions (
    id              TEXT PRIMARY KEY,
    tenant_id       TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    connection_id   TEXT NOT NULL,
    user_id         INTEGER NOT NULL,
    subscriber_id   TEXT NOT NULL,
    journey_id      TEXT NOT NULL,
    version_id      TEXT NOT NULL,
    token           TEXT NOT NULL,  -- its buttons are known by it
    status          TEXT NOT NULL CHECK (status IN ('running', 'ended', 'broken')),
    state           TEXT NOT NULL,  -- the engine's, as JSON
    outgoing        TEXT NOT NULL,  -- the message that is being sent, as JSON; empty for none
    step_id         TEXT NOT NULL,  -- of state, for lists
    phase           TEXT NOT NULL,
    step_since      TEXT NOT NULL,
    due_at          TEXT,
    paused          INTEGER NOT NULL, -- a person has taken over; counts from the moment it is set
    holds           INTEGER NOT NULL,  -- commands that wait in the inbox and keep messages back until they are done
    wants_person    INTEGER NOT NULL, -- the journey has handed over
    cause           TEXT NOT NULL,  -- what began it, in words
    outcome         TEXT NOT NULL,
    problem         TEXT NOT NULL,
    started_at      TEXT NOT NULL,
    ended_at        TEXT,
    version         INTEGER NOT NULL,
    updated_at      TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, journey_id) REFERENCES journeys (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, subscriber_id) REFERENCES subscribers (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX journey_sessions_running ON journey_sessions (conversation_id) WHERE status = 'running';
CREATE INDEX journey_sessions_recent ON journey_sessions (tenant_id, started_at, id);
CREATE INDEX journey_sessions_of_journey ON journey_sessions (tenant_id, journey_id, started_at, id);
CREATE INDEX journey_sessions_of_person ON journey_sessions (tenant_id, subscriber_id, journey_id, started_at);
CREATE INDEX journey_sessions_due ON journey_sessions (due_at) WHERE status = 'running';
CREATE INDEX journey_sessions_of_version ON journey_sessions (tenant_id, version_id, status);

-- Each step that a session entered: the figures are counts of these.
CREATE TABLE journey_visits (
    session_id TEXT NOT NULL,
    visit      INTEGER NOT NULL,
    tenant_id  TEXT NOT NULL,
    journey_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    step_id    TEXT NOT NULL,  -- empty is the welcome message
    result     TEXT NOT NULL,  -- empty while they are there, passed, dropped
    replies    INTEGER NOT NULL,
    sends      INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    entered_at TEXT NOT NULL,
    left_at    TEXT,
    PRIMARY KEY (session_id, visit),
    FOREIGN KEY (tenant_id, session_id) REFERENCES journey_sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX journey_visits_of_version ON journey_visits (tenant_id, journey_id, version_id, step_id);

-- What happened in conversations, and why a message triggered nothing.
CREATE TABLE journey_log (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL,
    subscriber_id TEXT NOT NULL,
    session_id    TEXT NOT NULL, -- empty outside journeys
    journey_id    TEXT NOT NULL,
    step_id       TEXT NOT NULL,
    what          TEXT NOT NULL,
    text          TEXT NOT NULL,
    reasons       TEXT NOT NULL, -- JSON
    at            TEXT NOT NULL,
    FOREIGN KEY (tenant_id, subscriber_id) REFERENCES subscribers (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX journey_log_of_person ON journey_log (tenant_id, subscriber_id, at, id);
CREATE INDEX journey_log_of_session ON journey_log (tenant_id, session_id, at, id);
CREATE INDEX journey_log_by_time ON journey_log (tenant_id, at);

-- Addresses in messages, one for each person and place: /l/{id} leads to url and counts.
CREATE TABLE journey_links (
    id               TEXT PRIMARY KEY, -- 12 characters of base62
    tenant_id        TEXT NOT NULL,
    session_id       TEXT NOT NULL,
    journey_id       TEXT NOT NULL,
    version_id       TEXT NOT NULL,
    step_id          TEXT NOT NULL,
    url              TEXT NOT NULL,
    clicks           INTEGER NOT NULL,
    first_clicked_at TEXT,
    created_at       TEXT NOT NULL,
    FOREIGN KEY (tenant_id, session_id) REFERENCES journey_sessions (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX journey_links_of_session ON journey_links (tenant_id, session_id);
CREATE INDEX journey_links_of_step ON journey_links (tenant_id, journey_id, version_id, step_id);

-- The last turn of a conversation's flow and what came of it: a turn that is asked for again, since
-- its answer was lost, is not taken twice.
ALTER TABLE conversations ADD COLUMN turn TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN turned TEXT NOT NULL DEFAULT '';
