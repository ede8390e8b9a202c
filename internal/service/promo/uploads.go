package promo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"

	"github.com/promostack/promostack/internal/engine/imagefile"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// MaxUpload is the largest file that is taken, in bytes. Pixels are capped before decoding, by
// imagefile.DefaultLimits.
const MaxUpload = 20 << 20

// Upload takes a person's image: decoded under caps, turned as its EXIF data says, and encoded
// again, so that nothing of the original file but its pixels is ever served.
func (s *Service) Upload(ctx context.Context, data []byte) (*models.Upload, error) {
	owner, err := tenantOf(ctx)
	if err != nil {
		return nil, err
	}
	limits := imagefile.DefaultLimits()
	free, err := s.reserveUpload(ctx, data, limits)
	if err != nil {
		return nil, err
	}
	defer free()
	img, format, err := imagefile.Decode(data, limits)
	if err != nil {
		return nil, err
	}
	u, err := s.store(ctx, owner, img, format)
	if err != nil {
		return nil, err
	}
	return u, s.o.Store.Uploads.Create(ctx, u)
}

// uploadQuality keeps a photo's second encoding invisible.
const uploadQuality = 94

// store writes the image's own encoding: JPEG for what came as JPEG, else PNG.
func (s *Service) store(ctx context.Context, owner string, img *image.RGBA, format string) (*models.Upload, error) {
	var b bytes.Buffer
	var err error
	ext := ".png"
	if format == FormatJPEG {
		ext = ".jpg"
		err = render.EncodeJPEG(&b, img, uploadQuality)
	} else {
		format = FormatPNG
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	}
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b.Bytes())
	u := &models.Upload{
		ID: models.NewID(), SHA256: hex.EncodeToString(sum[:]), Format: format,
		Width: img.Rect.Dx(), Height: img.Rect.Dy(), Bytes: int64(b.Len()),
	}
	u.ObjectKey = "tenants/" + owner + "/uploads/" + u.SHA256 + ext
	return u, s.o.Objects.Put(ctx, u.ObjectKey, "image/"+format, b.Bytes(), immutable)
}

// SetLogo makes an image the tenant's own logo.
func (s *Service) SetLogo(ctx context.Context, img *image.RGBA) error {
	owner, err := tenantOf(ctx)
	if err != nil {
		return err
	}
	u, err := s.store(ctx, owner, img, FormatPNG)
	if err != nil {
		return err
	}
	if err := s.o.Store.Uploads.Create(ctx, u); err != nil {
		return err
	}
	return s.useLogo(ctx, owner, u)
}

// UploadLogo takes a person's image as Upload does and makes it the tenant's own logo.
func (s *Service) UploadLogo(ctx context.Context, data []byte) error {
	u, err := s.Upload(ctx, data)
	if err != nil {
		return err
	}
	return s.useLogo(ctx, u.TenantID, u)
}

func (s *Service) useLogo(ctx context.Context, owner string, u *models.Upload) error {
	if err := s.o.Store.Tenants.SetLogo(ctx, u.ID); err != nil {
		return err
	}
	current, err := s.o.Store.Tenants.ByID(ctx, owner)
	if err != nil {
		return err
	}
	return s.backUpBrand(ctx, current)
}

// UploadContent returns an upload's file of at most limit bytes.
func (s *Service) UploadContent(ctx context.Context, u *models.Upload, limit int64) ([]byte, error) {
	data, _, err := s.o.Objects.Get(ctx, u.ObjectKey, limit)
	return data, err
}
