-- Until when the minutes of a market were told to the signals that wait for them, in Unix seconds, and the first price of
-- the minute that is still under way.
ALTER TABLE market_feeds ADD COLUMN told_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE market_feeds ADD COLUMN forming_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE market_feeds ADD COLUMN forming_open INTEGER NOT NULL DEFAULT 0;

-- What a tenant wants of its gold signals (F4), as JSON.
CREATE TABLE signal_settings (
    tenant_id  TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    settings   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- A tenant's strategies (F2): parameters, protections, and what the protections remember.
CREATE TABLE strategy_settings (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    strategy    TEXT NOT NULL,
    mode        TEXT NOT NULL,
    params      TEXT NOT NULL,    -- JSON
    protections TEXT NOT NULL,    -- JSON
    guard       TEXT NOT NULL,    -- JSON
    max_open    INTEGER NOT NULL,
    last_bar    INTEGER NOT NULL, -- the newest one that was decided on, Unix seconds
    held        TEXT,             -- JSON: the last signal that was held back, and why
    since       TEXT NOT NULL,    -- when it got its mode
    version     INTEGER NOT NULL,
    updated_at  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, strategy)
) STRICT;

-- Signals. Times of the market are Unix seconds, prices 10⁻⁵ of the quote currency. A practice signal is followed like
-- another one, and told to nobody.
CREATE TABLE signals (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL, -- in the record; 0 before its first entry there
    strategy      TEXT NOT NULL,
    params        TEXT NOT NULL,
    practice      INTEGER NOT NULL,
    market        TEXT NOT NULL,
    symbol        TEXT NOT NULL,
    bar           INTEGER NOT NULL, -- on whose close it was decided
    state         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    side          TEXT NOT NULL,
    plan          TEXT NOT NULL,    -- JSON
    position      TEXT,             -- JSON, once it is open
    terms         TEXT NOT NULL,    -- JSON: pip size, lots and spread that count for it
    ready_at      INTEGER NOT NULL,
    approve_until INTEGER NOT NULL,
    watch_low     INTEGER NOT NULL, -- at or below which price something happens, and at or above
    watch_high    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    cursor        INTEGER NOT NULL, -- the begin of the last minute that counted
    opened_at     INTEGER NOT NULL,
    closed_at     INTEGER NOT NULL,
    pips          INTEGER NOT NULL,
    r             INTEGER NOT NULL,
    money         INTEGER NOT NULL, -- cents
    chat          TEXT NOT NULL,    -- where its message stands
    message_id    INTEGER NOT NULL,
    decided_by    TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, strategy, market, bar)
) STRICT;
CREATE INDEX signals_by_time ON signals (tenant_id, created_at, id);
CREATE INDEX signals_closed ON signals (tenant_id, closed_at, id) WHERE closed_at > 0;
CREATE INDEX signals_live ON signals (market, symbol, state) WHERE state IN ('proposed', 'waiting', 'open');
CREATE UNIQUE INDEX signals_number ON signals (tenant_id, number) WHERE number > 0;

CREATE TABLE signal_milestones (
    tenant_id TEXT NOT NULL,
    signal_id TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    data      TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant_id, signal_id, seq),
    FOREIGN KEY (tenant_id, signal_id) REFERENCES signals (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Those who were asked whether a proposed signal may go out, in their chats with the signal bot.
CREATE TABLE signal_asks (
    tenant_id     TEXT NOT NULL,
    signal_id     TEXT NOT NULL,
    user_id       INTEGER NOT NULL,
    token         TEXT NOT NULL UNIQUE, -- of the buttons
    connection_id TEXT NOT NULL,
    message_id    INTEGER NOT NULL, -- 0 before it was sent
    callback_id   TEXT NOT NULL, -- of a press that waits for its answer
    answer        TEXT NOT NULL, -- what that is
    told          TEXT NOT NULL, -- the state that the message says
    PRIMARY KEY (tenant_id, signal_id, user_id),
    FOREIGN KEY (tenant_id, signal_id) REFERENCES signals (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- The record of a tenant's signals (F11): a chain of texts, each of which names the hash of the one before.
CREATE TABLE records (
    tenant_id TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    signals   INTEGER NOT NULL, -- the highest number
    head      TEXT NOT NULL,
    at        INTEGER NOT NULL, -- of the last entry
    pip_size  INTEGER NOT NULL, -- that counts for signals which are opened now
    ended     INTEGER NOT NULL
) STRICT;
CREATE TABLE record_entries (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    signal    INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    text      TEXT NOT NULL,
    hash      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_entries_by_signal ON record_entries (tenant_id, signal, seq);

-- Posts to channels, of whatever kind.
CREATE TABLE channel_posts (
    id            TEXT PRIMARY KEY,
    tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL, -- what it is about: a signal's id
    seq           INTEGER NOT NULL, -- among those of its subject, in the order in which they are to be read
    connection_id TEXT NOT NULL,
    role          TEXT NOT NULL, -- of the channel
    chat_id       INTEGER NOT NULL,
    channel       TEXT NOT NULL, -- its title
    reply_to      TEXT NOT NULL, -- the post that it answers
    about         TEXT,          -- JSON: what its text is made from
    text          TEXT NOT NULL, -- once it is written
    source        TEXT NOT NULL, -- ai or template
    reason        TEXT NOT NULL, -- why it is not the model's
    state         TEXT NOT NULL,
    message_id    INTEGER NOT NULL,
    resent        INTEGER NOT NULL,
    problem       TEXT,
    happened_at   TEXT NOT NULL, -- what it tells, in our time
    planned_at    TEXT NOT NULL,
    sent_at       TEXT,
    version       INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    UNIQUE (tenant_id, subject, seq)
) STRICT;
CREATE INDEX channel_posts_by_time ON channel_posts (tenant_id, planned_at, id);
CREATE INDEX channel_posts_waiting ON channel_posts (tenant_id, role, happened_at, id) WHERE state = 'planned';

-- Recaps of a day or a week of signals (F8). day is in the tenant's zone.
CREATE TABLE recaps (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    day        TEXT NOT NULL,
    begins     INTEGER NOT NULL, -- of the market's time, Unix seconds
    ends       INTEGER NOT NULL,
    facts      TEXT NOT NULL,    -- JSON
    head       TEXT NOT NULL,    -- of the record
    post_id    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (tenant_id, kind, day)
) STRICT;
CREATE INDEX recaps_by_time ON recaps (tenant_id, created_at, id);
