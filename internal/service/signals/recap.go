package signals

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/base/zone"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/models"
)

const (
	// recapLate is how long after its time a recap is still made, in the market's time.
	recapLate = 12 * time.Hour
	// mostClosed is how many signals a recap counts.
	mostClosed = 1000
	// looksBack is over how many of its own days or weeks a recap looks back for what none has counted.
	looksBack = 7
	dayFormat = "2006-01-02"
)

// recaps makes the recaps of all tenants whose time has come on the market's clock.
func (s *Service) recaps(ctx context.Context, feed *models.MarketFeed) error {
	now := time.Unix(s.marketTime(feed), 0).UTC()
	tenants, err := s.store.Strategies.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, id := range tenants {
		if err := s.recapsOf(tenant.With(ctx, id), feed, now); err != nil {
			if fault.Is(err, fault.Unavailable) {
				return err
			}
			slog.ErrorContext(ctx, "a recap can't be made", "tenant", id, "error", err)
		}
	}
	return nil
}

func (s *Service) recapsOf(ctx context.Context, feed *models.MarketFeed, now time.Time) error {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	here, ok := zone.Load(settings.TimeZone)
	if !ok {
		return fault.New(fault.Internal, "time_zone", "There is no time zone %q", settings.TimeZone)
	}
	for _, r := range []struct {
		kind models.RecapKind
		at   string
		days int
	}{{models.RecapDaily, settings.DailyAt, 1}, {models.RecapWeekly, settings.WeeklyAt, 7}} {
		due, ok := lastDue(now, here, r.at, r.days, settings.WeeklyDay)
		if !ok || now.Sub(due) > recapLate || !s.toldUntil(feed, due) {
			continue
		}
		last, err := s.store.Recaps.Last(ctx, r.kind)
		if err != nil {
			return err
		}
		if last != nil && (last.Day >= due.Format(dayFormat) || last.Ends >= due.Unix()) {
			continue
		}
		if err := s.recap(ctx, settings, window{r.kind, due, r.days, last}); err != nil {
			return err
		}
	}
	return nil
}

// toldUntil reports whether signals have met all that the market did before a moment: a recap that did not wait for it would
// leave out what is still to come. What a provider does not have once the market has closed is not waited for.
func (s *Service) toldUntil(feed *models.MarketFeed, due time.Time) bool {
	if !s.asOf.IsZero() {
		return true
	}
	next := time.Unix(feed.ToldUntil+minute, 0)
	if opens, _ := s.calendar.Session(next); !next.Before(due) || !opens.Before(due) {
		return true
	}
	_, end := s.calendar.Session(next)
	return feed.State == models.FeedClosed && !end.After(feed.MarketTime.Time)
}

// lastDue is the last time of a day, or of a day of the week, that is not after now, in a zone; ok is false when none is
// set. A time that a change of clocks leaves out is the one that the zone has instead.
func lastDue(now time.Time, here *time.Location, at string, days int, weekday time.Weekday) (due time.Time, ok bool) {
	clock, err := time.Parse("15:04", at)
	if err != nil {
		return time.Time{}, false
	}
	local := now.In(here)
	due = time.Date(local.Year(), local.Month(), local.Day(), clock.Hour(), clock.Minute(), 0, 0, here)
	for due.After(now) || days == 7 && due.Weekday() != weekday {
		due = time.Date(due.Year(), due.Month(), due.Day()-1, clock.Hour(), clock.Minute(), 0, 0, here)
	}
	return due, true
}

// window is the time of a recap that is due.
type window struct {
	kind models.RecapKind
	due  time.Time
	days int           // that it is of as a rule
	last *models.Recap // of its kind; nil for the first one
}

// back is so many of its days or weeks before its end.
func (w *window) back(n int) int64 { return w.due.AddDate(0, 0, -n*w.days).Unix() }

// begins is where the last one ended: its time may have been another one then, or some of them were never made.
func (w *window) begins() int64 {
	if w.last == nil {
		return w.back(1)
	}
	return max(w.last.Ends, w.back(looksBack))
}

// uncounted are the signals that closed before the end of a recap and that none of its kind has counted: those since the
// last one, and those of earlier ones whose minutes came late.
func (s *Service) uncounted(ctx context.Context, w *window) ([]models.Signal, error) {
	earlier, err := s.store.Recaps.EndedAfter(ctx, w.kind, w.back(looksBack))
	if err != nil {
		return nil, err
	}
	from, counted := w.begins(), map[int64]bool{}
	for i := range earlier {
		from = min(from, max(earlier[i].Begins, w.back(looksBack)))
		for _, o := range earlier[i].Facts.Closed {
			counted[o.Number] = true
		}
	}
	closed, err := s.store.Signals.ClosedBetween(ctx, from, w.due.Unix(), mostClosed+len(counted))
	return slices.DeleteFunc(closed, func(c models.Signal) bool { return counted[c.Number] }), err
}

// recap makes one recap with its post. Where nothing was closed there is none: an empty day says nothing.
func (s *Service) recap(ctx context.Context, settings models.SignalSettings, w window) error {
	closed, err := s.uncounted(ctx, &w)
	if err != nil || len(closed) == 0 {
		return err
	}
	due := w.due
	open, err := s.store.Signals.CountOpen(ctx, due.Unix())
	if err != nil {
		return err
	}
	facts := wording.Recap{Weekly: w.kind == models.RecapWeekly, Period: w.period(closed[0].ClosedAt), Open: int(open), Size: settings.PipSize}
	for i := range closed {
		c := &closed[i]
		facts.Simulated = facts.Simulated || c.Simulated()
		facts.Closed = append(facts.Closed, c.Outcome())
	}
	if facts.Weekly {
		if facts.Strategies, err = s.compare(ctx); err != nil {
			return err
		}
	}
	return s.store.Tx(ctx, func(tx *models.Store) error {
		end, _, err := tx.Records.Get(ctx)
		if err != nil {
			return err
		}
		row := &models.Recap{ID: models.NewID(), Kind: w.kind, Day: due.Format(dayFormat), Begins: w.begins(), Ends: due.Unix(), Facts: facts, Head: end.Head}
		feed, err := tx.Feeds.Get(ctx, s.feed.Market)
		if err != nil {
			return err
		}
		post := &models.ChannelPost{Kind: models.PostRecap, Subject: row.ID, Role: models.RoleVIP, HappenedAt: models.NewTime(s.ourTime(feed, due.Unix()))}
		if err := tx.ChannelPosts.Plan(ctx, post); err != nil {
			return err
		}
		row.PostID = post.ID
		if err := tx.Recaps.Create(ctx, row); err != nil {
			return err
		}
		return s.sendPost(ctx, tx, post.ID)
	})
}

// sendPost writes the outbox message that starts the flow of a post. While the past is lived through, that waits for
// Reconcile.
func (s *Service) sendPost(ctx context.Context, tx *models.Store, post string) error {
	if !s.asOf.IsZero() {
		return nil
	}
	owner, _ := tenant.From(ctx)
	return tx.Outbox.Add(ctx, contract.OutboxChannelPost, contract.ChannelPostID(owner, post), contract.ChannelPost{TenantID: owner, PostID: post})
}

// period is the time of a recap in words: of a day, the day on which it ends; more where something of before is in it.
func (w *window) period(first int64) string {
	const day = "2 Jan 2006"
	begins, end := max(w.begins(), w.back(1)), w.due.Format(day)
	if w.days == 1 && first >= begins {
		return end
	}
	return time.Unix(min(first, begins), 0).In(w.due.Location()).Format(day) + " – " + end
}

// compare sets what live strategies bring beside what the backtests promise that count for them. Both are of the parameters
// that they have now; those without such a backtest, or without a closed signal since, are left out.
func (s *Service) compare(ctx context.Context) ([]wording.Compared, error) {
	rows, err := s.Strategies(ctx)
	if err != nil {
		return nil, err
	}
	var out []wording.Compared
	for i := range rows {
		row := &rows[i]
		kind, ok := strategy.Find(row.Strategy)
		if !ok || row.Mode != models.StrategyLive {
			continue
		}
		gate, err := s.backtests.Gate(ctx, row.Strategy)
		if err != nil {
			return nil, err
		}
		mean, n, err := s.store.Signals.MeanR(ctx, row.Strategy, s.feed.Market, row.Since)
		if err != nil {
			return nil, err
		}
		if n == 0 || gate.Backtest == "" {
			continue
		}
		test, err := s.store.Backtests.Get(ctx, gate.Backtest)
		if err != nil {
			return nil, err
		}
		if test.Figures == nil || test.Figures.ExpectancyR == nil {
			continue
		}
		promised := pip.R(math.Round(*test.Figures.ExpectancyR * float64(pip.Units)))
		out = append(out, wording.Compared{Title: kind.Title, Signals: n, Live: mean, Backtest: promised})
	}
	return out, nil
}
