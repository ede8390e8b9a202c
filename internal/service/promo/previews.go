package promo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"

	"golang.org/x/image/draw"

	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// previewSide is the longer side of a preview, in pixels: sharp on a card at twice the density.
const previewSide = 720

// PreviewSizes returns the names of the sizes of which a version has previews.
func (s *Service) PreviewSizes(ctx context.Context, versionID string) ([]string, error) {
	v, err := s.o.Store.Templates.Version(ctx, versionID)
	if err != nil {
		return nil, err
	}
	t, err := s.template(v)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(t.Sizes))
	for i, size := range t.Sizes {
		names[i] = size.Name
	}
	return names, nil
}

// RenderPreview draws one size of a version with its samples and stores it small. It may run
// again at any time: the same pixels come to the same key.
func (s *Service) RenderPreview(ctx context.Context, versionID, sizeName string) error {
	v, err := s.o.Store.Templates.Version(ctx, versionID)
	if err != nil {
		return err
	}
	t, err := s.template(v)
	if err != nil {
		return err
	}
	size, ok := t.Size(sizeName)
	if !ok {
		return fmt.Errorf("version %s has no size %q", versionID, sizeName)
	}
	j := &job{
		Request: Request{Size: sizeName, Values: Samples(t), Scale: 1, Format: FormatJPEG, Logo: LogoBrand},
		version: v, template: t, size: size, files: map[string]models.Background{},
	}
	if err := s.findFiles(ctx, j); err != nil {
		return err
	}
	img, _, done, err := s.draw(ctx, j)
	if err != nil {
		return err
	}
	defer done()
	small := shrink(img.RGBA, previewSide)
	var data bytes.Buffer
	if err := render.EncodeJPEG(&data, small, JPEGQuality); err != nil {
		return err
	}
	sum := sha256.Sum256(data.Bytes())
	sha := hex.EncodeToString(sum[:])
	key := fmt.Sprintf("%s%s/v%d/preview-%s-%s.jpg", backupPrefix(v.TenantID), v.TemplateID, v.Number, sizeName, sha[:12])
	if err := s.o.Objects.Put(ctx, key, "image/jpeg", data.Bytes(), immutable); err != nil {
		return err
	}
	return s.o.Store.Templates.PutPreview(ctx, &models.TemplatePreview{
		VersionID: versionID, Size: sizeName, ObjectKey: key, SHA256: sha,
		Width: small.Rect.Dx(), Height: small.Rect.Dy(),
	})
}

func shrink(img *image.RGBA, side int) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Rect, img, img.Rect, draw.Src, nil)
	return out
}

// MarkPreviewsReady records that a version's previews are complete.
func (s *Service) MarkPreviewsReady(ctx context.Context, versionID string) error {
	return s.o.Store.Templates.MarkPreviewsReady(ctx, versionID)
}
