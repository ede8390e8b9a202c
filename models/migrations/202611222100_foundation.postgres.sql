-- Foreign keys hold the tenant too: a row can't point at another tenant's.

CREATE TABLE tenants (
    id             TEXT PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    kind           TEXT NOT NULL CHECK (kind IN ('demo', 'client')),
    logo_upload_id TEXT NOT NULL DEFAULT '',
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL
);

CREATE TABLE uploads (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    object_key TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    format     TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    bytes      BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, id)
);

CREATE TABLE templates (
    id                   TEXT PRIMARY KEY,
    tenant_id            TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    slug                 TEXT NOT NULL,
    name                 TEXT NOT NULL,
    description          TEXT NOT NULL,
    category             TEXT NOT NULL,
    search_text          TEXT NOT NULL,
    published_version_id TEXT NOT NULL,
    draft_version_id     TEXT NOT NULL,
    visible_web          BOOLEAN NOT NULL,
    visible_bot          BOOLEAN NOT NULL,
    version              BIGINT NOT NULL,
    created_at           TIMESTAMPTZ NOT NULL,
    updated_at           TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, slug)
);
CREATE INDEX templates_by_update ON templates (tenant_id, updated_at, id);

CREATE TABLE template_versions (
    id                TEXT PRIMARY KEY,
    tenant_id         TEXT NOT NULL,
    template_id       TEXT NOT NULL,
    number            INTEGER NOT NULL, -- 0 for the draft, so that there is one at most
    state             TEXT NOT NULL CHECK (state IN ('draft', 'published')),
    meta              TEXT NOT NULL,
    backgrounds       TEXT NOT NULL,
    published_at      TIMESTAMPTZ,
    previews_ready_at TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (template_id, number),
    CHECK ((state = 'draft') = (number = 0)),
    CHECK ((state = 'draft') = (published_at IS NULL)),
    FOREIGN KEY (tenant_id, template_id) REFERENCES templates (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX template_versions_pending ON template_versions (published_at)
    WHERE state = 'published' AND previews_ready_at IS NULL;

-- A version id names content that never changes: drafts are replaced, not edited.
CREATE FUNCTION template_versions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'template versions are immutable';
END;
$$;
CREATE TRIGGER template_versions_immutable BEFORE UPDATE ON template_versions
FOR EACH ROW WHEN (NEW.meta <> OLD.meta OR NEW.backgrounds <> OLD.backgrounds OR NEW.template_id <> OLD.template_id
    OR NEW.tenant_id <> OLD.tenant_id OR NEW.id <> OLD.id
    OR (OLD.state = 'published' AND (NEW.number <> OLD.number OR NEW.state <> OLD.state OR NEW.published_at <> OLD.published_at)))
EXECUTE FUNCTION template_versions_refuse();

CREATE TABLE template_previews (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL,
    version_id TEXT NOT NULL,
    size       TEXT NOT NULL,
    object_key TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (version_id, size),
    FOREIGN KEY (tenant_id, version_id) REFERENCES template_versions (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE coupon_checks (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    code       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    source     TEXT NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX coupon_checks_recent ON coupon_checks (tenant_id, checked_at, id);

CREATE TABLE idempotency_keys (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    method       TEXT NOT NULL,
    route        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    claim        TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'done')),
    status       INTEGER NOT NULL,
    headers      TEXT NOT NULL,
    body         BYTEA,
    created_at   TIMESTAMPTZ NOT NULL,
    lease_until  TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, method, route, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE login_attempts (
    id TEXT PRIMARY KEY,
    ip TEXT NOT NULL,
    ok BOOLEAN NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX login_attempts_by_ip ON login_attempts (ip, at);
CREATE INDEX login_attempts_by_time ON login_attempts (at);
