package signals

import (
	"context"
	"log/slog"
	"math"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

const (
	// recapLate is how long after its time a recap is still made, in the market's time.
	recapLate = 12 * time.Hour
	// mostClosed is how many signals a recap counts.
	mostClosed = 1000
	// mostListed is how many of them a message names; the rest are in its sums.
	mostListed = 40
	dayFormat  = "2006-01-02"
)

// recaps makes the recaps of all tenants whose time has come on the market's clock.
func (s *Service) recaps(ctx context.Context, now int64) error {
	tenants, err := s.store.Strategies.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, id := range tenants {
		if err := s.recapsOf(tenant.With(ctx, id), time.Unix(now, 0).UTC()); err != nil {
			if fault.Is(err, fault.Unavailable) {
				return err
			}
			slog.ErrorContext(ctx, "a recap can't be made", "tenant", id, "error", err)
		}
	}
	return nil
}

func (s *Service) recapsOf(ctx context.Context, now time.Time) error {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(settings.TimeZone)
	if err != nil {
		return err
	}
	for _, r := range []struct {
		kind models.RecapKind
		at   string
		days int
	}{{models.RecapDaily, settings.DailyAt, 1}, {models.RecapWeekly, settings.WeeklyAt, 7}} {
		due, ok := lastDue(now, zone, r.at, r.days, settings.WeeklyDay)
		if !ok || now.Sub(due) > recapLate {
			continue
		}
		last, err := s.store.Recaps.Last(ctx, r.kind)
		if err != nil {
			return err
		}
		if day := due.Format(dayFormat); last == nil || last.Day < day {
			if err := s.recap(ctx, settings, r.kind, due, due.AddDate(0, 0, -r.days)); err != nil {
				return err
			}
		}
	}
	return nil
}

// lastDue is the last time of a day, or of a day of the week, that is not after now, in a zone; ok is false when none is
// set. A time that a change of clocks leaves out is the one that the zone has instead.
func lastDue(now time.Time, zone *time.Location, at string, days int, weekday time.Weekday) (due time.Time, ok bool) {
	clock, err := time.Parse("15:04", at)
	if err != nil {
		return time.Time{}, false
	}
	local := now.In(zone)
	due = time.Date(local.Year(), local.Month(), local.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
	for due.After(now) || days == 7 && due.Weekday() != weekday {
		due = time.Date(due.Year(), due.Month(), due.Day()-1, clock.Hour(), clock.Minute(), 0, 0, zone)
	}
	return due, true
}

// recap makes one recap with its post. Where nothing was closed there is none: an empty day says nothing.
func (s *Service) recap(ctx context.Context, settings models.SignalSettings, kind models.RecapKind, due, since time.Time) error {
	closed, err := s.store.Signals.ClosedBetween(ctx, since.Unix(), due.Unix(), mostClosed)
	if err != nil || len(closed) == 0 {
		return err
	}
	open, err := s.store.Signals.CountOpen(ctx, due.Unix())
	if err != nil {
		return err
	}
	facts := wording.Recap{Weekly: kind == models.RecapWeekly, Period: period(since, due, kind), Open: int(open), Size: settings.PipSize}
	for i := range closed {
		c := &closed[i]
		facts.Simulated = facts.Simulated || c.Simulated()
		facts.Closed = append(facts.Closed, wording.Outcome{Number: c.Number, Side: c.Side, Pips: c.Pips, R: c.R, Money: c.Money, Hit: c.Position.Hit})
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
		row := &models.Recap{ID: models.NewID(), Kind: kind, Day: due.Format(dayFormat), Begins: since.Unix(), Ends: due.Unix(), Facts: facts, Head: end.Head}
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

// period is the time of a recap in words: of a day, the day on which it ends.
func period(since, due time.Time, kind models.RecapKind) string {
	const day = "2 Jan 2006"
	if kind == models.RecapDaily {
		return due.Format(day)
	}
	return since.Format(day) + " – " + due.Format(day)
}

// compare sets what live strategies bring beside what their newest backtests promised; those without a backtest, or
// without a closed signal, are left out.
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
		tests, err := s.store.Backtests.Of(ctx, row.Strategy, s.feed.Market)
		if err != nil {
			return nil, err
		}
		mean, n, err := s.store.Signals.MeanR(ctx, row.Strategy, s.feed.Market)
		if err != nil {
			return nil, err
		}
		if n == 0 || len(tests) == 0 || tests[0].Figures == nil || tests[0].Figures.ExpectancyR == nil {
			continue
		}
		promised := pip.R(math.Round(*tests[0].Figures.ExpectancyR * float64(pip.Units)))
		out = append(out, wording.Compared{Title: kind.Title, Signals: n, Live: mean, Backtest: promised})
	}
	return out, nil
}

// recapAuthor makes the post of a recap.
type recapAuthor struct {
	*Service
	row      *models.Recap
	settings models.SignalSettings
}

// Write implements channelposts.Author.
func (a *recapAuthor) Write(ctx context.Context, _ *models.ChannelPost) (channelposts.Content, error) {
	facts, language := a.row.Facts, a.settings.Language
	out := channelposts.Content{Source: channelposts.SourceTemplate}
	headline := facts.Headline(language)
	if a.writing != nil {
		written, err := a.writing.Write(ctx, writing.Request{Kind: writing.Recap, Facts: facts.Facts(), Language: language, Fallback: headline})
		if err != nil {
			return out, err
		}
		headline, out.Source, out.Reason = written.Text, string(written.Source), string(written.Reason)
	}
	head, address := "", ""
	if facts.Weekly {
		owner, err := a.store.Tenants.Current(ctx)
		if err != nil {
			return out, err
		}
		head, address = a.row.Head, a.publicURL+"/t/"+owner.Slug
	}
	if over := len(facts.Closed) - mostListed; over > 0 {
		facts.Closed = facts.Closed[over:]
	}
	out.Text = message.Escape(facts.Text(language, headline, head, address, a.settings.Disclaimer))
	return out, nil
}

// Files implements channelposts.Author. A caption is short: a long recap goes without its picture.
func (a *recapAuthor) Files(ctx context.Context, p *models.ChannelPost) ([]sending.Upload, error) {
	if a.settings.RecapCard == "" || message.Length(p.Text) > message.MaxCaption {
		return nil, nil
	}
	return a.picture(ctx, a.settings.RecapCard, recapValues(&a.row.Facts), "recap."+a.row.ID)
}

// recapValues are what a recap puts into the fields of its picture.
func recapValues(r *wording.Recap) map[string]string {
	s := r.Sum()
	title := "Daily recap"
	if r.Weekly {
		title = "Weekly recap"
	}
	rate := 0
	if n := len(r.Closed); n > 0 {
		rate = s.Wins * 100 / n
	}
	values := map[string]string{"title": title, "period": r.Period, "result": plus(s.Pips) + " pips", "trades": strconv.Itoa(len(r.Closed)),
		"win_rate": strconv.Itoa(rate) + "%", "best": plus(s.Best)}
	if r.Simulated {
		values["note"] = "Simulated: prices of a made-up market."
	}
	return values
}

func plus(p pip.Pips) string {
	if p > 0 {
		return "+" + p.String()
	}
	return p.String()
}

// SendRecap sends the post of a recap, once. It may run any number of times.
func (s *Service) SendRecap(ctx context.Context, in contract.ChannelPost) error {
	p, err := s.store.ChannelPosts.Get(ctx, in.PostID)
	if err != nil {
		return err
	}
	row, err := s.store.Recaps.Get(ctx, p.Subject)
	if err != nil {
		return err
	}
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	_, err = s.posts.Send(ctx, p.ID, &recapAuthor{s, row, settings})
	return err
}

// picture draws a template from what it has fields for. A message without its picture is better than one that comes late.
func (s *Service) picture(ctx context.Context, template string, values map[string]string, key string) ([]sending.Upload, error) {
	img, err := s.draw(ctx, template, values, key)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		slog.WarnContext(ctx, "a post goes out without its picture", "key", key, "template", template, "error", err)
		return nil, nil
	}
	return []sending.Upload{sending.PhotoOf(img.FileName, img.Hash, img.Data)}, nil
}
