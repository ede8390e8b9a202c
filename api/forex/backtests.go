package forex

import (
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/models"
)

// Backtests serves /api/v1/backtests, and the gate of a strategy.
type Backtests struct {
	Store   *models.Store
	Service *backtests.Service
	Now     func() time.Time
}

// List answers the tenant's backtests, the newest first.
func (h *Backtests) List(c *gin.Context) error {
	state := models.BacktestState(c.Query("state"))
	switch state {
	case "", models.BacktestQueued, models.BacktestRunning, models.BacktestFinished, models.BacktestFailed, models.BacktestCancelled:
	default:
		return fault.InvalidField("state", "unknown", "must be queued, running, finished, failed or cancelled")
	}
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	page, err := h.Store.Backtests.List(c.Request.Context(), models.BacktestFilter{State: state, Strategy: c.Query("strategy"), After: c.Query("after"), Limit: limit})
	return httpx.ReplyPage(c, page, err, h.out)
}

type backtestIn struct {
	Strategy    string          `json:"strategy" doc:"The strategy's name."`
	Params      json.RawMessage `json:"params" doc:"Those that differ from their defaults; those that the strategy has when it is left out."`
	Protections *protectionsIn  `json:"protections" doc:"Those that the strategy has when it is left out."`
	Spread      *pip.Price      `json:"spread" doc:"Between bid and ask, in dollars; that of the signals' settings when it is left out."`
	From        *time.Time      `json:"from" doc:"The first candle begins then or later; the whole history when it is left out."`
	To          *time.Time      `json:"to" doc:"The last candle begins before."`
}

// Create queues a backtest.
func (h *Backtests) Create(c *gin.Context) error {
	var in backtestIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	r := backtests.Request{Strategy: in.Strategy, Params: in.Params, Spread: in.Spread, From: moment(in.From), To: moment(in.To), By: access.From(c).Person.Name}
	if p := in.Protections; p != nil {
		r.Protections = p.rules()
	}
	row, err := h.Service.Create(c.Request.Context(), r)
	if err == nil {
		c.Header("Location", "/api/v1/backtests/"+row.ID)
	}
	return h.reply(c, http.StatusAccepted, row, err)
}

func (p *protectionsIn) rules() *protection.Rules {
	return &protection.Rules{Cooldown: p.Cooldown * secondsOfMinute, Stops: p.Stops, Window: p.Window * secondsOfMinute,
		Pause: p.Pause * secondsOfMinute, DailyLoss: p.DailyLoss}
}

// moment is the zero time for none.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func (h *Backtests) reply(c *gin.Context, status int, row *models.Backtest, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, row.Version)
	return httpx.Reply(c, status, h.out(row))
}

// Get answers one backtest with what it found.
func (h *Backtests) Get(c *gin.Context) error {
	ctx := c.Request.Context()
	row, err := h.Store.Backtests.Get(ctx, c.Param("backtest"))
	if err != nil {
		return err
	}
	out := backtestDetail{backtestOut: h.out(row), Trades: []backtestTradeOut{}, Equity: []backtestEquityOut{}}
	report, err := h.Store.Backtests.Report(ctx, row.ID)
	if err != nil {
		return err
	}
	if report != nil {
		out.LeftOut = report.LeftOut
		for i := range report.Trades {
			out.Trades = append(out.Trades, tradeOf(&report.Trades[i]))
		}
		for _, p := range report.Equity {
			out.Equity = append(out.Equity, backtestEquityOut{p.At, cents(p.Equity)})
		}
	}
	httpx.ETag(c, row.Version)
	return httpx.Reply(c, http.StatusOK, out)
}

// Cancel ends a backtest that is not over; one that is stays as it is.
func (h *Backtests) Cancel(c *gin.Context) error {
	row, err := h.Service.Cancel(c.Request.Context(), c.Param("backtest"))
	return h.reply(c, http.StatusOK, row, err)
}

// Delete removes a backtest that is over.
func (h *Backtests) Delete(c *gin.Context) error {
	if err := h.Store.Backtests.Delete(c.Request.Context(), c.Param("backtest")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type gateOut struct {
	Open         bool        `json:"open" doc:"Nothing is missing."`
	Backtest     string      `json:"backtest" doc:"The id of the one that counts: of the strategy's present parameters and protections by the present rules of signals, over the present market, after a spread of at least the tenant's. Empty without any."`
	ChecksPassed bool        `json:"checks_passed"`
	Trades       int         `json:"out_of_sample_trades"`
	NeededTrades int         `json:"needed_trades"`
	Since        models.Time `json:"practice_since" doc:"When it began to make signals."`
	Days         int         `json:"practice_days" doc:"Trading days since, at most as many as are needed."`
	NeededDays   int         `json:"needed_days"`
	Missing      []string    `json:"missing" doc:"What it has not shown yet, in words."`
}

// Gate answers what a strategy has shown before it goes live.
func (h *Backtests) Gate(c *gin.Context) error {
	g, err := h.Service.Gate(c.Request.Context(), c.Param("strategy"))
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, gateOut{Open: g.Open(), Backtest: g.Backtest, ChecksPassed: g.ChecksPassed, Trades: g.OutOfSampleTrades,
		NeededTrades: backtests.NeededTrades, Since: models.NewTime(g.PracticeSince), Days: g.PracticeDays, NeededDays: backtests.NeededDays, Missing: g.Missing})
}

// cents rounds an amount of money.
func cents(x float64) float64 { return math.Round(x*100) / 100 }
