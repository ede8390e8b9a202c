// Package signals is the product of gold signals (F4, F5, F11): strategies decide on closed bars, a signal is proposed,
// opened, followed minute by minute and closed by the position engine, and all that happens is an entry of the record and
// a post to the VIP channel. The database is the truth; the flow of a signal sends what is told of it.
package signals

import (
	"context"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/bytecache"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// Options are what the service is made from.
type Options struct {
	Store     *models.Store
	Feed      *marketfeed.Service // nil without market data: nothing happens then
	Backtests *backtests.Service
	Posts     *channelposts.Service
	Sending   *sending.Service
	Promo     *promo.Service
	Writing   *writing.Service // nil: all texts are the written ones
	Calendar  *calendar.Calendar
	// PublicURL is where the public record stands, without a slash at its end.
	PublicURL string
	Now       func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store     *models.Store
	feed      *marketfeed.Service
	backtests *backtests.Service
	posts     *channelposts.Service
	sending   *sending.Service
	promo     *promo.Service
	writing   *writing.Service
	calendar  *calendar.Calendar
	publicURL string
	now       func() time.Time
	// published are records that somebody has read, by tenant and head.
	published *bytecache.Cache[string, *Published]
	// asOf is a moment of the market's past that is lived through once more; zero for the present.
	asOf time.Time
}

// marketTime is the market's time, Unix seconds. That of a market which is fed no longer stands still.
func (s *Service) marketTime(feed *models.MarketFeed) int64 {
	if !s.asOf.IsZero() {
		return s.asOf.Unix()
	}
	if s.feed != nil && s.feed.Market.Provider != feed.Market && !feed.MarketTime.IsZero() {
		return feed.MarketTime.Unix()
	}
	return marketfeed.TimeOf(feed, s.now()).Unix()
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, feed: o.Feed, backtests: o.Backtests, posts: o.Posts, sending: o.Sending, promo: o.Promo, writing: o.Writing, calendar: o.Calendar, publicURL: strings.TrimSuffix(o.PublicURL, "/"), now: o.Now,
		published: bytecache.New[string, *Published](publishedBytes)}
}

// wake writes the outbox message that wakes a signal's flow, or starts it. While the past is lived through no flow looks.
func (s *Service) wake(ctx context.Context, tx *models.Store, id string) error {
	if !s.asOf.IsZero() {
		return nil
	}
	owner, _ := tenant.From(ctx)
	return tx.Outbox.Add(ctx, contract.OutboxSignal, contract.SignalID(owner, id), contract.Signal{TenantID: owner, SignalID: id})
}

// Reconcile wakes the flows of signals that have something to do: one that was ended by hand starts again.
func (s *Service) Reconcile(ctx context.Context) error {
	rows, err := s.store.Signals.Unfinished(models.Platform(ctx))
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := s.wake(tenant.With(ctx, row.TenantID), s.store, row.ID); err != nil {
			return err
		}
	}
	posts, err := s.store.ChannelPosts.Stray(models.Platform(ctx))
	if err != nil {
		return err
	}
	for _, p := range posts {
		if err := s.sendPost(tenant.With(ctx, p.TenantID), s.store, p.ID); err != nil {
			return err
		}
	}
	return nil
}
