package forex

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// SignalSettings serves /api/v1/signal-settings.
type SignalSettings struct {
	Service *signals.Service
}

// settingsBody is what a tenant wants of its signals, as it is read and written.
type settingsBody struct {
	Approval       bool              `json:"approval" doc:"Somebody has to say yes before a signal goes out."`
	ApproveMinutes int               `json:"approve_minutes" doc:"After which a proposed signal lapses."`
	Shares         []pip.Pips        `json:"shares" doc:"Percent of the trade that the targets close; 100 together."`
	StopRule       position.StopRule `json:"stop_rule" openapi:"enum=breakeven|moving_target|moving_2_target|fixed"`
	ProgressPips   pip.Pips          `json:"progress_pips" doc:"A message for each so many pips in favour; 0 for none."`
	ExpireMinutes  int64             `json:"expire_minutes" doc:"After which an open signal is closed at the market, in whole quarters of an hour; 0 never."`
	PipSize        pip.Size          `json:"pip_size"`
	Lots           pip.Pips          `json:"lots" doc:"By which money is counted, with at most two decimals."`
	Spread         pip.Price         `json:"spread" doc:"Between bid and ask, in dollars."`
	Card           string            `json:"card" doc:"Slug of the template of the picture; empty sends none."`
	Language       string            `json:"language" openapi:"enum=en|de|es|fr|it|pt|ru|tr"`
	Disclaimer     string            `json:"disclaimer" doc:"Under signals and recaps."`
	TimeZone       string            `json:"time_zone" doc:"In which recaps come."`
	DailyAt        string            `json:"daily_at" doc:"When the daily recap comes, such as 22:15 on the market's clock; empty for none."`
	WeeklyDay      time.Weekday      `json:"weekly_day" doc:"0 is Sunday."`
	WeeklyAt       string            `json:"weekly_at"`
	RecapCard      string            `json:"recap_card" doc:"Slug of the template of a recap's picture; empty sends none."`
}

type settingsOut struct {
	settingsBody
	Version int64 `json:"version"`
}

// percent is how many of a share's units make a percent.
const percent = 1000

// lot is how many units a hundredth of a lot has.
const lot = 1000

func settingsOf(s models.SignalSettings) settingsBody {
	out := settingsBody{Approval: s.Approval, ApproveMinutes: s.ApproveMinutes, Shares: make([]pip.Pips, len(s.Rules.Shares)), StopRule: s.Rules.StopRule,
		ProgressPips: s.PipSize.Pips(0, s.Rules.ProgressEvery), ExpireMinutes: s.Rules.ExpireAfter / secondsOfMinute, PipSize: s.PipSize,
		Lots: pip.Pips(s.Lots) * lot, Spread: s.Spread, Card: s.Card, Language: s.Language, Disclaimer: s.Disclaimer,
		TimeZone: s.TimeZone, DailyAt: s.DailyAt, WeeklyDay: s.WeeklyDay, WeeklyAt: s.WeeklyAt, RecapCard: s.RecapCard}
	for i, share := range s.Rules.Shares {
		out.Shares[i] = pip.Pips(share) * percent
	}
	return out
}

func (b *settingsBody) settings() (models.SignalSettings, error) {
	var wrong fault.Fields
	out := models.SignalSettings{Approval: b.Approval, ApproveMinutes: b.ApproveMinutes, PipSize: b.PipSize, Lots: pip.Lots(b.Lots / lot),
		Spread: b.Spread, Card: b.Card, Language: b.Language, Disclaimer: b.Disclaimer,
		TimeZone: b.TimeZone, DailyAt: b.DailyAt, WeeklyDay: b.WeeklyDay, WeeklyAt: b.WeeklyAt, RecapCard: b.RecapCard,
		Rules: position.Rules{Shares: make([]int, len(b.Shares)), StopRule: b.StopRule, ExpireAfter: b.ExpireMinutes * secondsOfMinute}}
	if b.PipSize > 0 {
		out.Rules.ProgressEvery = b.PipSize.Distance(b.ProgressPips)
	}
	for i, share := range b.Shares {
		out.Rules.Shares[i] = int(share / percent)
		if share%percent != 0 {
			wrong.Add("shares", "too_fine", "Must have at most two decimals")
		}
	}
	if b.Lots%lot != 0 {
		wrong.Add("lots", "too_fine", "Must have at most two decimals")
	}
	const year = 365 * 24 * time.Hour
	if b.ExpireMinutes < 0 || b.ExpireMinutes > int64(year/time.Minute) {
		wrong.Add("expire_minutes", "out_of_range", "Must be 0 to a year")
	}
	return out, wrong.Err("signal_settings", "The settings have mistakes")
}

func (h *SignalSettings) reply(c *gin.Context, s models.SignalSettings, version int64) error {
	httpx.ETag(c, version)
	return httpx.Reply(c, http.StatusOK, settingsOut{settingsOf(s), version})
}

// Get answers the tenant's settings.
func (h *SignalSettings) Get(c *gin.Context) error {
	s, version, err := h.Service.Settings(c.Request.Context())
	if err != nil {
		return err
	}
	return h.reply(c, s, version)
}

// Change changes settings; what is left out stays.
func (h *SignalSettings) Change(c *gin.Context) error {
	now, _, err := h.Service.Settings(c.Request.Context())
	if err != nil {
		return err
	}
	body := settingsOf(now)
	shares := body.Shares
	body.Shares = nil // a list is given whole, not merged by its places
	if err := httpx.JSON(c, &body); err != nil {
		return err
	}
	if body.Shares == nil {
		body.Shares = shares
	}
	next, err := body.settings()
	if err != nil {
		return err
	}
	version, err := h.Service.SaveSettings(c.Request.Context(), next, httpx.Expected(c))
	if err != nil {
		return named(err, map[string]string{"progress_every": "progress_pips", "expire_after": "expire_minutes"})
	}
	return h.reply(c, next, version)
}
