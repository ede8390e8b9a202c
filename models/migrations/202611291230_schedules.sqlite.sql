-- Several schedules of a flow, by subject; those without a tenant are the platform's.
CREATE TABLE schedules_new (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT REFERENCES tenants (id) ON DELETE CASCADE,
    flow       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    spec       TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
INSERT INTO schedules_new (id, tenant_id, flow, subject, spec, enabled, version, created_at, updated_at)
SELECT id, tenant_id, flow, '', spec, enabled, version, created_at, updated_at FROM schedules;
DROP TABLE schedules;
ALTER TABLE schedules_new RENAME TO schedules;
CREATE UNIQUE INDEX schedules_by_subject ON schedules (COALESCE(tenant_id, ''), flow, subject);
CREATE INDEX schedules_by_tenant ON schedules (tenant_id);
