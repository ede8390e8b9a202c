package signals

import (
	"context"
	"errors"
	"log/slog"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// ReasonEnded is why a signal was not opened whose tenant has ended the record.
const ReasonEnded = "record_ended"

var errEnded = fault.New(fault.Conflict, "record_ended", "The record of signals has ended: no signal can be made any more")

// End ends the tenant's record for good (F11): strategies are switched off, what was never open is cancelled, what is open
// is closed by the first price of the next minute, and then the last entry says so. Everybody can still read and check it.
func (s *Service) End(ctx context.Context) error {
	if err := s.store.Records.End(ctx); err != nil {
		return err
	}
	return s.endRecord(ctx)
}

// endRecords goes on with the records that are to end.
func (s *Service) endRecords(ctx context.Context) error {
	rows, err := s.store.Records.Ending(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		err := s.endRecord(tenant.With(ctx, row.TenantID))
		if fault.Is(err, fault.Unavailable) || errors.Is(err, context.Canceled) {
			return err
		}
		if err != nil { // it must not hold up the others
			slog.ErrorContext(ctx, "a record can't be ended", "tenant", row.TenantID, "error", err)
		}
	}
	return nil
}

// endRecord does what can be done now to end the tenant's record. It may be called any number of times.
func (s *Service) endRecord(ctx context.Context) error {
	strategies, err := s.store.Strategies.List(ctx)
	if err != nil {
		return err
	}
	off := models.StrategyOff
	for _, row := range strategies {
		if row.Mode == off {
			continue
		}
		if _, err := s.ChangeStrategy(ctx, row.Strategy, models.AnyVersion, StrategyChange{Mode: &off}); err != nil && !fault.Is(err, fault.NotFound) { // one that is gone makes no signals
			return err
		}
	}
	live, err := s.live(ctx, s.store)
	if err != nil {
		return err
	}
	for _, row := range live {
		if err := s.orLeave(ctx, row.ID, s.endWithRecord(ctx, row.ID)); err != nil {
			return err
		}
	}
	_, at, err := s.marketNow(ctx)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *models.Store) error {
		return tx.Records.Append(ctx, func(end *models.Record) ([]models.RecordEntry, error) {
			live, err := s.live(ctx, tx)
			if err != nil || len(live) > 0 || end.Ended {
				return nil, err
			}
			chain := &chain{end: end, at: at}
			end.Ended = true
			err = chain.add(track.Ended, 0, track.Data{})
			return chain.entries, err
		})
	})
}

// live are the tenant's signals that are not over, without practice.
func (s *Service) live(ctx context.Context, store *models.Store) ([]models.Signal, error) {
	page, err := store.Signals.List(ctx, models.SignalFilter{States: models.LiveSignals, Limit: models.MaxPage})
	return page.Items, err
}

// endWithRecord ends a signal as its record ends.
func (s *Service) endWithRecord(ctx context.Context, id string) error {
	if s.feed == nil { // no price ever comes
		return s.leaveMarket(ctx, id, ReasonEnded)
	}
	_, err := s.change(ctx, id, models.AnyVersion, func(st *step) error {
		switch row := st.row; row.State {
		case models.SignalOpen:
			if row.Ordered.Waits() && row.Ordered.Close {
				return models.ErrUnchanged
			}
			return st.order(models.SignalOrder{Close: true, Ends: true})
		case models.SignalProposed, models.SignalWaiting:
			return st.end(ctx, models.SignalCancelled, track.Cancelled, ReasonEnded, "")
		}
		return models.ErrUnchanged
	})
	return err
}

// notEnded refuses what makes signals while the tenant's record ends, or after it.
func notEnded(ctx context.Context, tx *models.Store) error {
	if end, _, err := tx.Records.Get(ctx); err != nil || !end.Ending {
		return err
	}
	return errEnded
}
