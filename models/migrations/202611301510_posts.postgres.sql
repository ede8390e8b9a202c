-- Everything that goes to a channel stands in channel_posts: what the generator and the promo bot post, too. A delivery of
-- their own carries those; it is their subject.
ALTER TABLE channel_posts ADD COLUMN sent_by TEXT NOT NULL DEFAULT '';    -- the name of who asked for it
ALTER TABLE channel_posts ADD COLUMN actor TEXT NOT NULL DEFAULT '';      -- the subscriber who did so from a chat
ALTER TABLE channel_posts ADD COLUMN template TEXT NOT NULL DEFAULT '';   -- the slug of its picture's
ALTER TABLE channel_posts ADD COLUMN picture TEXT NOT NULL DEFAULT '';    -- the object that keeps what was sent
ALTER TABLE channel_posts ADD COLUMN decided_by TEXT NOT NULL DEFAULT ''; -- who said how it ended, or deleted it
ALTER TABLE channel_posts ADD COLUMN deleted_at TIMESTAMPTZ;
CREATE INDEX channel_posts_recent ON channel_posts (tenant_id, created_at, id);
CREATE INDEX channel_posts_by_state ON channel_posts (tenant_id, state, created_at, id);
CREATE INDEX channel_posts_by_kind ON channel_posts (tenant_id, kind, created_at, id);
CREATE INDEX channel_posts_by_actor ON channel_posts (tenant_id, actor) WHERE actor <> '';

INSERT INTO channel_posts (id, tenant_id, kind, subject, seq, connection_id, role, chat_id, channel, reply_to, about, text, source, reason,
    state, message_id, resent, problem, happened_at, planned_at, sent_at, version, created_at, updated_at, template)
SELECT d.id, d.tenant_id, 'generator', d.id, 1, d.connection_id, 'post', d.chat_id, coalesce(d.content::json ->> 'channel', ''), '', (d.content::json -> 'request')::text,
    replace(replace(replace(replace(coalesce(d.content::json ->> 'caption', ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '', '',
    CASE WHEN d.state IN ('sent', 'failed', 'unknown') THEN d.state ELSE 'planned' END, d.message_id, d.resent, d.problem,
    d.created_at, d.created_at, d.sent_at, 1, d.created_at, d.updated_at,
    coalesce((SELECT t.slug FROM templates t WHERE t.tenant_id = d.tenant_id AND (d.content::json #>> '{request,template}') IN (t.id, t.slug) LIMIT 1), '')
FROM deliveries d
WHERE d.key LIKE 'post.%' AND d.content <> '';
