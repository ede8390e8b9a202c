// Package contract holds the names, inputs and results of activities. It is a leaf: flows and
// their tests compile against it without the activities' own dependencies.
package contract

// Activities on templates (activities.Promo).
const (
	// BackUpTemplate writes a version's meta.json beside its files. Input: TemplateVersion.
	BackUpTemplate = "promo.BackUpTemplate"
	// PreviewSizes lists the sizes of a version. Input: TemplateVersion; result: []string.
	PreviewSizes = "promo.PreviewSizes"
	// RenderPreview draws and stores the preview of one size. Input: Preview.
	RenderPreview = "promo.RenderPreview"
	// MarkPreviewsReady records that all previews of a version are there. Input: TemplateVersion.
	MarkPreviewsReady = "promo.MarkPreviewsReady"
)

// TemplateVersion names an immutable version of a template.
type TemplateVersion struct {
	VersionID string `json:"version_id"`
}

// Preview names one size of a version.
type Preview struct {
	VersionID string `json:"version_id"`
	Size      string `json:"size"`
}

// OutboxPublished is the outbox's kind for a template that was published; the payload is a
// Published.
const OutboxPublished = "template.published"

// Published names the version that became the template's published one.
type Published struct {
	TenantID   string `json:"tenant_id"`
	TemplateID string `json:"template_id"`
	VersionID  string `json:"version_id"`
}
