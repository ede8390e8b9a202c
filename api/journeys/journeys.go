// Package journeys is the API of conversation journeys and of the conversations in them.
package journeys

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	service "github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

// Journeys serves /api/v1/journeys.
type Journeys struct {
	Store   *models.Store
	Service *service.Service
	Callers access.Callers
	Now     func() time.Time
}

type journeySummary struct {
	ID           string            `json:"id" openapi:"format=uuid"`
	Name         string            `json:"name"`
	State        string            `json:"state" openapi:"enum=draft|active|stopped"`
	IsLocked     bool              `json:"is_locked"`
	Connections  []string          `json:"connections" doc:"Kinds of connections on which it listens; of the live version, or before the first publishing of the draft."`
	Triggers     []journey.Trigger `json:"triggers" doc:"As connections."`
	PriorityInt  int               `json:"priority_int" doc:"As connections."`
	Version      int64             `json:"version" doc:"The row's version, which is its ETag."`
	LiveVersion  *liveVersion      `json:"live_version" doc:"What people enter, or entered last."`
	DraftChanged bool              `json:"draft_changed" doc:"The draft differs from the live version."`
	Figures      journeyTotals     `json:"figures" doc:"In the answer to a draft or a patch they may be a few seconds old."`
	CreatedAt    models.Time       `json:"created_at" openapi:"notnull"`
	UpdatedAt    models.Time       `json:"updated_at" openapi:"notnull"`
}

type liveVersion struct {
	ID          string      `json:"id" openapi:"format=uuid"`
	Number      int         `json:"number"`
	PublishedAt models.Time `json:"published_at" openapi:"notnull"`
}

type journeyTotals struct {
	Sends  int64 `json:"sends"`
	People int64 `json:"people" doc:"Different ones who entered."`
	Inside int64 `json:"inside" doc:"Who are in it now."`
}

type journeyDetail struct {
	journeySummary
	Draft  json.RawMessage `json:"draft" openapi:"schema=JourneyDefinition"`
	Issues []journey.Issue `json:"issues" doc:"What is wrong with the draft. It can't be published with errors."`
}

func summaryOf(v *service.View) journeySummary {
	out := journeySummary{ID: v.ID, Name: v.Name, State: string(v.State), IsLocked: v.IsLocked, Connections: v.Current.Connections,
		Triggers: v.Current.Triggers, PriorityInt: v.Current.PriorityInt, Version: v.Version, DraftChanged: v.DraftChanged,
		Figures: journeyTotals{v.Totals.Sends, v.Totals.People, v.Totals.Inside}, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt}
	if out.Connections == nil {
		out.Connections = []string{}
	}
	if out.Triggers == nil {
		out.Triggers = []journey.Trigger{}
	}
	if v.Live != nil {
		out.LiveVersion = &liveVersion{v.Live.ID, v.Live.Number, v.Live.PublishedAt}
	}
	return out
}

func reply(c *gin.Context, status int, v *service.View, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, v.Version)
	if status == http.StatusCreated {
		c.Header("Location", "/api/v1/journeys/"+v.ID)
	}
	return httpx.Reply(c, status, journeyDetail{summaryOf(v), json.RawMessage(v.Journey.Draft), v.Issues})
}

// List answers a page of journeys.
func (h *Journeys) List(c *gin.Context) error {
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	page, err := h.Store.Journeys.List(ctx, models.JourneyFilter{Query: c.Query("q"), State: c.Query("state"), After: c.Query("after"), Limit: limit})
	if err != nil {
		return err
	}
	views, err := h.Service.Views(ctx, page.Items)
	if err != nil {
		return err
	}
	items := make([]journeySummary, len(views))
	for i := range views {
		items[i] = summaryOf(&views[i])
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, page.Next))
}

// Get answers one journey with its draft.
func (h *Journeys) Get(c *gin.Context) error {
	ctx := c.Request.Context()
	row, err := h.Store.Journeys.Get(ctx, c.Param("journey"))
	if err != nil {
		return err
	}
	v, err := h.Service.View(ctx, row)
	return reply(c, http.StatusOK, v, err)
}

type newJourney struct {
	Name       string          `json:"name"`
	Definition json.RawMessage `json:"definition"`
	Template   string          `json:"template"`
}

// Create makes a journey: a draft of the definition, or of a template.
func (h *Journeys) Create(c *gin.Context) error {
	var in newJourney
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	d := service.Blank()
	switch {
	case in.Template != "" && in.Template != "blank":
		return fault.InvalidField("template", "unknown", "must be blank")
	case in.Definition != nil && string(in.Definition) != "null":
		var err error
		if d, err = service.Read(in.Definition); err != nil {
			return err
		}
	}
	v, err := h.Service.Create(c.Request.Context(), in.Name, d)
	return reply(c, http.StatusCreated, v, err)
}

type journeyPatch struct {
	Name     *string `json:"name"`
	IsLocked *bool   `json:"is_locked"`
}

// Patch renames a journey, or locks or unlocks it (merge-patch).
func (h *Journeys) Patch(c *gin.Context) error {
	var in journeyPatch
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Patch(c.Request.Context(), c.Param("journey"), httpx.Expected(c), in.Name, in.IsLocked)
	return reply(c, http.StatusOK, v, err)
}

// Delete removes a journey that nobody is in and nobody can enter.
func (h *Journeys) Delete(c *gin.Context) error {
	if err := h.Service.Delete(c.Request.Context(), c.Param("journey"), httpx.Expected(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type definitionIn struct {
	Definition json.RawMessage `json:"definition"`
}

func definition(c *gin.Context) (*journey.Definition, error) {
	var in definitionIn
	if err := httpx.JSON(c, &in); err != nil {
		return nil, err
	}
	return service.Read(in.Definition)
}

// SaveDraft replaces the draft. It need not be complete.
func (h *Journeys) SaveDraft(c *gin.Context) error {
	d, err := definition(c)
	if err != nil {
		return err
	}
	v, err := h.Service.SaveDraft(c.Request.Context(), c.Param("journey"), httpx.Expected(c), d)
	return reply(c, http.StatusOK, v, err)
}

// DiscardDraft makes the live version the draft again.
func (h *Journeys) DiscardDraft(c *gin.Context) error {
	v, err := h.Service.Restore(c.Request.Context(), c.Param("journey"), httpx.Expected(c), "")
	return reply(c, http.StatusOK, v, err)
}

type publishIn struct {
	Note string `json:"note"`
}

// Publish makes the draft the version that people enter from now on.
func (h *Journeys) Publish(c *gin.Context) error {
	var in publishIn
	if err := httpx.OptionalJSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Publish(c.Request.Context(), c.Param("journey"), httpx.Expected(c), in.Note)
	return reply(c, http.StatusOK, v, err)
}

// Stop ends a journey's triggers.
func (h *Journeys) Stop(c *gin.Context) error {
	v, err := h.Service.Stop(c.Request.Context(), c.Param("journey"), httpx.Expected(c))
	return reply(c, http.StatusOK, v, err)
}

type duplicateIn struct {
	Name         string `json:"name"`
	StopOriginal bool   `json:"stop_original"`
}

// Duplicate copies a journey as a draft.
func (h *Journeys) Duplicate(c *gin.Context) error {
	var in duplicateIn
	if err := httpx.OptionalJSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Duplicate(c.Request.Context(), c.Param("journey"), in.Name, in.StopOriginal)
	return reply(c, http.StatusCreated, v, err)
}

// Export answers a journey's draft as a file.
func (h *Journeys) Export(c *gin.Context) error {
	f, err := h.Service.Export(c.Request.Context(), c.Param("journey"))
	if err != nil {
		return err
	}
	attachment(c, f.Name, ".json")
	return httpx.Reply(c, http.StatusOK, f)
}

// attachment names the file as which a browser keeps an answer.
func attachment(c *gin.Context, name, ending string) {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ending}))
}

// Import makes a draft of an exported file.
func (h *Journeys) Import(c *gin.Context) error {
	var in service.File
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Import(c.Request.Context(), in)
	return reply(c, http.StatusCreated, v, err)
}
