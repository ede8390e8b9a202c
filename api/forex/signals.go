package forex

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// Signals serves /api/v1/signals.
type Signals struct {
	Store   *models.Store
	Service *signals.Service
}

type signalOut struct {
	ID           string             `json:"id" openapi:"format=uuid"`
	Number       int64              `json:"number" doc:"In the record; 0 before its first entry there."`
	Strategy     string             `json:"strategy"`
	Practice     bool               `json:"practice" doc:"It is followed and told to nobody."`
	Symbol       string             `json:"symbol"`
	Simulated    bool               `json:"simulated" doc:"Its market is made up."`
	State        models.SignalState `json:"state" openapi:"enum=proposed|waiting|open|closed|rejected|lapsed|cancelled"`
	Reason       string             `json:"reason" doc:"Why it was never open: a person's words, or no_price (the market was closed), beyond (the price was beyond its stop or first target), other_market (its market was exchanged for another one) or record_ended (the record was ended)."`
	Side         position.Side      `json:"side" openapi:"enum=buy|sell"`
	Entry        *pip.Price         `json:"entry" doc:"At which it was opened."`
	Stop         pip.Price          `json:"stop" doc:"Where it stands now."`
	FirstStop    pip.Price          `json:"first_stop" doc:"By which R is counted."`
	Targets      []signalTargetOut  `json:"targets"`
	Left         string             `json:"left" doc:"What is still open, in percent."`
	DecidedAt    time.Time          `json:"decided_at" doc:"The close of the bar that it was made on, in the market's time, as all times of a signal but created_at."`
	ApproveUntil *time.Time         `json:"approve_until" doc:"When a proposed one lapses."`
	ExpiresAt    *time.Time         `json:"expires_at"`
	OpenedAt     *time.Time         `json:"opened_at"`
	ClosedAt     *time.Time         `json:"closed_at"`
	Pips         *pip.Pips          `json:"pips" doc:"Of a closed one, the parts weighed by their shares."`
	R            *pip.R             `json:"r"`
	Money        *int64             `json:"money_cents" doc:"By the tenant's lots."`
	Running      *runningOut        `json:"running" doc:"Of an open one: what it would come to at the market's last price, its spread included."`
	Ordered      *orderOut          `json:"ordered" doc:"Of an open one: what a person wants done from the first price of the next minute on."`
	PipSize      pip.Size           `json:"pip_size"`
	Chat         string             `json:"chat" doc:"The channel in which its message stands."`
	MessageID    int64              `json:"message_id"`
	DecidedBy    string             `json:"decided_by" doc:"The person who approved, rejected, closed or changed it last."`
	CreatedAt    models.Time        `json:"created_at" openapi:"notnull"`
	Version      int64              `json:"version"`
}

type orderOut struct {
	What    string           `json:"what" openapi:"enum=close|edit"`
	From    time.Time        `json:"from" doc:"When it counts from; the market may have no price then, and its minutes may come later."`
	By      string           `json:"by"`
	Levels  *signalLevelsOut `json:"levels"`
	Refused string           `json:"refused" doc:"Why it could not be done when its minute came."`
}

func orderOf(o *models.SignalOrder) *orderOut {
	if o == nil {
		return nil
	}
	out := &orderOut{What: "edit", From: time.Unix(o.From, 0).UTC(), By: o.By, Levels: levelsOf(o.Levels), Refused: o.Refused}
	if o.Close {
		out.What = "close"
	}
	return out
}

type runningOut struct {
	Price pip.Price `json:"price" doc:"Of the market."`
	At    time.Time `json:"at"`
	Pips  pip.Pips  `json:"pips"`
	R     pip.R     `json:"r"`
	Money int64     `json:"money_cents"`
}

type signalTargetOut struct {
	Price   pip.Price `json:"price"`
	Percent string    `json:"percent" doc:"Of the trade that it closes."`
	Hit     bool      `json:"hit"`
}

// at is a moment of the market; nil for none.
func at(unix int64) *time.Time {
	if unix == 0 {
		return nil
	}
	t := time.Unix(unix, 0).UTC()
	return &t
}

// share is a part of a trade in percent.
func share(of int) string { return pip.Pips(int64(of) * 1000).String() }

func signalOf(s *models.Signal, running map[string]signals.Running) signalOut {
	out := signalOut{ID: s.ID, Number: s.Number, Strategy: s.Strategy, Practice: s.Practice, Symbol: s.Symbol, Simulated: s.Simulated(), State: s.State,
		Reason: s.Reason, Side: s.Side, Stop: s.Plan.Stop, FirstStop: s.Plan.Stop, Targets: []signalTargetOut{}, Left: share(0),
		DecidedAt: time.Unix(s.Bar, 0).UTC().Add(signals.Bar), ExpiresAt: at(s.Plan.ExpiresAt), OpenedAt: at(s.OpenedAt), ClosedAt: at(s.ClosedAt),
		PipSize: s.Terms.PipSize, Chat: s.Chat, MessageID: s.MessageID, DecidedBy: s.DecidedBy, CreatedAt: s.CreatedAt, Version: s.Version}
	if s.State == models.SignalProposed {
		out.ApproveUntil = at(s.ApproveUntil)
	}
	targets, hit := s.Plan.Targets, 0
	if p := s.Position; p != nil {
		out.Entry, out.Stop, out.Left = &p.Entry, p.Stop, share(p.Left)
		targets, hit = p.Plan.Targets, p.Hit
	}
	for i, t := range targets {
		out.Targets = append(out.Targets, signalTargetOut{t.Price, share(t.Share), i < hit})
	}
	if s.State == models.SignalClosed {
		out.Pips, out.R, out.Money = &s.Pips, &s.R, &s.Money
	}
	if s.State == models.SignalOpen {
		out.Ordered = orderOf(s.Ordered)
	}
	if r, ok := running[s.ID]; ok {
		out.Running = &runningOut{r.Price, time.Unix(r.At, 0).UTC(), r.Pips, r.R, r.Money}
	}
	return out
}

// states reads the filter: "open", "closed", or several with commas between them.
func states(text string) ([]models.SignalState, error) {
	if text == "" {
		return nil, nil
	}
	known := append(slices.Clone(models.LiveSignals), models.SignalClosed, models.SignalRejected, models.SignalLapsed, models.SignalCancelled)
	var out []models.SignalState
	for _, one := range strings.Split(text, ",") {
		state := models.SignalState(one)
		if !slices.Contains(known, state) {
			return nil, fault.InvalidField("state", "unknown", "must be proposed, waiting, open, closed, rejected, lapsed or cancelled, or several with commas")
		}
		out = append(out, state)
	}
	return out, nil
}

// List answers the tenant's signals, the newest first.
func (h *Signals) List(c *gin.Context) error {
	wanted, err := states(c.Query("state"))
	if err != nil {
		return err
	}
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	page, err := h.Store.Signals.List(ctx, models.SignalFilter{States: wanted, Strategy: c.Query("strategy"),
		Practice: c.Query("practice") == "true", After: c.Query("after"), Limit: limit})
	if err != nil {
		return err
	}
	running, err := h.Service.Running(ctx, page.Items...)
	return httpx.ReplyPage(c, page, err, func(s *models.Signal) signalOut { return signalOf(s, running) })
}

type signalDetail struct {
	signalOut
	Events []signalEventOut `json:"events" doc:"What happened to it, in order."`
	Posts  []signalPostOut  `json:"posts" doc:"What was told of it, in order."`
}

type signalEventOut struct {
	Kind     string           `json:"kind" openapi:"enum=progress|target|stop|breakeven|stop_in_profit|expired|closed_by_hand|closed_at_market|edited"`
	At       time.Time        `json:"at"`
	Target   int              `json:"target" doc:"1 is the first; 0 where none was hit."`
	Price    *pip.Price       `json:"price"`
	Percent  string           `json:"percent" doc:"Of the trade that was closed."`
	Pips     *pip.Pips        `json:"pips" doc:"From the entry to the price."`
	Stop     pip.Price        `json:"stop" doc:"Where it stands from then on."`
	Moved    bool             `json:"stop_moved"`
	Old      *signalLevelsOut `json:"old" doc:"Of an edit: the levels before."`
	New      *signalLevelsOut `json:"new"`
	DoneBy   string           `json:"by"`
	LeftOpen string           `json:"left"`
	Seq      int              `json:"seq" doc:"1 is the first."`
}

type signalLevelsOut struct {
	Stop    pip.Price         `json:"stop"`
	Targets []signalTargetOut `json:"targets"`
}

func levelsOf(l *models.SignalLevels) *signalLevelsOut {
	if l == nil {
		return nil
	}
	out := &signalLevelsOut{Stop: l.Stop, Targets: make([]signalTargetOut, len(l.Targets))}
	for i, t := range l.Targets {
		out.Targets[i] = signalTargetOut{Price: t.Price, Percent: share(t.Share)}
	}
	return out
}

func eventOf(m *models.SignalMilestone, size pip.Size) signalEventOut {
	out := signalEventOut{Kind: m.Kind, At: time.Unix(m.At, 0).UTC(), Percent: share(0), Stop: m.Data.Position.Stop,
		Old: levelsOf(m.Data.Old), New: levelsOf(m.Data.New), DoneBy: m.Data.By, LeftOpen: share(m.Data.Position.Left), Seq: m.Seq}
	if k := m.Data.Milestone; k != nil {
		pips := size.Pips(0, k.Gain)
		out.Target, out.Price, out.Percent, out.Pips, out.Moved = k.Target, &k.Price, share(k.Share), &pips, k.StopMoved
	}
	return out
}

type signalPostOut struct {
	ID        string           `json:"id" openapi:"format=uuid"`
	Kind      models.PostKind  `json:"kind" openapi:"enum=signal|milestone|edit|cancel|recap|news|forward|teaser|brag|result|full|hype"`
	State     models.PostState `json:"state" openapi:"enum=planned|sent|failed|unknown|skipped|deleting|deleted"`
	Event     int              `json:"event" doc:"The number of what it tells among the signal's events; 0 for none of them."`
	Channel   string           `json:"channel"`
	Text      string           `json:"text" doc:"Telegram's HTML; empty until it is written."`
	Source    string           `json:"source" openapi:"enum=|ai|template"`
	Reason    string           `json:"reason" doc:"Why the model's text was not taken."`
	MessageID int64            `json:"message_id"`
	Resent    bool             `json:"resent" doc:"It was sent again after it may have arrived."`
	Problem   *httpx.Note      `json:"problem"`
	Planned   models.Time      `json:"planned_at" openapi:"notnull"`
	SentAt    models.Time      `json:"sent_at"`
	Version   int64            `json:"version"`
}

func postOf(p *models.ChannelPost) signalPostOut {
	return signalPostOut{ID: p.ID, Kind: p.Kind, State: p.State, Event: p.Event(), Channel: p.Channel, Text: p.Text, Source: p.Source, Reason: p.Reason, MessageID: p.MessageID,
		Resent: p.Resent, Problem: httpx.NoteOf(p.Problem), Planned: p.PlannedAt, SentAt: p.SentAt, Version: p.Version}
}

// Get answers one signal with what happened to it and what was told.
func (h *Signals) Get(c *gin.Context) error {
	row, err := h.Store.Signals.Get(c.Request.Context(), c.Param("signal"))
	return h.detail(c, row, err)
}

func (h *Signals) detail(c *gin.Context, row *models.Signal, err error) error {
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	events, err := h.Store.Signals.Milestones(ctx, row.ID)
	if err != nil {
		return err
	}
	posts, err := h.Store.ChannelPosts.Of(ctx, row.ID)
	if err != nil {
		return err
	}
	running, err := h.Service.Running(ctx, *row)
	if err != nil {
		return err
	}
	out := signalDetail{signalOut: signalOf(row, running), Events: make([]signalEventOut, len(events)), Posts: make([]signalPostOut, len(posts))}
	for i := range events {
		out.Events[i] = eventOf(&events[i], row.Terms.PipSize)
	}
	for i := range posts {
		out.Posts[i] = postOf(&posts[i])
	}
	httpx.ETag(c, row.Version)
	return httpx.Reply(c, http.StatusOK, out)
}

// Approve lets a proposed signal go out.
func (h *Signals) Approve(c *gin.Context) error {
	row, err := h.Service.Approve(c.Request.Context(), c.Param("signal"), httpx.Expected(c), access.From(c).Person.Name)
	return h.detail(c, row, err)
}

type reasonIn struct {
	Reason string `json:"reason" doc:"Why; it stands in the public record."`
}

// maxReason is how long a reason may be, in bytes.
const maxReason = 200

func (h *Signals) withReason(c *gin.Context, do func(reason string) (*models.Signal, error)) error {
	var in reasonIn
	if err := httpx.OptionalJSON(c, &in); err != nil {
		return err
	}
	in.Reason = text.Clean(in.Reason)
	if len(in.Reason) > maxReason {
		return fault.InvalidField("reason", "too_long", "Must have at most %d bytes", maxReason)
	}
	row, err := do(in.Reason)
	return h.detail(c, row, err)
}

// Reject ends a proposed signal.
func (h *Signals) Reject(c *gin.Context) error {
	return h.withReason(c, func(reason string) (*models.Signal, error) {
		return h.Service.Reject(c.Request.Context(), c.Param("signal"), httpx.Expected(c), access.From(c).Person.Name, reason)
	})
}

// Cancel withdraws a signal that waits for its first price.
func (h *Signals) Cancel(c *gin.Context) error {
	return h.withReason(c, func(reason string) (*models.Signal, error) {
		return h.Service.Cancel(c.Request.Context(), c.Param("signal"), httpx.Expected(c), access.From(c).Person.Name, reason)
	})
}

// Close closes an open signal at the market's last price.
func (h *Signals) Close(c *gin.Context) error {
	row, err := h.Service.Close(c.Request.Context(), c.Param("signal"), httpx.Expected(c), access.From(c).Person.Name)
	return h.detail(c, row, err)
}

type levelsIn struct {
	Stop    pip.Price  `json:"stop"`
	Targets []targetIn `json:"targets" doc:"Those that were not hit yet, the nearest first; their parts make up what is open."`
}

type targetIn struct {
	Price   pip.Price `json:"price"`
	Percent pip.Pips  `json:"percent" doc:"Of the whole trade, with at most two decimals."`
}

// Edit moves the stop and the targets of an open signal.
func (h *Signals) Edit(c *gin.Context) error {
	var in levelsIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	levels := models.SignalLevels{Stop: in.Stop, Targets: make([]position.Target, len(in.Targets))}
	for i, t := range in.Targets {
		levels.Targets[i] = position.Target{Price: t.Price, Share: int(t.Percent / 1000)}
	}
	row, err := h.Service.Edit(c.Request.Context(), c.Param("signal"), httpx.Expected(c), access.From(c).Person.Name, levels)
	return h.detail(c, row, named(err, map[string]string{".share": "percent"}))
}
