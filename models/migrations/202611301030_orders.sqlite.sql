-- What a person wants done with an open signal from the next minute on.
ALTER TABLE signals ADD COLUMN ordered TEXT; -- JSON

-- How often a person had a post sent again.
ALTER TABLE channel_posts ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
