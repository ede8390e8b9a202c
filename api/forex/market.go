// Package forex serves the product of gold signals.
package forex

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

// Market serves /api/v1/market: the price, the candles, and how their feed is.
type Market struct {
	Feed *marketfeed.Service // nil where none is configured
}

type marketOut struct {
	Symbol    string           `json:"symbol"`
	Simulated bool             `json:"simulated" doc:"The prices are made up by the sandbox."`
	State     models.FeedState `json:"state" openapi:"enum=off|starting|live|closed|waiting|broken" doc:"waiting mends itself, broken needs a person."`
	Problem   *httpx.Note      `json:"problem" doc:"Why it is not live, and what to do."`
	Price     *pip.Price       `json:"price"`
	PriceAt   models.Time      `json:"price_at" doc:"In the market's time."`
	DayOpen   *pip.Price       `json:"day_open" doc:"The first price of the trading day."`
	Time      models.Time      `json:"market_time" doc:"The market's time at the last look; a simulated market has its own."`
	Speed     float64          `json:"speed" doc:"Seconds of the market in a second."`
	LookedAt  models.Time      `json:"looked_at"`
	NextLook  models.Time      `json:"next_look"`
	Credits   *creditsOut      `json:"credits" doc:"What is left of the provider's plan; null for a simulated market."`
	Bars      historyOut       `json:"bars" doc:"The history of fifteen minutes each."`
	Version   int64            `json:"version"`
}

type creditsOut struct {
	Minute int `json:"minute"`
	Day    int `json:"day"`
	PerDay int `json:"per_day"`
}

type historyOut struct {
	First models.Time `json:"first"`
	Last  models.Time `json:"last"`
	Gaps  int         `json:"gaps" doc:"Times of the last 30 days in which candles are missing though the market was open."`
}

// Get answers how the market and its feed are.
func (h *Market) Get(c *gin.Context) error {
	if h.Feed == nil {
		return httpx.Reply(c, http.StatusOK, marketOut{Symbol: "XAU/USD", State: "off", Speed: 1,
			Problem: &httpx.Note{Code: "market_off", Message: "No market data is configured", Remedy: "Set TWELVE_DATA_API_KEY and start the program again"}})
	}
	now, err := h.Feed.Now(c.Request.Context())
	if err != nil {
		return err
	}
	f := now.Feed
	out := marketOut{Symbol: f.Symbol, Simulated: h.Feed.Simulated(), State: f.State, Problem: httpx.NoteOf(f.Problem), PriceAt: f.PriceAt,
		Time: f.MarketTime, Speed: f.Speed, LookedAt: f.LookedAt, NextLook: f.NextLook, Version: f.Version,
		Bars: historyOut{models.NewTime(now.FirstBar), models.NewTime(now.LastBar), now.Gaps}}
	if f.Price > 0 {
		out.Price = &f.Price
	}
	if now.DayOpen > 0 {
		out.DayOpen = &now.DayOpen
	}
	if !out.Simulated {
		out.Credits = &creditsOut{now.MinuteCredits, now.DayCredits, now.PerDay}
	}
	httpx.ETag(c, f.Version)
	return httpx.Reply(c, http.StatusOK, out)
}

type candleOut struct {
	Time  time.Time `json:"time"`
	Open  pip.Price `json:"open"`
	High  pip.Price `json:"high"`
	Low   pip.Price `json:"low"`
	Close pip.Price `json:"close"`
}

// mostCandles is how many one answer has at most.
const mostCandles = 2000

// Candles answers the market's history: the newest ones, or from a time on until before another one.
func (h *Market) Candles(c *gin.Context) error {
	if h.Feed == nil {
		return httpx.Reply(c, http.StatusOK, httpx.Page[candleOut]{Items: []candleOut{}})
	}
	of, err := timeframeOf(c.Query("timeframe"))
	if err != nil {
		return err
	}
	from, err := httpx.Moment(c, "from")
	if err != nil {
		return err
	}
	to, err := httpx.Moment(c, "to")
	if err != nil {
		return err
	}
	limit, err := httpx.LimitOf(c, 500, mostCandles)
	if err != nil {
		return err
	}
	candles, err := h.Feed.Candles(c.Request.Context(), of, from, to, limit)
	if err != nil {
		return err
	}
	out := httpx.Page[candleOut]{Items: make([]candleOut, len(candles))}
	for i := range candles {
		k := &candles[i]
		out.Items[i] = candleOut{k.At(), k.Open, k.High, k.Low, k.Close}
	}
	return httpx.Reply(c, http.StatusOK, out)
}

// timeframes by their names; the empty one is that of strategies.
var timeframes = map[string]candle.Timeframe{"": candle.M15, "1m": candle.M1, "15m": candle.M15, "1h": candle.H1, "4h": candle.H4}

func timeframeOf(name string) (candle.Timeframe, error) {
	of, ok := timeframes[name]
	if !ok {
		return 0, fault.InvalidField("timeframe", "timeframe", "must be 1m, 15m, 1h or 4h")
	}
	return of, nil
}
