-- What must follow from a change, written in the change's own transaction.
CREATE TABLE outbox (
    id         TEXT PRIMARY KEY, -- UUIDv7: the order of ids is the order of writing
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    target     TEXT NOT NULL, -- rows of one target are delivered in order
    payload    TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    problem    TEXT NOT NULL, -- why the last attempt failed
    due_at     TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at, id);
CREATE INDEX outbox_by_target ON outbox (target, id);

CREATE TABLE events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    topic      TEXT NOT NULL,
    subject    TEXT NOT NULL, -- id of what changed
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (created_at, seq);

CREATE TABLE schedules (
    id         TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    flow       TEXT NOT NULL,
    spec       TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (tenant_id, flow)
) STRICT;

CREATE TABLE bulk_jobs (
    id              TEXT PRIMARY KEY,
    tenant_id       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    template_id     TEXT NOT NULL,
    version_id      TEXT NOT NULL,
    size            TEXT NOT NULL,
    format          TEXT NOT NULL,
    scale           INTEGER NOT NULL,
    logo            TEXT NOT NULL,
    file_name       TEXT NOT NULL,
    start_mode      TEXT NOT NULL CHECK (start_mode IN ('review', 'at_once')),
    columns         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('receiving', 'checking', 'ready', 'running', 'paused', 'finishing',
                    'cancelling', 'done', 'cancelled', 'failed', 'expired')),
    total           INTEGER NOT NULL,
    checked         INTEGER NOT NULL,
    invalid         INTEGER NOT NULL,
    done            INTEGER NOT NULL,
    failed          INTEGER NOT NULL,
    notice          TEXT,
    problem         TEXT,
    upload_id       TEXT NOT NULL,
    archive_key     TEXT NOT NULL,
    archive_bytes   INTEGER NOT NULL,
    measured_from   TEXT, -- rate: images since this moment …
    measured_images INTEGER NOT NULL, -- … beyond this many
    version         INTEGER NOT NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    started_at      TEXT,
    finished_at     TEXT,
    expires_at      TEXT,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, version_id) REFERENCES template_versions (tenant_id, id),
    FOREIGN KEY (tenant_id, template_id) REFERENCES templates (tenant_id, id)
) STRICT;
CREATE INDEX bulk_jobs_recent ON bulk_jobs (tenant_id, created_at, id);
CREATE INDEX bulk_jobs_expiry ON bulk_jobs (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE bulk_rows (
    tenant_id TEXT NOT NULL,
    job_id    TEXT NOT NULL,
    number    INTEGER NOT NULL, -- from 1, in the file's order
    line      INTEGER NOT NULL, -- of the file, where the record starts
    cells     TEXT NOT NULL,    -- in the order of the job's columns
    state     TEXT NOT NULL CHECK (state IN ('pending', 'valid', 'invalid', 'done', 'failed')),
    problems  TEXT NOT NULL,
    file      TEXT NOT NULL, -- name in the archive
    crc32     INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    chunk     INTEGER NOT NULL, -- 0 until planned
    PRIMARY KEY (job_id, number),
    FOREIGN KEY (tenant_id, job_id) REFERENCES bulk_jobs (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX bulk_rows_by_state ON bulk_rows (job_id, state, number);
CREATE INDEX bulk_rows_by_chunk ON bulk_rows (job_id, chunk, number);

-- Rows that are rendered together and become one part of the archive's upload.
CREATE TABLE bulk_chunks (
    tenant_id  TEXT NOT NULL,
    job_id     TEXT NOT NULL,
    number     INTEGER NOT NULL, -- from 1; the part's number too
    state      TEXT NOT NULL CHECK (state IN ('pending', 'done')),
    claim      TEXT NOT NULL,
    etag       TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    object_key TEXT NOT NULL, -- set when it is too small to be a part
    PRIMARY KEY (job_id, number),
    FOREIGN KEY (tenant_id, job_id) REFERENCES bulk_jobs (tenant_id, id) ON DELETE CASCADE
) STRICT;
