-- A key is a person's own. Until now only the admin could sign in.
ALTER TABLE idempotency_keys ADD COLUMN person_id TEXT NOT NULL DEFAULT 'admin';
ALTER TABLE idempotency_keys ALTER COLUMN person_id DROP DEFAULT;
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;
ALTER TABLE idempotency_keys ADD PRIMARY KEY (tenant_id, person_id, method, route, key);
