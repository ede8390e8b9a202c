// Package promo is what the API, the command line and the flows' activities share: templates
// with their files, coupon checks, rendering with its caches, uploads and signed addresses. It
// stands between the data and the engines; callers differ only in how they say who asks.
package promo

import (
	"context"
	"image"
	"io"
	"net/url"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/semaphore"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/bytecache"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/imagefile"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// Memory that the caches may hold, in bytes.
const (
	imageCacheBytes  = 192 << 20 // decoded backgrounds, logos and uploads
	resultCacheBytes = 64 << 20  // finished images
)

// JPEGQuality is the quality of every JPEG that is made, out of 100.
const JPEGQuality = 90

// Coupons checks a code with the CRM.
type Coupons interface {
	Check(ctx context.Context, code string) (crm.Result, error)
}

// NoCoupons replaces a CRM that is not connected: no coupon can be verified, so no image with
// one is made.
type NoCoupons struct{}

// Check says what to do.
func (NoCoupons) Check(_ context.Context, code string) (crm.Result, error) {
	return crm.Result{Code: code, Outcome: crm.Unavailable}, fault.New(fault.Unavailable, "coupon_unverified", "We can't verify coupons: no CRM is connected").
		WithRemedy("Set FUNDERPRO_API_URL, FUNDERPRO_API_KEY and FUNDERPRO_PRODUCT_ID")
}

// Options are what a Service works with.
type Options struct {
	Store     *models.Store
	Objects   *objectstore.Store
	Engine    *render.Engine
	Fonts     *render.FontSet
	Emoji     *render.Emoji
	Coupons   Coupons
	Ring      *secrets.Ring
	PublicURL *url.URL
	Now       func() time.Time
}

// Service renders promo images and keeps their templates. It is safe for concurrent use.
type Service struct {
	o       Options
	images  *bytecache.Cache[string, *picture]
	results *bytecache.Cache[string, *Image]
	parsed  *lru.Cache[string, *render.Template] // by version
	refused *lru.Cache[string, refusal]          // coupon codes that visitors of signed addresses tried
	memory  *semaphore.Weighted                  // bytes of what is being drawn or read now
}

// workLimit is how long work may go on after the one who asked for it has gone: others may wait
// for the same picture.
const workLimit = 30 * time.Second

// New returns a service.
func New(o Options) *Service {
	s := &Service{
		o:       o,
		images:  bytecache.New[string, *picture](imageCacheBytes),
		results: bytecache.New[string, *Image](resultCacheBytes),
		memory:  semaphore.NewWeighted(maxMemory),
	}
	s.parsed, _ = lru.New[string, *render.Template](1 << 10) // refuses sizes below 1 alone
	s.refused, _ = lru.New[string, refusal](1 << 12)
	return s
}

// picture is a decoded image with the hash of the file that it came from.
type picture struct {
	img *image.RGBA
	sha string
}

// maxObject is the largest file that is read from the store into memory, in bytes.
const maxObject = 64 << 20

// picture loads an image of the store, decoded once and kept.
func (s *Service) picture(ctx context.Context, file models.Background) (*picture, error) {
	id := file.ObjectKey + "@" + file.SHA256
	return s.images.Make(id, func() (*picture, int, error) {
		// The work is shared by all who wait for it, so it must not end with the first one's request.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workLimit)
		defer cancel()
		free, err := s.reserve(ctx, storedPixel*int64(file.Width)*int64(file.Height))
		if err != nil {
			return nil, 0, err
		}
		defer free()
		data, _, err := s.o.Objects.Get(ctx, file.ObjectKey, maxObject)
		if err != nil {
			return nil, 0, err
		}
		img, _, err := imagefile.Decode(data, imagefile.DefaultLimits())
		if err != nil {
			return nil, 0, fault.New(fault.Internal, "stored_image_broken", "A stored image can't be read").
				WithRemedy("Upload it again").WithCause(err)
		}
		return &picture{img: img, sha: file.SHA256}, len(img.Pix), nil
	})
}

// template parses a version's metadata once.
func (s *Service) template(v *models.TemplateVersion) (*render.Template, error) {
	if t, ok := s.parsed.Get(v.ID); ok {
		return t, nil
	}
	t, err := s.ParseTemplate(v.Meta)
	if err != nil {
		return nil, err
	}
	s.parsed.Add(v.ID, t)
	return t, nil
}

// ParseTemplate reads and checks metadata; every mistake is a field.
func (s *Service) ParseTemplate(meta []byte) (*render.Template, error) {
	t, err := render.ParseTemplate(meta)
	if err != nil {
		return nil, err
	}
	return t, t.Validate(s.o.Fonts, s.o.Emoji)
}

func tenantOf(ctx context.Context) (string, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return "", fault.New(fault.Internal, "tenant_missing", "This needs a tenant")
	}
	return id, nil
}

func encode(w io.Writer, img *render.Picture, format string) error {
	if format == FormatPNG {
		return img.EncodePNG(w)
	}
	return img.EncodeJPEG(w, JPEGQuality)
}
