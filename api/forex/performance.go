package forex

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/performance"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/sheet"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// Performance serves what closed signals come to.
type Performance struct{ Service *signals.Service }

const (
	realMarket      = "real"
	simulatedMarket = "simulated"
)

type performanceGroupOut struct {
	Signals int      `json:"signals"`
	Wins    int      `json:"wins"`
	Draws   int      `json:"draws"`
	Losses  int      `json:"losses"`
	WinRate *float64 `json:"win_rate" doc:"Wins by signals, 0 to 1."`
	Pips    pip.Pips `json:"pips"`
	R       pip.R    `json:"r"`
}

func groupOf(g performance.Group) performanceGroupOut {
	out := performanceGroupOut{Signals: g.Signals, Wins: g.Wins, Draws: g.Draws, Losses: g.Losses, Pips: g.Pips, R: g.R}
	if g.Signals > 0 {
		rate := float64(g.Wins) / float64(g.Signals)
		out.WinRate = &rate
	}
	return out
}

type performanceOut struct {
	Market       string                   `json:"market" openapi:"enum=real|simulated" doc:"Which signals these are; simulated ones are on a made-up market."`
	Markets      []string                 `json:"markets" doc:"On which signals were closed at all: real, simulated."`
	Total        performanceGroupOut      `json:"total"`
	DrawdownPips pip.Pips                 `json:"max_drawdown_pips" doc:"How far the equity fell at most from where it stood highest before."`
	DrawdownR    pip.R                    `json:"max_drawdown_r"`
	Losing       int                      `json:"longest_losing_streak"`
	Equity       []equityPointOut         `json:"equity" doc:"What all signals until then come to; of very many every second is left out, and so on."`
	Strategies   []performanceStrategyOut `json:"strategies"`
	Hours        []performanceGroupOut    `json:"hours" doc:"By the hour of their opening, in UTC: 24 of them."`
	Weekdays     []performanceGroupOut    `json:"weekdays" doc:"By the weekday of their opening, in UTC: 7 of them, Monday first."`
	Days         []performanceDayOut      `json:"days" doc:"By the day of their closing, in UTC; days without any are left out."`
}

type equityPointOut struct {
	At   time.Time `json:"at"`
	Pips pip.Pips  `json:"pips"`
	R    pip.R     `json:"r"`
}

type performanceStrategyOut struct {
	Strategy string `json:"strategy"`
	performanceGroupOut
}

type performanceDayOut struct {
	Day string `json:"day" openapi:"format=date"`
	performanceGroupOut
}

// filter reads which closed signals are wanted. Without a market they are the real ones, or where there are none the
// simulated ones.
func (h *Performance) filter(c *gin.Context) (f models.ResultFilter, markets []string, err error) {
	var wrong fault.Fields
	day := func(name string, and time.Duration) int64 {
		text := c.Query(name)
		if text == "" {
			return 0
		}
		t, err := time.Parse(time.DateOnly, text)
		if err != nil || t.Unix() <= 0 {
			wrong.Add(name, "day", "Must be a day such as 2026-11-22")
		}
		return t.Add(and).Unix()
	}
	f.From, f.To, f.Strategy = day("from", 0), day("to", 24*time.Hour), c.Query("strategy")
	market := c.Query("market")
	if market != "" && market != realMarket && market != simulatedMarket {
		wrong.Add("market", "unknown", "Must be real or simulated")
	}
	if err := wrong.Err("invalid_parameter", "A parameter is wrong"); err != nil {
		return f, nil, err
	}
	genuine, simulated, err := h.Service.ResultMarkets(c.Request.Context())
	if err != nil {
		return f, nil, err
	}
	markets = []string{}
	if genuine {
		markets = append(markets, realMarket)
	}
	if simulated {
		markets = append(markets, simulatedMarket)
	}
	f.Simulated = market == simulatedMarket || market == "" && simulated && !genuine
	return f, markets, nil
}

// Get answers what closed signals come to.
func (h *Performance) Get(c *gin.Context) error {
	f, markets, err := h.filter(c)
	if err != nil {
		return err
	}
	r, err := h.Service.Performance(c.Request.Context(), f)
	if err != nil {
		return err
	}
	out := performanceOut{Market: realMarket, Markets: markets, Total: groupOf(r.Total), DrawdownPips: r.DrawdownPips, DrawdownR: r.DrawdownR, Losing: r.Losing,
		Equity: make([]equityPointOut, len(r.Equity)), Strategies: make([]performanceStrategyOut, len(r.Strategies)), Days: make([]performanceDayOut, len(r.Days))}
	if f.Simulated {
		out.Market = simulatedMarket
	}
	for i, p := range r.Equity {
		out.Equity[i] = equityPointOut{time.Unix(p.At, 0).UTC(), p.Pips, p.R}
	}
	for i, s := range r.Strategies {
		out.Strategies[i] = performanceStrategyOut{s.Name, groupOf(s.Group)}
	}
	for i, d := range r.Days {
		out.Days[i] = performanceDayOut{d.Day, groupOf(d.Group)}
	}
	for _, g := range r.Hours {
		out.Hours = append(out.Hours, groupOf(g))
	}
	for _, g := range r.Weekdays {
		out.Weekdays = append(out.Weekdays, groupOf(g))
	}
	return httpx.Reply(c, http.StatusOK, out)
}

// Table answers the closed signals as a table, however many they are.
func (h *Performance) Table(c *gin.Context) error {
	f, _, err := h.filter(c)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="performance.csv"`)
	c.Header("Cache-Control", "private, no-store")
	out, err := sheet.NewWriter(httpx.PatientWriter(c))
	if err != nil {
		return err
	}
	if err := out.Write("number", "market", "symbol", "strategy", "side", "opened_at", "closed_at", "pips", "r", "money_cents"); err != nil {
		return err
	}
	stamp := func(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }
	err = h.Service.Results(c.Request.Context(), f, func(s *models.Signal) error {
		market := realMarket
		if s.Simulated() {
			market = simulatedMarket
		}
		return out.Write(strconv.FormatInt(s.Number, 10), market, s.Symbol, s.Strategy, string(s.Side), stamp(s.OpenedAt), stamp(s.ClosedAt),
			s.Pips.String(), s.R.String(), strconv.FormatInt(s.Money, 10))
	})
	if err != nil {
		return err
	}
	return out.Flush()
}
