
-- The parts of an album come as updates of their own, but are one message: the first one counts.
ALTER TABLE inbound ADD COLUMN album TEXT NOT NULL DEFAULT '';
CREATE INDEX inbound_by_album ON inbound (connection_id, user_id, album) WHERE album <> '';
