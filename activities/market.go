package activities

import (
	"context"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/signals"
)

// Market keeps the market's candles and price, and tells signals what the market does.
type Market struct {
	Feed    *marketfeed.Service
	Signals *signals.Service
}

// Register registers the activities with a worker under their names in the contract.
func (m *Market) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.LookAtMarket: m.Look})
}

// Look asks the provider for what is new.
func (m *Market) Look(ctx context.Context, in contract.MarketFeed) (contract.MarketLook, error) {
	if m.Feed == nil || in.Provider != m.Feed.Market.Provider || in.Symbol != m.Feed.Market.Symbol {
		return contract.MarketLook{Over: true, Said: "over: the program has another market now"}, nil
	}
	look, err := m.Feed.Look(ctx)
	if err != nil {
		return look, err
	}
	return look, m.Signals.OnMarket(ctx)
}
