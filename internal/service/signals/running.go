package signals

import (
	"context"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/models"
)

// Running is what an open signal would come to if it were closed at the last price of its market that is known.
type Running struct {
	Price pip.Price // of the market
	At    int64     // when the market had it, Unix seconds
	Pips  pip.Pips
	R     pip.R
	Money int64 // cents
}

// Running tells how signals stand, by id: those of rows that are open.
func (s *Service) Running(ctx context.Context, rows ...models.Signal) (map[string]Running, error) {
	out := map[string]Running{}
	feeds := map[models.Market]*models.MarketFeed{}
	for i := range rows {
		row := &rows[i]
		if row.State != models.SignalOpen {
			continue
		}
		market := models.Market{Provider: row.Market, Symbol: row.Symbol}
		if feeds[market] == nil {
			feed, err := s.store.Feeds.Get(ctx, market)
			if err != nil {
				return nil, err
			}
			feeds[market] = feed
		}
		price, at := lastPrice(row, feeds[market])
		mark := row.Side.Exit(price, row.Terms.Spread)
		pips := row.Position.Result(row.Terms.PipSize, mark)
		out[row.ID] = Running{Price: price, At: at, Pips: pips, R: row.Position.R(mark), Money: row.Terms.PipSize.Money(pips, row.Terms.Lots)}
	}
	return out, nil
}
