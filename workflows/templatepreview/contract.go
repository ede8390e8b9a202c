// Package templatepreview is the flow that follows the publishing of a template: its metadata is
// backed up beside its files, and a preview of every size is rendered and stored.
package templatepreview

// Workflow is the name of the flow.
const Workflow = "TemplatePreview"

// Input names the version that was published. It never changes, so the flow may run at any time
// later and more than once.
type Input struct {
	TenantID   string `json:"tenant_id"`
	TemplateID string `json:"template_id"`
	VersionID  string `json:"version_id"`
}

// ID is the workflow's id: one flow for each version.
func ID(tenantID, versionID string) string {
	return "templatepreview." + tenantID + "." + versionID
}
