-- News of the last days, stored once for all tenants (X1). A provider's or the simulated one's; they never mix.
CREATE TABLE news_items (
    id           TEXT PRIMARY KEY,
    provider     TEXT NOT NULL,
    url          TEXT NOT NULL,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    source       TEXT NOT NULL,
    published_at TEXT NOT NULL,
    fetched_at   TEXT NOT NULL,
    UNIQUE (provider, url)
) STRICT;
CREATE INDEX news_items_published ON news_items (published_at);

-- How a provider of news is, who asks it now, and how many of the day's calls are used.
CREATE TABLE news_feed (
    provider     TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    problem      TEXT, -- JSON: what is wrong and what to do
    asked_at     TEXT, -- the last time
    fetched_at   TEXT, -- the last time that it answered
    paused_until TEXT, -- before which nobody asks it
    asker        TEXT NOT NULL, -- who asks it now; empty for nobody
    asker_until  TEXT,          -- when another one may
    day          TEXT NOT NULL, -- of UTC, as 2006-01-02
    asked        INTEGER NOT NULL CHECK (asked >= 0) -- calls of that day
) STRICT;
