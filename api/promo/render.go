package promo

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/host/metrics"
	service "github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Renders serves /api/v1/promos/render.
type Renders struct {
	Service *service.Service
	Metrics *metrics.Metrics
}

// Render answers the image itself. What the text could not be made to fit is told in the header
// X-Promo-Warnings, a JSON list.
func (h *Renders) Render(c *gin.Context) error {
	var in service.Request
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	return h.answer(c, in, caller(c, "web"), "attachment", "private, no-cache")
}

// caller is who asks, for the records.
func caller(c *gin.Context, source string) service.By {
	return service.By{Source: source, Name: access.From(c).Person.Name}
}

func (h *Renders) answer(c *gin.Context, in service.Request, by service.By, disposition, cache string) error {
	begun := time.Now()
	img, err := h.Service.RenderFor(c.Request.Context(), in, by)
	h.Metrics.Render(by.Source, outcome(img, err), time.Since(begun))
	if err != nil {
		return err
	}
	tag := strconv.Quote(img.Hash)
	c.Header("ETag", tag)
	c.Header("Cache-Control", cache)
	c.Header("X-Promo-Warnings", service.WarningsJSON(img.Warnings))
	c.Header("X-Promo-Cache", map[bool]string{true: "hit", false: "miss"}[img.Cached])
	c.Header("Content-Disposition", disposition+`; filename="`+img.FileName+`"`)
	if c.Request.Method == http.MethodGet && c.GetHeader("If-None-Match") == tag {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Data(http.StatusOK, img.ContentType, img.Data)
	return nil
}

func outcome(img *service.Image, err error) string {
	switch {
	case err == nil && img.Cached:
		return "cached"
	case err == nil:
		return "made"
	case httpx.Status(fault.From(err).Kind) < http.StatusInternalServerError:
		return "refused"
	}
	return "failed"
}

// Links serves signed addresses of rendered images.
type Links struct {
	Service *service.Service
	Renders *Renders
}

type linkOut struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Make answers the signed address of the image that the request describes. Its values and coupon
// are checked now, so that a mistake shows here and not to the one who opens the link.
func (h *Links) Make(c *gin.Context) error {
	var in service.Request
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	full, err := h.Service.Check(c.Request.Context(), in, caller(c, "web"))
	if err != nil {
		return err
	}
	address, expires := h.Service.RenderURL(access.From(c).TenantID, full)
	return httpx.Reply(c, http.StatusOK, linkOut{address, expires.UTC()})
}

// Image answers a signed address. It needs no session: the signature says whose image it is.
func (h *Links) Image(c *gin.Context) error {
	owner, in, err := h.Service.ParseRenderURL(c.Param("file"), c.Request.URL.Query())
	if err == nil {
		c.Request = c.Request.WithContext(tenant.With(c.Request.Context(), owner))
		c.Header("Cross-Origin-Resource-Policy", "cross-origin")
		// A minute: the coupon is checked at each visit, and must not outlive itself for long.
		err = h.Renders.answer(c, in, service.By{Source: service.SourceLink}, "inline", "public, max-age=60")
	}
	if err != nil && strings.Contains(c.GetHeader("Accept"), "text/html") {
		httpx.FailPage(c, err, "This picture is not available", "Ask whoever sent you the link for a new one, or try again later.")
		return nil
	}
	return err
}

// Files serves objects under signed addresses when there is no CDN.
type Files struct{ Service *service.Service }

// Download streams an object.
func (h *Files) Download(c *gin.Context) error {
	key := c.Param("key")[1:]
	q := c.Request.URL.Query()
	body, info, err := h.Service.OpenFile(c.Request.Context(), key, q)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	tag := strconv.Quote(info.ETag)
	c.Header("Cache-Control", "private, max-age=86400, immutable")
	if info.ETag != "" {
		c.Header("ETag", tag)
		if c.GetHeader("If-None-Match") == tag {
			c.Status(http.StatusNotModified)
			return nil
		}
	}
	if name := q.Get("n"); name != "" {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	c.DataFromReader(http.StatusOK, info.Size, info.ContentType, httpx.Patient(c, body), nil)
	return nil
}

// Uploads serves /api/v1/uploads and the tenant's brand.
type Uploads struct {
	Store   *models.Store
	Service *service.Service
}

type uploadOut struct {
	ID     string `json:"id" openapi:"format=uuid"`
	URL    string `json:"url" doc:"A signed address, which works for a day or two."`
	Width  int    `json:"width" openapi:"min=1"`
	Height int    `json:"height" openapi:"min=1"`
	Format string `json:"format" openapi:"enum=jpeg|png|gif|webp"`
	Bytes  int64  `json:"bytes"`
}

func (h *Uploads) out(u *models.Upload) uploadOut {
	return uploadOut{u.ID, h.Service.FileURL(u.ObjectKey, u.SHA256), u.Width, u.Height, u.Format, u.Bytes}
}

// multipartOverhead is what a multipart body may need besides the file, in bytes.
const multipartOverhead = 64 << 10

// Create takes the file of a multipart form, field "file".
func (h *Uploads) Create(c *gin.Context) error {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, service.MaxUpload+multipartOverhead)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return fault.New(fault.Unsupported, "not_multipart", "This address takes a multipart form").
			WithRemedy("Send the image as the form's field file").WithCause(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fault.InvalidField("file", "required", "the form has no field file")
		}
		if err != nil {
			return uploadFault(err)
		}
		if part.FormName() != "file" {
			continue
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return uploadFault(err)
		}
		u, err := h.Service.Upload(c.Request.Context(), data)
		if err != nil {
			return err
		}
		return httpx.Reply(c, http.StatusCreated, h.out(u))
	}
}

func uploadFault(err error) error {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok && big != nil {
		return fault.New(fault.TooLarge, "upload_too_large", "The image is larger than %d MB", service.MaxUpload>>20).
			WithRemedy("Make it smaller and try again").WithCause(err)
	}
	if cut, ok := errors.AsType[*fault.Error](err); ok {
		return cut
	}
	return fault.New(fault.Malformed, "bad_multipart", "The form can't be read").WithCause(err)
}

type brandOut struct {
	Name string     `json:"name"`
	Logo *uploadOut `json:"logo"`
}

// Brand answers the tenant's name and logo.
func (h *Uploads) Brand(c *gin.Context) error {
	ctx := c.Request.Context()
	owner, err := h.Store.Tenants.ByID(ctx, access.From(c).TenantID)
	if err != nil {
		return err
	}
	var logo *uploadOut
	if owner.LogoUploadID != "" {
		u, err := h.Store.Uploads.Get(ctx, owner.LogoUploadID)
		if err != nil {
			return err
		}
		out := h.out(u)
		logo = &out
	}
	return httpx.Reply(c, http.StatusOK, brandOut{owner.Name, logo})
}
