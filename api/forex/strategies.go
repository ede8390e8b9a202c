package forex

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// Strategies serves /api/v1/strategies.
type Strategies struct {
	Service *signals.Service
}

type strategyOut struct {
	Name        string              `json:"name"`
	Title       string              `json:"title"`
	Summary     string              `json:"summary" doc:"When it buys and sells, and where it leaves."`
	Mode        models.StrategyMode `json:"mode" openapi:"enum=off|practice|live" doc:"practice follows its signals and tells nobody."`
	Since       models.Time         `json:"since" openapi:"notnull" doc:"When it was switched on or off, got other parameters or protections, or another market: days of practice count from then."`
	Unproven    []string            `json:"unproven" doc:"What it had not shown when it was taken live anyway, in words."`
	Params      []strategyParamOut  `json:"params"`
	WarmUp      int                 `json:"warm_up" doc:"Candles before the first one on which it decides."`
	Protections protectionsOut      `json:"protections"`
	MaxOpen     int                 `json:"max_open" doc:"Signals at the same time."`
	Held        *heldOut            `json:"held" doc:"The last signal that was held back since the last one that was made."`
	Version     int64               `json:"version"`
}

type strategyParamOut struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Help    string  `json:"help"`
	Value   float64 `json:"value"`
	Default float64 `json:"default"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Step    float64 `json:"step"`
}

type protectionsOut struct {
	Cooldown  int64 `json:"cooldown_minutes" doc:"After a close, in which no signal is made; 0 is off, as in all of them."`
	Stops     int   `json:"stops" doc:"Losses by the stop within the window that pause it."`
	Window    int64 `json:"window_minutes"`
	Pause     int64 `json:"pause_minutes"`
	DailyLoss pip.R `json:"daily_loss_r" doc:"The loss of a day in UTC after which no signal is made on that day."`
}

type heldOut struct {
	At     time.Time  `json:"at" doc:"The close of the bar, in the market's time."`
	Reason string     `json:"reason" openapi:"enum=busy|cooldown|stop_guard|daily_loss"`
	Until  *time.Time `json:"until"`
}

const secondsOfMinute = 60

func strategyOf(row *models.StrategySettings) (strategyOut, error) {
	kind, ok := strategy.Find(row.Strategy)
	if !ok {
		return strategyOut{}, fault.New(fault.NotFound, "strategy_not_found", "There is no such strategy")
	}
	_, values, warmUp, err := kind.New(row.Params)
	if err != nil {
		return strategyOut{}, err
	}
	p := row.Protections
	out := strategyOut{Name: kind.Name, Title: kind.Title, Summary: kind.Summary, Mode: row.Mode, Since: row.Since, Unproven: append([]string{}, row.Unproven...), Params: []strategyParamOut{}, WarmUp: warmUp,
		Protections: protectionsOut{p.Cooldown / secondsOfMinute, p.Stops, p.Window / secondsOfMinute, p.Pause / secondsOfMinute, p.DailyLoss},
		MaxOpen:     row.MaxOpen, Version: row.Version}
	for _, q := range kind.Params {
		otherwise, _ := q.Default.(float64)
		out.Params = append(out.Params, strategyParamOut{q.Name, q.Title, q.Help, values.Number(q.Name), otherwise, q.Min, q.Max, q.Step})
	}
	if row.Held != nil {
		out.Held = &heldOut{time.Unix(row.Held.Bar, 0).UTC().Add(signals.Bar), row.Held.Reason, at(row.Held.Until)}
	}
	return out, nil
}

// List answers the tenant's strategies.
func (h *Strategies) List(c *gin.Context) error {
	rows, err := h.Service.Strategies(c.Request.Context())
	if err != nil {
		return err
	}
	items := make([]strategyOut, len(rows))
	for i := range rows {
		if items[i], err = strategyOf(&rows[i]); err != nil {
			return err
		}
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, ""))
}

type strategyIn struct {
	Mode        *models.StrategyMode `json:"mode" openapi:"enum=off|practice|live"`
	Params      json.RawMessage      `json:"params" doc:"Those that differ from their defaults."`
	Protections *protectionsIn       `json:"protections"`
	MaxOpen     *int                 `json:"max_open"`
	Anyway      bool                 `json:"anyway" doc:"Let it go live, or on with other parameters or protections, although its gate misses something."`
}

type protectionsIn struct {
	Cooldown  int64 `json:"cooldown_minutes"`
	Stops     int   `json:"stops"`
	Window    int64 `json:"window_minutes"`
	Pause     int64 `json:"pause_minutes"`
	DailyLoss pip.R `json:"daily_loss_r"`
}

// Change changes a strategy. What is left out stays; parameters and protections are given whole.
func (h *Strategies) Change(c *gin.Context) error {
	var in strategyIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	change := signals.StrategyChange{Mode: in.Mode, Params: in.Params, MaxOpen: in.MaxOpen, Anyway: in.Anyway}
	if p := in.Protections; p != nil {
		change.Protections = p.rules()
	}
	row, err := h.Service.ChangeStrategy(c.Request.Context(), c.Param("strategy"), httpx.Expected(c), change)
	if err != nil {
		return named(err, map[string]string{"cooldown": "protections.cooldown_minutes", "stops": "protections.stops", "window": "protections.window_minutes",
			"pause": "protections.pause_minutes", "daily_loss": "protections.daily_loss_r"})
	}
	out, err := strategyOf(row)
	if err != nil {
		return err
	}
	httpx.ETag(c, row.Version)
	return httpx.Reply(c, http.StatusOK, out)
}
