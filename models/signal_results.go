package models

import "context"

// ResultFilter narrows what Results returns. From, To and the place are of the market's time; zero is no bound.
type ResultFilter struct {
	From, To  int64
	Strategy  string
	Simulated bool // those on a made-up market alone, instead of the others
	// AfterClosed and AfterID are the place of the last row of the call before.
	AfterClosed int64
	AfterID     string
	Limit       int
}

// Results returns closed signals in the order in which they were closed, without practice, and of each what came of it
// alone: plans and positions are left out.
func (r *Signals) Results(ctx context.Context, f ResultFilter) ([]Signal, error) {
	db := r.s.in(ctx).Select("id", "number", "strategy", "market", "symbol", "side", "reason", "opened_at", "closed_at", "pips", "r", "money").
		Where("closed_at > 0 AND (closed_at > ? OR closed_at = ? AND id > ?) AND practice = ?", f.AfterClosed, f.AfterClosed, f.AfterID, false)
	if f.From > 0 {
		db = db.Where("closed_at >= ?", f.From)
	}
	if f.To > 0 {
		db = db.Where("closed_at < ?", f.To)
	}
	if f.Strategy != "" {
		db = db.Where("strategy = ?", f.Strategy)
	}
	if f.Simulated {
		db = db.Where("market = ?", SimulatedMarket)
	} else {
		db = db.Where("market <> ?", SimulatedMarket)
	}
	var rows []Signal
	return rows, db.Where("state = ?", SignalClosed).Order("closed_at, id").Limit(f.Limit).Find(&rows).Error
}
