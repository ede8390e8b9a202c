-- What there is one of has a slot: a post of a day's programme, a message of a hype flow.
ALTER TABLE channel_posts ADD COLUMN slot TEXT NOT NULL DEFAULT '';
ALTER TABLE channel_posts ADD COLUMN manual INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel_posts ADD COLUMN until TEXT; -- when it is too late to send it
ALTER TABLE channel_posts ADD COLUMN buttons TEXT; -- JSON
ALTER TABLE channel_posts ADD COLUMN forward_chat INTEGER NOT NULL DEFAULT 0; -- the message that is forwarded instead of a text
ALTER TABLE channel_posts ADD COLUMN forward_message INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX channel_posts_slot ON channel_posts (tenant_id, slot) WHERE slot <> '';

CREATE TABLE cross_promo_settings (
    tenant_id  TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    settings   TEXT NOT NULL, -- JSON
    version    INTEGER NOT NULL,
    updated_at TEXT NOT NULL
);
