package admin

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/tenants"
	"github.com/promostack/promostack/models"
)

// Tenants lists, makes and removes tenants, and switches the session between them.
type Tenants struct {
	Store   *models.Store
	Service *tenants.Service
	Session *Session
}

// tenantRow is a tenant in the list.
type tenantRow struct {
	ID        string             `json:"id" openapi:"format=uuid"`
	Name      string             `json:"name"`
	Slug      string             `json:"slug" doc:"Its short name, which stands in the addresses of its public pages."`
	Kind      models.TenantKind  `json:"kind" openapi:"enum=demo|client"`
	State     models.TenantState `json:"state" openapi:"enum=new|active|going" doc:"new: what it starts with is being made; going: it is being removed."`
	CreatedAt models.Time        `json:"created_at"`
}

type tenantsOut struct {
	Items []tenantRow `json:"items"`
}

type switchTo struct {
	TenantID string `json:"tenant_id" openapi:"format=uuid"`
}

func rowOf(t *models.Tenant) tenantRow {
	return tenantRow{t.ID, t.Name, t.Slug, t.Kind, t.State, t.CreatedAt}
}

// List answers all tenants, the oldest first.
func (h *Tenants) List(c *gin.Context) error {
	list, err := h.Store.Tenants.List(c.Request.Context())
	if err != nil {
		return err
	}
	out := tenantsOut{Items: []tenantRow{}}
	for i := range list {
		out.Items = append(out.Items, rowOf(&list[i]))
	}
	return httpx.Reply(c, http.StatusOK, out)
}

// Create makes a tenant of a multipart form: its name, its short name and its logo.
func (h *Tenants) Create(c *gin.Context) error {
	draft, err := readDraft(c)
	if err != nil {
		return err
	}
	t, err := h.Service.Create(c.Request.Context(), draft)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusCreated, rowOf(t))
}

// formOverhead is what a form may need besides the logo, in bytes.
const formOverhead = 64 << 10

func readDraft(c *gin.Context) (draft tenants.Draft, err error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, promo.MaxUpload+formOverhead)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return draft, fault.New(fault.Unsupported, "not_multipart", "This address takes a multipart form").
			WithRemedy("Send the brand's name as the form's field name").WithCause(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return draft, nil
		}
		if err != nil {
			return draft, formFault(err)
		}
		if err := readPart(part, &draft); err != nil {
			return draft, err
		}
	}
}

func readPart(part *multipart.Part, into *tenants.Draft) error {
	data, err := io.ReadAll(part)
	if err != nil {
		return formFault(err)
	}
	switch part.FormName() {
	case "name":
		into.Name = string(data)
	case "slug":
		into.Slug = string(data)
	case "file":
		into.Logo = data
	default:
		return fault.InvalidField(part.FormName(), "unknown_field", "is not known here")
	}
	return nil
}

func formFault(err error) error {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok && big != nil {
		return fault.New(fault.TooLarge, "upload_too_large", "The logo is larger than %d MB", promo.MaxUpload>>20).
			WithRemedy("Make it smaller and try again").WithCause(err)
	}
	if cut, ok := errors.AsType[*fault.Error](err); ok {
		return cut
	}
	return fault.New(fault.Malformed, "bad_multipart", "The form can't be read").WithCause(err)
}

// Remove begins the removal of the demo.
func (h *Tenants) Remove(c *gin.Context) error {
	t, err := h.Service.Remove(c.Request.Context(), c.Param("tenant"))
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusAccepted, rowOf(t))
}

// Switch lets the session work in another tenant: its cookie names the tenant, so it is written anew.
func (h *Tenants) Switch(c *gin.Context) error {
	var in switchTo
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request.Context()
	if _, err := h.Store.Tenants.ByID(ctx, in.TenantID); fault.Is(err, fault.NotFound) {
		return fault.InvalidField("tenant_id", "tenant_not_found", "names no brand")
	} else if err != nil {
		return err
	}
	if err := h.Service.Working(ctx, in.TenantID); err != nil {
		return err
	}
	s := access.From(c)
	if err := h.Session.Sessions.Switch(c, s, in.TenantID); err != nil {
		return err
	}
	out, err := h.Session.describe(c, s)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, out)
}
