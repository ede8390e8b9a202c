-- Candles of the market, stored once for all tenants (F1). Times are Unix seconds, prices 10⁻⁵ of the quote
-- currency: a history has millions of rows. A market is a provider's or the simulated one; they never mix.
CREATE TABLE candles (
    market  TEXT NOT NULL,
    symbol  TEXT NOT NULL,
    seconds INTEGER NOT NULL, -- that a candle lasts
    at      INTEGER NOT NULL,  -- when it begins
    open    INTEGER NOT NULL,
    high    INTEGER NOT NULL,
    low     INTEGER NOT NULL,
    close   INTEGER NOT NULL,
    PRIMARY KEY (market, symbol, seconds, at)
) STRICT, WITHOUT ROWID;

-- How the feed of a symbol is, and what it has used of its credits.
CREATE TABLE market_feeds (
    market      TEXT NOT NULL,
    symbol      TEXT NOT NULL,
    state       TEXT NOT NULL,
    problem     TEXT,            -- JSON: what is wrong and what to do
    price       INTEGER NOT NULL, -- the last one; 0 before the first
    price_at    TEXT,              -- in the market's time
    market_time TEXT NOT NULL,     -- at the last look
    speed       REAL NOT NULL,     -- seconds of the market in a second
    asked_bar   INTEGER NOT NULL, -- the newest bar that was asked for, whether it came or not
    asked_minute INTEGER NOT NULL,
    budget      TEXT NOT NULL,   -- JSON
    looked_at   TEXT NOT NULL,
    next_look   TEXT NOT NULL,
    version     INTEGER NOT NULL,
    PRIMARY KEY (market, symbol)
) STRICT;
