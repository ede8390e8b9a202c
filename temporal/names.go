package temporal

import (
	"context"
	"strings"

	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Names are what operators call a flow's tenant and its subject by: a slug, and a bot's @name or a template's
// name. They stand in the summary and the details of Temporal's Web UI, where there would be ids else.
type Names struct {
	Tenant  string `json:"tenant,omitempty"`
	Subject string `json:"subject,omitempty"`
}

// String is "@goldbot of acme", or what is known of it.
func (n Names) String() string {
	if n.Tenant == "" || n.Subject == "" {
		return n.Subject + n.Tenant
	}
	return n.Subject + " of " + n.Tenant
}

// Namer finds the names of a flow's tenant and subject; subject is the flow's search attribute. What it can't find
// is left out.
type Namer func(ctx context.Context, workflowType, tenantID, subject string) Names

const namesHeader = "promostack-names"

type (
	namesKey      struct{} // of a context.Context
	workflowNames struct{} // of a workflow.Context
	detailsKey    struct{} // of a workflow.Context
)

// withNames puts the names into the summary of a flow that is started, and into the context for its header.
func (g *clientGuard) withNames(ctx context.Context, workflowType string, tenantID string, o *client.StartWorkflowOptions) context.Context {
	if g.names == nil {
		return ctx
	}
	subject, _ := o.TypedSearchAttributes.GetKeyword(Subject)
	names := g.names(ctx, workflowType, tenantID, subject)
	o.StaticSummary = strings.TrimPrefix(o.StaticSummary+": "+names.String(), ": ")
	return context.WithValue(ctx, namesKey{}, names)
}

func (p propagator) writeNames(w workflow.HeaderWriter, value any) {
	names, ok := value.(Names)
	if !ok || names == (Names{}) {
		return
	}
	if payload, err := p.names.ToPayload(names); err == nil { // without names a flow runs as well
		w.Set(namesHeader, payload)
	}
}

func (p propagator) readNames(ctx workflow.Context, r workflow.HeaderReader) workflow.Context {
	payload, ok := r.Get(namesHeader)
	var names Names
	if !ok || p.names.FromPayload(payload, &names) != nil {
		return ctx
	}
	return workflow.WithValue(ctx, workflowNames{}, names)
}

// details is what a flow said last.
type details struct{ text string }

// Details shows operators where a flow is, with the names of its tenant and subject: current details in Temporal's
// Web UI. The text carries no words of subscribers, since it is not encrypted. When the flow has ended, they say so.
func Details(ctx workflow.Context, text string) {
	if last, ok := ctx.Value(detailsKey{}).(*details); ok {
		last.text = text
	}
	if names, ok := ctx.Value(workflowNames{}).(Names); ok {
		text = names.String() + ": " + text
	}
	workflow.SetCurrentDetails(ctx, text)
}

// ended says how a flow ended.
func ended(ctx workflow.Context, last *details, err error) {
	text := "Ended."
	switch {
	case workflow.IsContinueAsNewError(err):
		text = "Goes on in the next run."
	case sdk.IsCanceledError(err):
		text = "Cancelled."
	case err != nil:
		text = "Ended with an error."
	}
	Details(ctx, strings.TrimSpace(text+" "+last.text))
}
