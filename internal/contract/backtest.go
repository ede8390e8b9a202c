package contract

// FlowBacktest is the flow that works through a tenant's backtests, one after the other.
const FlowBacktest = "backtest"

// BacktestsID is the workflow id of a tenant's backtests.
func BacktestsID(tenantID string) string { return dotted(FlowBacktest, tenantID) }

// Backtests names a tenant that has backtests to run.
type Backtests struct {
	TenantID string `json:"tenant_id"`
}

// OutboxBacktest is the outbox's kind for tenants whose flow has a backtest to run; the payload is a Backtests.
const OutboxBacktest = "backtest"

// Activities of backtests (activities.Backtests).
const (
	// NextBacktest says whose turn it is: a local activity. Input: Backtests; result: BacktestTurn.
	NextBacktest = "backtests.Next"
	// RunBacktest runs one from its first candle to its end. Input: Backtest.
	RunBacktest = "backtests.Run"
	// EndBacktest closes one that could not be run. Input: BacktestEnd.
	EndBacktest = "backtests.End"
)

// BacktestTurn is the backtest whose turn it is; an empty BacktestID is none.
type BacktestTurn struct {
	BacktestID string `json:"backtest_id,omitempty"`
	// Said is for operators.
	Said string `json:"said"`
}

// Backtest names a backtest.
type Backtest struct {
	TenantID   string `json:"tenant_id"`
	BacktestID string `json:"backtest_id"`
}

// BacktestEnd says why a backtest could not be run; no Code means that its flow was cancelled.
type BacktestEnd struct {
	TenantID   string `json:"tenant_id"`
	BacktestID string `json:"backtest_id"`
	Code       string `json:"code,omitempty"`
	Message    string `json:"message,omitempty"`
	Remedy     string `json:"remedy,omitempty"`
}
