package signals

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// post plans a message to the VIP channel about what happened at a moment of the market.
func (st *step) post(ctx context.Context, kind models.PostKind, at int64, event *models.SignalMilestone) error {
	if st.row.Practice {
		return nil
	}
	p := &models.ChannelPost{Kind: kind, Subject: st.row.ID, Role: models.RoleVIP, HappenedAt: models.NewTime(st.ourTime(st.feed, at))}
	if event == nil && !st.asOf.IsZero() {
		p.About = json.RawMessage(rehearsed)
	}
	if event != nil {
		about, err := json.Marshal(event)
		if err != nil {
			return err
		}
		p.About = about
		first, err := st.tx.ChannelPosts.Of(ctx, st.row.ID)
		if err != nil {
			return err
		}
		if len(first) > 0 {
			p.ReplyTo = first[0].ID
		}
	}
	return st.tx.ChannelPosts.Plan(ctx, p)
}

// promote writes the outbox message that lets the FREE channel be told of an event of the signal; 0 is that it was opened.
func (st *step) promote(ctx context.Context, seq int) error {
	if st.row.Practice || !st.asOf.IsZero() {
		return nil
	}
	settings, _, err := st.tx.CrossPromo.Settings(ctx)
	if err != nil || !settings.Results.Targets && !settings.Results.FullSignals {
		return err
	}
	owner, _ := tenant.From(ctx)
	return st.tx.Outbox.Add(ctx, contract.OutboxResult, contract.SignalID(owner, st.row.ID), contract.SignalResult{TenantID: owner, SignalID: st.row.ID, Seq: seq})
}

// ourTime is when a moment of the market was on our clock.
func (s *Service) ourTime(feed *models.MarketFeed, at int64) time.Time {
	ago := marketfeed.TimeOf(feed, s.now()).Unix() - at
	if feed.Speed <= 0 || ago <= 0 {
		return s.now()
	}
	return s.now().Add(-time.Duration(float64(ago) * float64(time.Second) / feed.Speed))
}

// Flow is what the flow of a signal has to do now.
func (s *Service) Flow(ctx context.Context, in contract.Signal) (contract.SignalAdvanced, error) {
	row, err := s.Advance(ctx, in.SignalID)
	if err != nil {
		return contract.SignalAdvanced{}, err
	}
	waiting, err := s.store.ChannelPosts.Waiting(ctx, row.ID)
	if err != nil {
		return contract.SignalAdvanced{}, err
	}
	ask, err := s.asks(ctx, row)
	if err != nil {
		return contract.SignalAdvanced{}, err
	}
	return contract.SignalAdvanced{Posts: waiting, Ask: ask, Over: !row.State.Live(), Again: lookAgain, Said: saidOf(row)}, nil
}

// lookAgain is when a flow looks although nobody woke it.
const lookAgain = time.Hour

func saidOf(row *models.Signal) string {
	said := string(row.Side) + " by " + row.Strategy + ": " + string(row.State)
	if row.Position != nil {
		said += " at " + row.Position.Entry.String()
	}
	if row.State == models.SignalClosed {
		said += ", " + row.Pips.String() + " pips"
	}
	return said
}

// Post sends one post of a signal, once. It may run any number of times.
func (s *Service) Post(ctx context.Context, in contract.SignalPost) error {
	row, err := s.store.Signals.Get(ctx, in.SignalID)
	if err != nil {
		return err
	}
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	p, err := s.posts.Send(ctx, in.PostID, &author{s, row, settings})
	if err != nil || p.Kind != models.PostSignal || p.State != models.PostSent {
		return err
	}
	return s.posted(ctx, row.ID, p)
}

// Again sends a post that failed, or that may not have arrived, since a person asked for it.
func (s *Service) Again(ctx context.Context, id string) (p *models.ChannelPost, err error) {
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		if p, err = tx.ChannelPosts.Again(ctx, id); err != nil {
			return err
		}
		if p.Kind == models.PostRecap || p.Slot != "" {
			return s.sendPost(ctx, tx, p.ID)
		}
		return s.wake(ctx, tx, p.Subject)
	})
	return p, err
}

// posted records where a signal's message stands, once.
func (s *Service) posted(ctx context.Context, id string, p *models.ChannelPost) error {
	_, err := s.store.Signals.Change(ctx, id, models.AnyVersion, func(tx *models.Store, row *models.Signal) error {
		if row.MessageID != 0 {
			return models.ErrUnchanged
		}
		connection, err := tx.Connections.Get(ctx, p.ConnectionID)
		if err != nil {
			return err
		}
		row.Chat, row.MessageID = channelName(connection), p.MessageID
		feed, err := tx.Feeds.Get(ctx, models.Market{Provider: row.Market, Symbol: row.Symbol})
		if err != nil {
			return err
		}
		err = s.record(ctx, tx, s.marketTime(feed), &row.Terms, &row.Number,
			entry{kind: track.Posted, data: track.Data{Chat: row.Chat, Message: p.MessageID}})
		if errors.Is(err, errEnded) { // nothing comes after its end
			return nil
		}
		return err
	})
	return err
}

// channelName is how the VIP channel is named in public: its @name, or else its title.
func channelName(c *models.Connection) string {
	vip := c.Channel(models.RoleVIP)
	switch {
	case vip == nil:
		return ""
	case vip.Username != "":
		return "@" + vip.Username
	}
	return vip.Title
}

// late is how long after it happened a message says when that was.
const late = 5 * time.Minute

// rehearsed marks the message of a signal from a past that the demo has lived through: it is shown as if it had come in time,
// with its time.
const rehearsed = `"rehearsed"`

// author makes the posts of a signal.
type author struct {
	*Service
	row      *models.Signal
	settings models.SignalSettings
}

// late reports whether a post comes long after what it tells.
func (s *author) late(p *models.ChannelPost) bool { return s.now().Sub(p.HappenedAt.Time) > late }

// signal is a signal's own message. One that comes late is no order any more.
func (s *author) signal(p *models.ChannelPost) string {
	row, opened := s.row, time.Unix(s.row.OpenedAt, 0)
	text := wording.Signal(row.Symbol, row.Position.Entry, &row.Plan)
	switch {
	case string(p.About) == rehearsed:
		text = wording.Then("en", text, opened)
	case s.late(p):
		text = wording.Late(s.settings.Language, row.Symbol, row.Side, row.Position.Entry, opened)
	}
	if s.settings.Disclaimer != "" {
		text += "\n\n" + s.settings.Disclaimer
	}
	return text
}

// Write makes the text of a post.
func (s *author) Write(ctx context.Context, p *models.ChannelPost) (channelposts.Content, error) {
	row, settings := s.row, s.settings
	if p.Kind == models.PostSignal {
		return channelposts.Content{Text: message.Escape(s.signal(p))}, nil
	}
	var event models.SignalMilestone
	if err := json.Unmarshal(p.About, &event); err != nil {
		return channelposts.Content{}, err
	}
	isLate := s.late(p)
	if p.Kind == models.PostEdit {
		text := wording.Edited(settings.Language, event.Data.Position.Hit, levelsOf(event.Data.Old), levelsOf(event.Data.New))
		if isLate {
			text = wording.Then(settings.Language, text, time.Unix(event.At, 0))
		}
		return channelposts.Content{Text: message.Escape(text)}, nil
	}
	a := wording.Announcement{Position: &event.Data.Position, Milestone: *event.Data.Milestone, Size: row.Terms.PipSize, Lots: row.Terms.Lots, Language: settings.Language, Late: isLate}
	if isLate || s.writing == nil { // a late one says when it happened
		return channelposts.Content{Text: message.Escape(a.Text()), Source: channelposts.SourceTemplate}, nil
	}
	written, err := s.writing.Write(ctx, writing.Request{Kind: writing.Milestone, Facts: a.Facts(row.Symbol), Language: settings.Language, Fallback: a.Text()})
	return channelposts.Content{Text: message.Escape(written.Text), Source: string(written.Source), Reason: string(written.Reason)}, err
}

func levelsOf(l *models.SignalLevels) wording.Levels {
	return wording.Levels{Stop: l.Stop, Targets: l.Targets}
}

// Files draws the picture of a signal.
func (s *author) Files(ctx context.Context, p *models.ChannelPost) ([]sending.Upload, error) {
	if p.Kind != models.PostSignal || s.settings.Card == "" || s.late(p) && string(p.About) != rehearsed {
		return nil, nil
	}
	return s.picture(ctx, s.settings.Card, cardValues(s.row), "signal."+s.row.ID)
}

// draw makes a picture from what its template has fields for.
func (s *Service) draw(ctx context.Context, template string, values map[string]string, key string) (*promo.Image, error) {
	fields, err := s.promo.Fields(ctx, template)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(values, func(name, _ string) bool {
		return !slices.ContainsFunc(fields, func(f render.Field) bool { return f.Name == name })
	})
	return s.promo.RenderFor(ctx, promo.Request{Template: template, Format: promo.FormatJPEG, Values: values}, promo.By{Source: "signal", Key: key})
}

// cardValues are what a signal puts into the fields of its picture.
func cardValues(row *models.Signal) map[string]string {
	values := map[string]string{"symbol": wording.Pair(row.Symbol), "side": sideWord(row.Side), "entry": row.Position.Entry.String(), "stop": row.Plan.Stop.String()}
	for i, t := range row.Plan.Targets {
		values["target_"+strconv.Itoa(i+1)] = t.Price.String()
	}
	return values
}

func sideWord(s position.Side) string {
	if s == position.Sell {
		return "SELL"
	}
	return "BUY"
}
