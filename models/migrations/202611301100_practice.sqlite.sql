-- The market on which a strategy makes its signals as it does now, and since when in that market's time, in Unix seconds:
-- its days of practice count from there, and what it remembers is of that market's clock. Empty until the feed says it.
ALTER TABLE strategy_settings ADD COLUMN market TEXT NOT NULL DEFAULT '';
ALTER TABLE strategy_settings ADD COLUMN market_since INTEGER NOT NULL DEFAULT 0;
