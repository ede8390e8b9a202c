-- Several schedules of a flow, by subject; those without a tenant are the platform's.
ALTER TABLE schedules ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE schedules ALTER COLUMN subject DROP DEFAULT;
ALTER TABLE schedules ALTER COLUMN tenant_id DROP NOT NULL;
ALTER TABLE schedules DROP CONSTRAINT schedules_tenant_id_flow_key;
CREATE UNIQUE INDEX schedules_by_subject ON schedules (COALESCE(tenant_id, ''), flow, subject);
CREATE INDEX schedules_by_tenant ON schedules (tenant_id);
