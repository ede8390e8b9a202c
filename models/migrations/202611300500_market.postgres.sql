-- Candles of the market, stored once for all tenants (F1). Times are Unix seconds, prices 10⁻⁵ of the quote
-- currency: a history has millions of rows. A market is a provider's or the simulated one; they never mix.
CREATE TABLE candles (
    market  TEXT NOT NULL,
    symbol  TEXT NOT NULL,
    seconds INTEGER NOT NULL, -- that a candle lasts
    at      BIGINT NOT NULL,  -- when it begins
    open    BIGINT NOT NULL,
    high    BIGINT NOT NULL,
    low     BIGINT NOT NULL,
    close   BIGINT NOT NULL,
    PRIMARY KEY (market, symbol, seconds, at)
);

-- How the feed of a symbol is, and what it has used of its credits.
CREATE TABLE market_feeds (
    market      TEXT NOT NULL,
    symbol      TEXT NOT NULL,
    state       TEXT NOT NULL,
    problem     TEXT,            -- JSON: what is wrong and what to do
    price       BIGINT NOT NULL, -- the last one; 0 before the first
    price_at    TIMESTAMPTZ,              -- in the market's time
    market_time TIMESTAMPTZ NOT NULL,     -- at the last look
    speed       DOUBLE PRECISION NOT NULL,     -- seconds of the market in a second
    asked_bar   BIGINT NOT NULL, -- the newest bar that was asked for, whether it came or not
    asked_minute BIGINT NOT NULL,
    budget      TEXT NOT NULL,   -- JSON
    looked_at   TIMESTAMPTZ NOT NULL,
    next_look   TIMESTAMPTZ NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (market, symbol)
);
