-- A record that is to end does so as soon as no signal of its tenant is live.
ALTER TABLE records ADD COLUMN ending INTEGER NOT NULL DEFAULT 0;
