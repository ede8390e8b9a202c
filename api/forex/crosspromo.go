package forex

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/models"
)

// CrossPromo serves /api/v1/cross-promotion.
type CrossPromo struct {
	Service *crosspromo.Service
	Now     func() time.Time
}

type slotTermBody struct {
	On bool   `json:"on"`
	At string `json:"at" doc:"Of UTC, such as 06:42."`
}

type callToActionBody struct {
	Text   string `json:"text" doc:"Telegram's HTML; empty lets the program write one."`
	Button string `json:"button" doc:"On the button; empty is the program's own word."`
	Link   string `json:"link" doc:"Where the button leads; empty for no button."`
}

type resultRulesBody struct {
	Targets      bool `json:"targets" doc:"Each target that a VIP signal hits."`
	FullSignals  bool `json:"full_signals" doc:"Each VIP signal with all its levels."`
	DailyBest    bool `json:"daily_best" doc:"The best signal of the day, with what the day has brought."`
	DelayMinutes int  `json:"delay_minutes" doc:"How long after the VIP channel."`
	DailyMost    int  `json:"daily_most" doc:"Targets and signals in a day of UTC."`
}

// crossPromoBody is what a tenant wants to go from its VIP channel to its FREE channel, as it is read and written.
type crossPromoBody struct {
	On      bool             `json:"on"`
	Days    []time.Weekday   `json:"days" doc:"Of UTC; 0 is Sunday."`
	News    slotTermBody     `json:"news" doc:"Gold news of the morning."`
	Recap   slotTermBody     `json:"recap" doc:"The weekly recap, forwarded from the VIP channel."`
	Teaser  slotTermBody     `json:"teaser" doc:"The call to action."`
	Brag    slotTermBody     `json:"brag" doc:"What the day has brought."`
	Action  callToActionBody `json:"action"`
	Losing  programme.Losing `json:"losing" openapi:"enum=skip|soften|show" doc:"What is said of a day that lost: nothing, one sentence with the loss, or each signal."`
	Results resultRulesBody  `json:"results"`
}

type crossPromoOut struct {
	crossPromoBody
	Version int64 `json:"version"`
}

func crossPromoOf(s *models.CrossPromoSettings) crossPromoBody {
	term := func(slot programme.Slot) slotTermBody { return slotTermBody(s.Terms[slot]) }
	return crossPromoBody{On: s.On, Days: append([]time.Weekday{}, s.Days...), News: term(programme.News), Recap: term(programme.Recap), Teaser: term(programme.Teaser), Brag: term(programme.Brag),
		Action: callToActionBody(s.Teaser), Losing: s.Losing, Results: resultRulesBody(s.Results)}
}

func (b *crossPromoBody) settings() models.CrossPromoSettings {
	days := slices.Clone(b.Days)
	slices.Sort(days)
	return models.CrossPromoSettings{
		Programme: programme.Programme{On: b.On, Days: slices.Compact(days), Terms: map[programme.Slot]programme.Term{programme.News: programme.Term(b.News),
			programme.Recap: programme.Term(b.Recap), programme.Teaser: programme.Term(b.Teaser), programme.Brag: programme.Term(b.Brag)}},
		Teaser: models.CallToAction(b.Action), Losing: b.Losing, Results: models.ResultRules(b.Results)}
}

func (h *CrossPromo) reply(c *gin.Context, s *models.CrossPromoSettings, version int64) error {
	httpx.ETag(c, version)
	return httpx.Reply(c, http.StatusOK, crossPromoOut{crossPromoOf(s), version})
}

// Get answers the tenant's settings.
func (h *CrossPromo) Get(c *gin.Context) error {
	s, version, err := h.Service.Settings(c.Request.Context())
	if err != nil {
		return err
	}
	return h.reply(c, &s, version)
}

// Change changes settings; what is left out stays.
func (h *CrossPromo) Change(c *gin.Context) error {
	now, _, err := h.Service.Settings(c.Request.Context())
	if err != nil {
		return err
	}
	body := crossPromoOf(&now)
	days := body.Days
	body.Days = nil // a list is given whole, not merged by its places
	if err := httpx.JSON(c, &body); err != nil {
		return err
	}
	if body.Days == nil {
		body.Days = days
	}
	next := body.settings()
	version, err := h.Service.Save(c.Request.Context(), next, httpx.Expected(c))
	if err != nil {
		return named(err, map[string]string{"terms.news.at": "news.at", "terms.recap.at": "recap.at", "terms.teaser.at": "teaser.at", "terms.brag.at": "brag.at",
			"teaser.text": "action.text", "teaser.button": "action.button", "teaser.link": "action.link"})
	}
	return h.reply(c, &next, version)
}

type programmeDayOut struct {
	Date   string             `json:"date" openapi:"format=date"`
	Closed string             `json:"closed" doc:"Why gold does not trade on it; empty when it does."`
	Slots  []programmeSlotOut `json:"slots" doc:"In the order of their times."`
	Others []signalPostOut    `json:"others" doc:"What else the FREE channel gets: results of VIP signals and hype, in the order of their times."`
}

type programmeSlotOut struct {
	Slot    programme.Slot `json:"slot" openapi:"enum=news|recap|teaser|brag"`
	At      *time.Time     `json:"at" doc:"When it comes, came, or would come if it were on."`
	On      bool           `json:"on"`
	Manual  bool           `json:"manual" doc:"Somebody asked for it, besides the programme."`
	AskedBy string         `json:"asked_by" doc:"Who asked for it; empty for what the programme sends."`
	Post    *signalPostOut `json:"post" doc:"Null before its time."`
}

// mostDays is how many days one answer has.
const mostDays = 31

// Days answers the programme of days, the first one first: of today, or from another one on.
func (h *CrossPromo) Days(c *gin.Context) error {
	var wrong fault.Fields
	from := h.Now().UTC().Truncate(24 * time.Hour)
	if text := c.Query("from"); text != "" {
		parsed, err := time.Parse(time.DateOnly, text)
		if err != nil {
			wrong.Add("from", "malformed", "Must be a date such as 2026-11-30")
		}
		from = parsed
	}
	days := 1
	if text := c.Query("days"); text != "" {
		parsed, err := strconv.Atoi(text)
		if err != nil || parsed < 1 || parsed > mostDays {
			wrong.Add("days", "out_of_range", "Must be 1 to %d", mostDays)
			parsed = 1
		}
		days = parsed
	}
	if err := wrong.Err("programme", "The question has mistakes"); err != nil {
		return err
	}
	items := make([]programmeDayOut, days)
	for i := range items {
		date := from.AddDate(0, 0, i)
		entries, err := h.Service.Day(c.Request.Context(), date)
		if err != nil {
			return err
		}
		items[i] = programmeDayOut{Date: date.Format(time.DateOnly), Closed: h.Service.Closed(date), Slots: make([]programmeSlotOut, len(entries))}
		for k, e := range entries {
			items[i].Slots[k] = programmeSlotOf(&e)
		}
		others, err := h.Service.Others(c.Request.Context(), date)
		if err != nil {
			return err
		}
		items[i].Others = make([]signalPostOut, len(others))
		for k := range others {
			items[i].Others[k] = postOf(&others[k])
		}
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, ""))
}

func programmeSlotOf(e *crosspromo.Entry) programmeSlotOut {
	out := programmeSlotOut{Slot: e.Slot, On: e.On}
	if !e.At.IsZero() {
		at := e.At.UTC()
		out.At = &at
	}
	if e.Post != nil {
		p := postOf(e.Post)
		out.Post, out.Manual, out.AskedBy = &p, e.Post.Manual, e.Post.SentBy
	}
	return out
}

// slot is the one that the path names.
func slot(c *gin.Context) (programme.Slot, error) {
	s := programme.Slot(c.Param("slot"))
	if !slices.Contains(programme.Slots(), s) {
		return "", fault.New(fault.NotFound, "slot_not_found", "There is no such post in the programme")
	}
	return s, nil
}

// Run sends a slot's post at once.
func (h *CrossPromo) Run(c *gin.Context) error {
	s, err := slot(c)
	if err != nil {
		return err
	}
	p, err := h.Service.RunNow(c.Request.Context(), s, models.NewID(), access.From(c).Person.Name)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusAccepted, postOf(p))
}

// Skip leaves a slot of today out.
func (h *CrossPromo) Skip(c *gin.Context) error {
	s, err := slot(c)
	if err != nil {
		return err
	}
	if err := h.Service.Skip(c.Request.Context(), s, access.From(c).Person.Name); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type postPreviewOut struct {
	Text      string              `json:"text" doc:"Telegram's HTML; of a forward, that of the message."`
	Buttons   []postPreviewButton `json:"buttons"`
	Forwarded bool                `json:"forwarded" doc:"It is a message of the VIP channel, shown as forwarded."`
	Source    string              `json:"source" openapi:"enum=|ai|template"`
	Reason    string              `json:"reason" doc:"Why it is not the model's."`
	Skip      *httpx.Note         `json:"skip" doc:"Why nothing would be sent now; null for a post."`
}

type postPreviewButton struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// Preview answers a slot's post as it would go out now.
func (h *CrossPromo) Preview(c *gin.Context) error {
	s, err := slot(c)
	if err != nil {
		return err
	}
	p, err := h.Service.Preview(c.Request.Context(), s)
	if err != nil {
		return err
	}
	out := postPreviewOut{Text: p.Text, Buttons: buttonsOf(p.Buttons), Source: p.Source, Reason: p.Reason, Skip: httpx.NoteOf(p.Skip)}
	if p.Forward != nil {
		out.Forwarded, out.Text = true, p.Forwarded
	}
	return httpx.Reply(c, http.StatusOK, out)
}

func buttonsOf(k message.Keyboard) []postPreviewButton {
	out := []postPreviewButton{}
	for _, row := range k {
		for _, b := range row {
			out = append(out, postPreviewButton{b.Text, b.URL})
		}
	}
	return out
}
