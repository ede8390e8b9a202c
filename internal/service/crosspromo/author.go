package crosspromo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// NewsDesk has the news of gold.
type NewsDesk interface {
	// Morning returns the news of the last day, the newest first. note says why there are none, or only old ones.
	Morning(ctx context.Context, now time.Time) (news []headlines.Item, note *models.Note, err error)
}

const (
	// recapAge is how old the weekly recap may be that is forwarded.
	recapAge = 7 * 24 * time.Hour
	// mostHeadlines is how many pieces of news a post has.
	mostHeadlines = 4
	// mostClosed is how many signals a post counts.
	mostClosed = 500
)

// author makes the posts of cross-promotion.
type author struct {
	*Service
	settings models.CrossPromoSettings
	terms    models.SignalSettings
}

func (s *Service) author(ctx context.Context) (*author, error) {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	terms, _, err := s.store.Strategies.Settings(ctx, signals.Defaults())
	return &author{s, settings, terms}, err
}

// Files implements channelposts.Author.
func (a *author) Files(context.Context, *models.ChannelPost) ([]sending.Upload, error) {
	return nil, nil
}

// Write implements channelposts.Author.
func (a *author) Write(ctx context.Context, p *models.ChannelPost) (channelposts.Content, error) {
	switch p.Kind {
	case models.PostNews:
		return a.morning(ctx)
	case models.PostForward:
		return a.recap(ctx, p.PlannedAt.Time)
	case models.PostTeaser:
		return a.teaser(ctx, p.PlannedAt.Time)
	case models.PostBrag:
		return a.brag(ctx, p.PlannedAt.Time)
	case models.PostResult, models.PostFull:
		return a.result(ctx, p)
	}
	return channelposts.Content{}, fault.New(fault.Internal, "post_kind", "Posts of the kind %q are made elsewhere", p.Kind)
}

// Stopped implements channelposts.Stopper: what waits when it is switched off does not go out, unless a person asked for it.
func (a *author) Stopped(ctx context.Context, tx *models.Store, p *models.ChannelPost) (*models.Note, error) {
	settings, _, err := tx.CrossPromo.Settings(ctx)
	if err != nil {
		return nil, err
	}
	on := p.Manual || tells(&settings, p.Kind)
	for slot, kind := range kinds {
		if kind == p.Kind {
			_, comes := settings.At(p.PlannedAt.Time, slot)
			on = on || comes
		}
	}
	if on {
		return nil, nil
	}
	return &models.Note{Code: "switched_off", Message: "It was switched off before it was sent"}, nil
}

func skip(code, format string, args ...any) channelposts.Content {
	return channelposts.Content{Skip: &models.Note{Code: code, Message: fmt.Sprintf(format, args...)}}
}

// morning are the news, said by a model when it keeps to them, with their sources as links below.
func (a *author) morning(ctx context.Context) (channelposts.Content, error) {
	if a.news == nil {
		return skip("no_news", "No news provider is set up"), nil
	}
	list, note, err := a.news.Morning(ctx, a.now())
	if err != nil {
		return channelposts.Content{}, err
	}
	if len(list) == 0 {
		if note == nil {
			note = &models.Note{Code: "no_news", Message: "There was no news of gold in the last day"}
		}
		return channelposts.Content{Skip: note}, nil
	}
	list = list[:min(len(list), mostHeadlines)]
	language := a.terms.Language
	content, err := a.write(ctx, writing.Request{Kind: writing.News, Facts: wording.NewsFacts(list), Language: language, Fallback: wording.News(language, list), Plain: wording.NewsPlain(list)})
	if err != nil {
		return channelposts.Content{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n<i>%s:</i>", content.Text, message.Escape(wording.NewsSources(language)))
	for i, h := range list {
		sign := ""
		if i > 0 {
			sign = " ·"
		}
		fmt.Fprintf(&b, `%s <a href="%s">%s</a>`, sign, message.Escape(h.URL), message.Escape(h.Source))
	}
	content.Text = b.String()
	return content, nil
}

// recap forwards the newest weekly recap of the VIP channel.
func (a *author) recap(ctx context.Context, at time.Time) (channelposts.Content, error) {
	p, err := a.store.CrossPromo.ForwardableRecap(ctx, at.Add(-recapAge))
	if err != nil {
		return channelposts.Content{}, err
	}
	if p == nil {
		return skip("no_recap", "No weekly recap reached the VIP channel in the last seven days"), nil
	}
	return channelposts.Content{Forward: &sending.Source{Chat: p.ChatID, Message: p.MessageID}}, nil
}

// teaser leads to the VIP channel: in the tenant's own words, or by what the last seven days have brought.
func (a *author) teaser(ctx context.Context, at time.Time) (channelposts.Content, error) {
	content := channelposts.Content{Text: a.settings.Teaser.Text}
	if content.Text == "" {
		facts, err := a.Results(ctx, at.AddDate(0, 0, -7), at)
		if err != nil {
			return content, err
		}
		written := facts.Teaser(a.terms.Language)
		may := wording.Facts{Labels: []string{"XAU/USD", "XAUUSD"}}
		if s := facts.Sum(); s.Pips > 0 {
			may.Figures = []wording.Figure{wording.OfPips("pips", s.Pips), wording.Of("signals", wording.Count, int64(len(facts.Closed))), wording.Of("days", wording.Days, 7)}
		}
		if content, err = a.write(ctx, writing.Request{Kind: writing.Teaser, Facts: may, Language: a.terms.Language, Fallback: written}); err != nil {
			return content, err
		}
	}
	if link := a.settings.Teaser.Link; link != "" {
		text := a.settings.Teaser.Button
		if text == "" {
			text = wording.TeaserButton(a.terms.Language)
		}
		content.Buttons = message.Keyboard{{{Text: text, URL: link}}}
	}
	return content, nil
}

// bragAge is how far back the results of a day go at most.
const bragAge = 7 * 24 * time.Hour

// toldUntil is when the results begin that a brag of a moment tells of: where the last one of the programme ended, so that
// neither another time of it nor one that was skipped as late drops a result, or tells one twice.
func (a *author) toldUntil(ctx context.Context, at time.Time) (time.Time, error) {
	last, err := a.store.ChannelPosts.Newest(ctx, models.PostBrag, models.NewTime(at.Add(-bragAge)), models.NewTime(at))
	for _, p := range last {
		if !p.Manual && (p.State == models.PostSent || p.State == models.PostUnknown || p.Problem != nil && (p.Problem.Code == losingDay || p.Problem.Code == emptyDay)) {
			return p.PlannedAt.Time, err
		}
	}
	return a.settings.Since(at), err
}

// Why there is nothing to be said of a day's results.
const (
	losingDay = "losing_day"
	emptyDay  = "empty_day"
)

// brag is what the day has brought. A day that lost is told as the tenant wants it, never as one that won.
func (a *author) brag(ctx context.Context, at time.Time) (channelposts.Content, error) {
	since, err := a.toldUntil(ctx, at)
	if err != nil {
		return channelposts.Content{}, err
	}
	facts, err := a.Results(ctx, since, at)
	if err != nil {
		return channelposts.Content{}, err
	}
	if len(facts.Closed) == 0 {
		return skip(emptyDay, "No signal was closed since the programme's last day"), nil
	}
	language := a.terms.Language
	if facts.Sum().Pips < 0 {
		switch a.settings.Losing {
		case programme.SkipLosing:
			return skip(losingDay, "The day lost %s pips, and such days are left out", -facts.Sum().Pips), nil
		case programme.SoftenLosing:
			return channelposts.Content{Text: message.Escape(facts.Softened(language)), Source: channelposts.SourceTemplate}, nil
		}
	}
	content, err := a.write(ctx, writing.Request{Kind: writing.Recap, Facts: facts.Facts(), Language: language, Fallback: facts.Headline(language)})
	if err != nil {
		return content, err
	}
	headline := message.Plain(content.Text)
	text := facts.Brag(language, headline)
	if best, ok := facts.BestOfDay(language); ok && a.settings.Results.DailyBest {
		text += "\n\n" + best
	}
	content.Text = message.Escape(text)
	return content, nil
}

// write has a text written, and escapes it.
func (a *author) write(ctx context.Context, r writing.Request) (channelposts.Content, error) {
	if a.writing == nil {
		return channelposts.Content{Text: message.Escape(r.Fallback), Source: channelposts.SourceTemplate, Reason: string(writing.NoProvider)}, nil
	}
	written, err := a.writing.Write(ctx, r)
	return channelposts.Content{Text: message.Escape(written.Text), Source: string(written.Source), Reason: string(written.Reason)}, err
}

// Results are the signals that were closed between two moments of ours.
func (s *Service) Results(ctx context.Context, from, to time.Time) (*wording.Recap, error) {
	facts := &wording.Recap{}
	begins, ends := from.Unix(), to.Unix()
	if s.feed != nil { // a made-up market has a clock of its own
		feed, err := s.store.Feeds.Get(ctx, s.feed.Market)
		if err != nil {
			return nil, err
		}
		ahead := marketfeed.TimeOf(feed, s.now()).Unix() - s.now().Unix()
		begins, ends = begins+ahead, ends+ahead
	}
	closed, err := s.store.Signals.ClosedBetween(ctx, begins, ends, mostClosed)
	for i := range closed {
		c := &closed[i]
		facts.Simulated = facts.Simulated || c.Simulated()
		facts.Closed = append(facts.Closed, c.Outcome())
	}
	return facts, err
}

// result is what a VIP signal has come to.
func (a *author) result(ctx context.Context, p *models.ChannelPost) (channelposts.Content, error) {
	var of resultOf
	if err := json.Unmarshal(p.About, &of); err != nil {
		return channelposts.Content{}, err
	}
	row, err := a.store.Signals.Get(ctx, of.Signal)
	if err != nil {
		return channelposts.Content{}, err
	}
	announced, err := a.store.ChannelPosts.Of(ctx, row.ID)
	switch {
	case err != nil:
		return channelposts.Content{}, err
	case len(announced) > 0 && announced[0].State == models.PostPlanned:
		return channelposts.Content{}, fault.New(fault.Unavailable, "not_announced_yet", "The VIP channel was not told of the signal yet").WithRetryAfter(10 * time.Second)
	case len(announced) == 0 || announced[0].State == models.PostFailed || announced[0].State == models.PostSkipped:
		return skip("not_announced", "The VIP channel was not told of the signal"), nil
	}
	text := ""
	if p.Kind == models.PostFull {
		minutes := int64(a.now().Sub(p.HappenedAt.Time) / time.Minute)
		text = wording.FullSignal(a.terms.Language, row.Symbol, row.Position.Entry, &row.Plan, minutes, row.Simulated())
	} else {
		text = wording.TargetHit(a.terms.Language, row.Symbol, of.Target, of.Pips, row.Simulated())
	}
	if a.terms.Disclaimer != "" {
		text += "\n\n" + a.terms.Disclaimer
	}
	return channelposts.Content{Text: message.Escape(text), Source: channelposts.SourceTemplate}, nil
}
