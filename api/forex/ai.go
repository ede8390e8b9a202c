package forex

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// AI serves /api/v1/ai: whether a language model writes the tenant's messages, how many a day, and how it does.
type AI struct {
	Service *writing.Service
}

type aiOut struct {
	Enabled     bool          `json:"enabled"`
	DailyBudget int           `json:"daily_budget" openapi:"min=0,max=5000" doc:"Messages that the model may write in a day of UTC; then the written texts go out."`
	Voice       string        `json:"voice" openapi:"max=400" doc:"How the messages should sound; empty is plain."`
	Today       aiUsageOut    `json:"today"`
	Provider    aiProviderOut `json:"provider"`
	Version     int64         `json:"version" doc:"The settings' version, which is their ETag."`
}

type aiUsageOut struct {
	Day        string         `json:"day" doc:"Of UTC, such as 2026-11-30."`
	Used       int            `json:"used" doc:"What counts against the budget."`
	Written    int            `json:"written" doc:"Went out as the model wrote them."`
	Refused    int            `json:"refused" doc:"Said what is not so, or nothing: the written text went out."`
	Failed     int            `json:"failed" doc:"The model was late, away or did not want to."`
	LastReason writing.Reason `json:"last_reason" doc:"Why a written text took the model's place the last time today; empty when none did."`
	LastAt     models.Time    `json:"last_at"`
}

type aiProviderOut struct {
	Model     string         `json:"model" doc:"Empty when none is configured."`
	Simulated bool           `json:"simulated" doc:"The sandbox writes the messages."`
	State     models.AIState `json:"state" openapi:"enum=off|untried|working|waiting|broken" doc:"At the last call. waiting mends itself, broken needs a person."`
	Problem   *httpx.Note    `json:"problem"`
	AskedAt   models.Time    `json:"asked_at"`
}

// Get answers the settings, today's use and the provider's state.
func (h *AI) Get(c *gin.Context) error {
	now, err := h.Service.Now(c.Request.Context())
	return replyAI(c, now, err)
}

type aiIn struct {
	Enabled     *bool   `json:"enabled"`
	DailyBudget *int    `json:"daily_budget"`
	Voice       *string `json:"voice"`
}

// Patch changes the settings (merge-patch).
func (h *AI) Patch(c *gin.Context) error {
	var in aiIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	now, err := h.Service.Set(c.Request.Context(), httpx.Expected(c), writing.Change(in))
	return replyAI(c, now, err)
}

func replyAI(c *gin.Context, now *writing.Now, err error) error {
	if err != nil {
		return err
	}
	s, u, p := now.Settings, now.Usage, now.Provider
	httpx.ETag(c, s.Version)
	return httpx.Reply(c, http.StatusOK, aiOut{
		Enabled: s.Enabled, DailyBudget: s.DailyBudget, Voice: s.Voice, Version: s.Version,
		Today:    aiUsageOut{u.Day, u.Used, u.Written, u.Refused, u.Failed, writing.Reason(u.LastReason), u.LastAt},
		Provider: aiProviderOut{p.Model, p.Simulated, p.State, httpx.NoteOf(p.Problem), p.AskedAt},
	})
}
