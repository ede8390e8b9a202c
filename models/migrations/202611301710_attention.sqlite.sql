-- What waits for somebody is counted on each page (D6): few rows, each found at once.
CREATE INDEX journey_sessions_wanting ON journey_sessions (tenant_id, started_at, id) WHERE status = 'running' AND wants_person;
CREATE INDEX signals_proposed ON signals (tenant_id, created_at, id) WHERE state = 'proposed';
