-- A record that is to end does so as soon as no signal of its tenant is live.
ALTER TABLE records ADD COLUMN ending BOOLEAN NOT NULL DEFAULT FALSE;
