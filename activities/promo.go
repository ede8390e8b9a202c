// Package activities holds every side effect of every flow: one struct per capability, one file
// each. Activities run again after a crash, so each of them may run any number of times.
package activities

import (
	"context"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/promo"
)

// Promo does the work on templates and their pictures.
type Promo struct{ Service *promo.Service }

// Register registers the activities with a worker under their names in the contract.
func (p *Promo) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.BackUpTemplate:    p.BackUpTemplate,
		contract.PreviewSizes:      p.PreviewSizes,
		contract.RenderPreview:     p.RenderPreview,
		contract.MarkPreviewsReady: p.MarkPreviewsReady,
	})
}

// BackUpTemplate writes a published version's meta.json.
func (p *Promo) BackUpTemplate(ctx context.Context, in contract.TemplateVersion) error {
	return p.Service.BackUp(ctx, in.VersionID)
}

// PreviewSizes lists the sizes of which a version needs previews.
func (p *Promo) PreviewSizes(ctx context.Context, in contract.TemplateVersion) ([]string, error) {
	return p.Service.PreviewSizes(ctx, in.VersionID)
}

// RenderPreview draws and stores one preview.
func (p *Promo) RenderPreview(ctx context.Context, in contract.Preview) error {
	return p.Service.RenderPreview(ctx, in.VersionID, in.Size)
}

// MarkPreviewsReady records that the version's previews are complete.
func (p *Promo) MarkPreviewsReady(ctx context.Context, in contract.TemplateVersion) error {
	return p.Service.MarkPreviewsReady(ctx, in.VersionID)
}
