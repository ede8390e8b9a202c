// Package promo is the API of templates, rendering, uploads and signed addresses.
package promo

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
	service "github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Templates serves /api/v1/templates.
type Templates struct {
	Store   *models.Store
	Service *service.Service
}

type templateSummary struct {
	ID               string    `json:"id" openapi:"format=uuid"`
	Slug             string    `json:"slug"`
	Name             string    `json:"name"`
	Description      string    `json:"description"`
	Category         string    `json:"category"`
	State            string    `json:"state" openapi:"enum=published|draft"`
	PublishedVersion *int      `json:"published_version"`
	HasDraft         bool      `json:"has_draft"`
	VisibleWeb       bool      `json:"visible_web"`
	VisibleBot       bool      `json:"visible_bot"`
	Version          int64     `json:"version" doc:"The row's version, which is its ETag."`
	UpdatedAt        time.Time `json:"updated_at"`
	Sizes            []sizeOut `json:"sizes"`
	Previews         previews  `json:"previews"`
}

type sizeOut struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

type previews struct {
	State  string       `json:"state" openapi:"enum=none|pending|ready"`
	Images []previewOut `json:"images"`
}

type previewOut struct {
	Size   string `json:"size"`
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

type templateDetail struct {
	templateSummary
	VersionID   string                   `json:"version_id" doc:"Of the published version; empty when there is none."`
	Meta        json.RawMessage          `json:"meta" openapi:"schema=Template,null" doc:"Of the published version."`
	Backgrounds map[string]backgroundOut `json:"backgrounds" doc:"By size."`
	Draft       *draftOut                `json:"draft"`
}

type backgroundOut struct {
	URL   string `json:"url"`
	Scale int    `json:"scale"`
}

type draftOut struct {
	VersionID   string                   `json:"version_id" openapi:"format=uuid"`
	Meta        json.RawMessage          `json:"meta" openapi:"schema=Template"`
	Backgrounds map[string]backgroundOut `json:"backgrounds" doc:"By size."`
}

func (h *Templates) summary(r *models.TemplateRecord) (templateSummary, error) {
	out := templateSummary{
		ID: r.ID, Slug: r.Slug, Name: r.Name, Description: r.Description, Category: r.Category,
		State: "draft", HasDraft: r.Draft != nil, VisibleWeb: r.VisibleWeb, VisibleBot: r.VisibleBot,
		Version: r.Version, UpdatedAt: r.UpdatedAt.Time, Sizes: []sizeOut{}, Previews: previews{State: "none", Images: []previewOut{}},
	}
	v := r.Draft
	if r.Published != nil {
		v = r.Published
		out.State, out.PublishedVersion = "published", &v.Number
		out.Previews.State = "pending"
		if !v.PreviewsReadyAt.IsZero() {
			out.Previews.State = "ready"
		}
	}
	for _, p := range r.Previews {
		out.Previews.Images = append(out.Previews.Images, previewOut{p.Size, h.Service.FileURL(p.ObjectKey, p.SHA256), p.Width, p.Height})
	}
	if v == nil {
		return out, nil
	}
	t, err := render.ParseTemplate(v.Meta)
	if err != nil {
		return out, err
	}
	for _, s := range t.Sizes {
		out.Sizes = append(out.Sizes, sizeOut{s.Name, s.Label, s.Width, s.Height})
	}
	return out, nil
}

// backgrounds maps each size to the address of its background.
func (h *Templates) backgrounds(v *models.TemplateVersion) (map[string]backgroundOut, error) {
	t, err := render.ParseTemplate(v.Meta)
	if err != nil {
		return nil, err
	}
	out := map[string]backgroundOut{}
	for _, s := range t.Sizes {
		if file, ok := v.Backgrounds[s.Background]; ok {
			out[s.Name] = backgroundOut{h.Service.FileURL(file.ObjectKey, file.SHA256), max(1, file.Width/s.Width)}
		}
	}
	return out, nil
}

func (h *Templates) detail(r *models.TemplateRecord) (*templateDetail, error) {
	summary, err := h.summary(r)
	if err != nil {
		return nil, err
	}
	out := &templateDetail{templateSummary: summary, Backgrounds: map[string]backgroundOut{}}
	if v := r.Published; v != nil {
		out.VersionID, out.Meta = v.ID, v.Meta
		if out.Backgrounds, err = h.backgrounds(v); err != nil {
			return nil, err
		}
	}
	if v := r.Draft; v != nil {
		out.Draft = &draftOut{VersionID: v.ID, Meta: v.Meta}
		if out.Draft.Backgrounds, err = h.backgrounds(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (h *Templates) reply(c *gin.Context, status int, r *models.TemplateRecord, err error) error {
	if err != nil {
		return err
	}
	body, err := h.detail(r)
	if err != nil {
		return err
	}
	httpx.ETag(c, r.Version)
	return httpx.Reply(c, status, body)
}

// List answers a page of templates: ?q= searches, ?state= filters, ?after= goes on.
func (h *Templates) List(c *gin.Context) error {
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	state := c.Query("state")
	if state != "" && state != "published" && state != "draft" {
		return fault.InvalidField("state", "unknown", "must be published or draft")
	}
	page, err := h.Store.Templates.List(c.Request.Context(), models.TemplateFilter{
		Query: c.Query("q"), State: state, After: c.Query("after"), Limit: limit,
	})
	if err != nil {
		return err
	}
	items := make([]templateSummary, 0, len(page.Items))
	for i := range page.Items {
		item, err := h.summary(&page.Items[i])
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, page.Next))
}

// Get answers one template, by id or slug.
func (h *Templates) Get(c *gin.Context) error {
	r, err := h.Store.Templates.Get(c.Request.Context(), c.Param("template"))
	return h.reply(c, http.StatusOK, r, err)
}

// Create makes a template with a first draft.
func (h *Templates) Create(c *gin.Context) error {
	var in service.Draft
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	r, err := h.Service.CreateTemplate(c.Request.Context(), in)
	if err == nil {
		c.Header("Location", "/api/v1/templates/"+r.ID)
	}
	return h.reply(c, http.StatusCreated, r, err)
}

// SaveDraft replaces the draft.
func (h *Templates) SaveDraft(c *gin.Context) error {
	var in service.Draft
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	r, err := h.Service.SaveDraft(c.Request.Context(), c.Param("template"), httpx.Expected(c), in)
	return h.reply(c, http.StatusOK, r, err)
}

type templatePatch struct {
	VisibleWeb *bool `json:"visible_web"`
	VisibleBot *bool `json:"visible_bot"`
}

// Patch changes where the template is offered (merge-patch).
func (h *Templates) Patch(c *gin.Context) error {
	var in templatePatch
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request.Context()
	r, err := h.Service.SetVisibility(ctx, c.Param("template"), httpx.Expected(c), in.VisibleWeb, in.VisibleBot)
	return h.reply(c, http.StatusOK, r, err)
}

// Publish makes the draft the next version. The flow that renders its previews follows; when
// Temporal is away the publishing holds all the same.
func (h *Templates) Publish(c *gin.Context) error {
	r, err := h.Service.Publish(c.Request.Context(), c.Param("template"), httpx.Expected(c))
	return h.reply(c, http.StatusOK, r, err)
}
