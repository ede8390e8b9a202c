-- A tenant's backtests (F3), with everything that counts for them. Times of the market are Unix seconds.
CREATE TABLE backtests (
    id          TEXT PRIMARY KEY,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    strategy    TEXT NOT NULL,
    params      TEXT NOT NULL,    -- JSON, all of them
    settings    TEXT NOT NULL,    -- JSON
    market      TEXT NOT NULL,
    symbol      TEXT NOT NULL,
    from_time   BIGINT NOT NULL, -- the first candle begins then or later
    to_time     BIGINT NOT NULL, -- and the last one before
    state       TEXT NOT NULL,
    candles     BIGINT NOT NULL,
    done        BIGINT NOT NULL, -- candles that were gone through, some of them for the checks
    total       BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    sha256      TEXT NOT NULL,    -- of the candles; empty until it is finished
    figures     TEXT,             -- JSON
    checks      TEXT,             -- JSON
    problem     TEXT,             -- JSON
    created_by  TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    started_at  TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
);
CREATE INDEX backtests_list ON backtests (tenant_id, created_at, id);
CREATE INDEX backtests_waiting ON backtests (tenant_id, created_at) WHERE state IN ('queued', 'running');

-- What lists need not read: trades, signals and the account of a finished backtest.
CREATE TABLE backtest_reports (
    backtest_id TEXT PRIMARY KEY REFERENCES backtests (id) ON DELETE CASCADE,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    report      TEXT NOT NULL -- JSON
);
CREATE INDEX backtest_reports_tenant ON backtest_reports (tenant_id);
