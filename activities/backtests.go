package activities

import (
	"context"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/backtests"
)

// Backtests runs strategies over the market's history.
type Backtests struct{ Service *backtests.Service }

// Register registers the short activities with a worker under their names in the contract.
func (b *Backtests) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.NextBacktest: b.Service.Next,
		contract.EndBacktest:  b.Service.End,
	})
}

// RegisterLong registers what takes a processor for long, for the workers of that queue.
func (b *Backtests) RegisterLong(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.RunBacktest: b.run})
}

func (b *Backtests) run(ctx context.Context, in contract.Backtest) error {
	return b.Service.Run(ctx, in.BacktestID, beat(ctx))
}
