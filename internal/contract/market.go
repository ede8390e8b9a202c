package contract

import (
	"strings"
	"time"
)

// FlowMarketFeed is the platform's flow that keeps a symbol's candles and price: one for all tenants.
const FlowMarketFeed = "marketfeed"

// MarketFeedID is the workflow id of a market's feed.
func MarketFeedID(provider, symbol string) string {
	return dotted(FlowMarketFeed, provider, strings.ReplaceAll(symbol, "/", "-"))
}

// MarketFeed names a feed.
type MarketFeed struct {
	Provider string `json:"provider"`
	Symbol   string `json:"symbol"`
}

// LookAtMarket is the activity that asks the provider for what is new (activities.Market). Input: MarketFeed; result:
// MarketLook.
const LookAtMarket = "market.Look"

// MarketLook is what came of a look.
type MarketLook struct {
	// Again is when the next look is due, counted from the end of this one.
	Again time.Duration `json:"again"`
	// Said is for operators.
	Said string `json:"said"`
	// Over says that the program has another market now, or none: this feed ends.
	Over bool `json:"over,omitempty"`
}
