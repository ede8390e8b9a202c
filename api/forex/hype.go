package forex

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/models"
)

// Hype serves /api/v1/hype: the hype bot's prompts and flows.
type Hype struct {
	Store   *models.Store
	Service *hype.Service
}

type hypePromptBody struct {
	Name  string `json:"name"`
	Angle string `json:"angle" doc:"What the messages are about, in at most 400 characters without an address."`
	Style string `json:"style" doc:"How they sound, in at most 200 characters without an address; empty is the house's voice."`
}

type hypePromptOut struct {
	ID string `json:"id" openapi:"format=uuid"`
	hypePromptBody
	Version   int64       `json:"version"`
	CreatedAt models.Time `json:"created_at" openapi:"notnull"`
	UpdatedAt models.Time `json:"updated_at" openapi:"notnull"`
}

func hypePromptOf(p *models.HypePrompt) hypePromptOut {
	return hypePromptOut{p.ID, hypePromptBody{p.Name, p.Angle, p.Style}, p.Version, p.CreatedAt, p.UpdatedAt}
}

func replyPrompt(c *gin.Context, status int, p *models.HypePrompt, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, p.Version)
	return httpx.Reply(c, status, hypePromptOf(p))
}

// Prompts answers the tenant's prompts in the order of their names.
func (h *Hype) Prompts(c *gin.Context) error {
	rows, err := h.Store.Hype.Prompts(c.Request.Context())
	return httpx.ReplyPage(c, models.Page[models.HypePrompt]{Items: rows}, err, hypePromptOf)
}

// CreatePrompt adds a prompt.
func (h *Hype) CreatePrompt(c *gin.Context) error {
	var in hypePromptBody
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	p, err := h.Service.CreatePrompt(c.Request.Context(), hype.Prompt(in))
	return replyPrompt(c, http.StatusCreated, p, err)
}

// PatchPrompt changes a prompt; what is left out stays.
func (h *Hype) PatchPrompt(c *gin.Context) error {
	ctx := c.Request.Context()
	now, err := h.Store.Hype.Prompt(ctx, c.Param("prompt"))
	if err != nil {
		return err
	}
	body := hypePromptOf(now).hypePromptBody
	if err := httpx.JSON(c, &body); err != nil {
		return err
	}
	p, err := h.Service.ChangePrompt(ctx, now.ID, httpx.Expected(c), hype.Prompt(body))
	return replyPrompt(c, http.StatusOK, p, err)
}

// DeletePrompt removes a prompt that no flow uses.
func (h *Hype) DeletePrompt(c *gin.Context) error {
	if err := h.Store.Hype.DeletePrompt(c.Request.Context(), c.Param("prompt"), httpx.Expected(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type hypeFlowBody struct {
	Name     string         `json:"name"`
	Enabled  bool           `json:"enabled"`
	Prompts  []string       `json:"prompts" doc:"Their ids: each message takes the next one, and the first again after the last."`
	Messages int            `json:"messages" doc:"How many a run sends, at most 10."`
	Interval int            `json:"interval_minutes" doc:"Between two messages, 1 to 240."`
	Delay    int            `json:"delay_minutes" doc:"Of the first message after the call to action, 0 to 240. A run by hand has none."`
	Days     []time.Weekday `json:"days" doc:"Of UTC, on which the call to action starts it; 0 is Sunday."`
}

func hypeFlowBodyOf(f hype.Flow) hypeFlowBody {
	return hypeFlowBody{f.Name, f.Enabled, append([]string{}, f.Prompts...), f.Messages, f.Interval, f.Delay, append([]time.Weekday{}, f.Days...)}
}

func (b *hypeFlowBody) flow() hype.Flow {
	return hype.Flow{Name: b.Name, Enabled: b.Enabled, HypeTerms: models.HypeTerms{Prompts: b.Prompts, Messages: b.Messages, Interval: b.Interval, Delay: b.Delay, Days: b.Days}}
}

// read reads what a request changes of a flow. Lists are given whole, not merged by their places.
func (b *hypeFlowBody) read(c *gin.Context) error {
	prompts, days := b.Prompts, b.Days
	b.Prompts, b.Days = nil, nil
	if err := httpx.JSON(c, b); err != nil {
		return err
	}
	if b.Prompts == nil {
		b.Prompts = prompts
	}
	if b.Days == nil {
		b.Days = days
	}
	return nil
}

type hypeFlowOut struct {
	ID       string `json:"id" openapi:"format=uuid"`
	Position int    `json:"position" doc:"In the list; 1 is the first."`
	hypeFlowBody
	Version   int64       `json:"version"`
	CreatedAt models.Time `json:"created_at" openapi:"notnull"`
	UpdatedAt models.Time `json:"updated_at" openapi:"notnull"`
}

func hypeFlowOf(f *models.HypeFlow) hypeFlowOut {
	return hypeFlowOut{f.ID, f.Position, hypeFlowBodyOf(hype.Flow{Name: f.Name, Enabled: f.Enabled, HypeTerms: f.Terms}), f.Version, f.CreatedAt, f.UpdatedAt}
}

func replyFlow(c *gin.Context, status int, f *models.HypeFlow, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, f.Version)
	return httpx.Reply(c, status, hypeFlowOf(f))
}

// Flows answers the tenant's flows in their order.
func (h *Hype) Flows(c *gin.Context) error {
	rows, err := h.Store.Hype.Flows(c.Request.Context())
	return httpx.ReplyPage(c, models.Page[models.HypeFlow]{Items: rows}, err, hypeFlowOf)
}

// CreateFlow adds a flow after the others.
func (h *Hype) CreateFlow(c *gin.Context) error {
	body := hypeFlowBodyOf(hype.NewFlow())
	if err := body.read(c); err != nil {
		return err
	}
	f, err := h.Service.CreateFlow(c.Request.Context(), body.flow())
	return replyFlow(c, http.StatusCreated, f, err)
}

// PatchFlow changes a flow; what is left out stays.
func (h *Hype) PatchFlow(c *gin.Context) error {
	ctx := c.Request.Context()
	now, err := h.Store.Hype.Flow(ctx, c.Param("flow"))
	if err != nil {
		return err
	}
	body := hypeFlowOf(now).hypeFlowBody
	if err := body.read(c); err != nil {
		return err
	}
	f, err := h.Service.ChangeFlow(ctx, now.ID, httpx.Expected(c), body.flow())
	return replyFlow(c, http.StatusOK, f, err)
}

// DeleteFlow removes a flow.
func (h *Hype) DeleteFlow(c *gin.Context) error {
	if err := h.Store.Hype.DeleteFlow(c.Request.Context(), c.Param("flow"), httpx.Expected(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type hypeOrderIn struct {
	IDs []string `json:"ids" doc:"Of all flows, in their new order."`
}

// OrderFlows puts the flows in an order.
func (h *Hype) OrderFlows(c *gin.Context) error {
	var in hypeOrderIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	if err := h.Store.Hype.OrderFlows(c.Request.Context(), in.IDs); err != nil {
		return err
	}
	return h.Flows(c)
}
