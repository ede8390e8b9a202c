-- A key is a person's own. Until now only the admin could sign in.
ALTER TABLE idempotency_keys RENAME TO idempotency_keys_before;
CREATE TABLE idempotency_keys (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id    TEXT NOT NULL,
    method       TEXT NOT NULL,
    route        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    claim        TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'done')),
    status       INTEGER NOT NULL,
    headers      TEXT NOT NULL,
    body         BLOB,
    created_at   TEXT NOT NULL,
    lease_until  TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, method, route, key)
) STRICT, WITHOUT ROWID;
INSERT INTO idempotency_keys
SELECT tenant_id, 'admin', method, route, key, request_hash, claim, state, status, headers, body, created_at, lease_until, expires_at
FROM idempotency_keys_before;
DROP TABLE idempotency_keys_before;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
