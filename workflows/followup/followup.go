// Package followup knows which flow each kind of follow-up and each schedule starts or tells.
package followup

import (
	"context"
	"encoding/json"
	"fmt"

	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/bulkrender"
	"github.com/promostack/promostack/workflows/conversation"
	"github.com/promostack/promostack/workflows/delivery"
	"github.com/promostack/promostack/workflows/dispatch"
	"github.com/promostack/promostack/workflows/housekeeping"
	"github.com/promostack/promostack/workflows/promochat"
	"github.com/promostack/promostack/workflows/templatepreview"
	"github.com/promostack/promostack/workflows/useraccount"
)

// Handlers returns what to do for each kind. namespace is the client's. Each may be called any number of times for the same
// follow-up.
func Handlers(c client.Client, namespace string) map[string]func(ctx context.Context, payload []byte) error {
	return map[string]func(context.Context, []byte) error{
		contract.FollowUpBulk: read(func(ctx context.Context, in contract.BulkCommand) error {
			return bulkrender.Tell(ctx, c, in)
		}),
		contract.FollowUpPublished: read(func(ctx context.Context, in contract.Published) error {
			return templatepreview.Start(ctx, c, templatepreview.Input{TenantID: in.TenantID, TemplateID: in.TemplateID, VersionID: in.VersionID})
		}),
		contract.FollowUpConnection:   read(func(ctx context.Context, in contract.Connection) error { return botupdates.Tell(ctx, c, in) }),
		contract.FollowUpUpdates:      read(func(ctx context.Context, in contract.Connection) error { return botupdates.Ensure(ctx, c, in) }),
		contract.FollowUpChat:         read(func(ctx context.Context, in contract.ChatMessage) error { return promochat.Nudge(ctx, c, in) }),
		contract.FollowUpAccount:      read(func(ctx context.Context, in contract.Connection) error { return useraccount.Wake(ctx, c, in) }),
		contract.FollowUpConversation: read(func(ctx context.Context, in contract.ChatMessage) error { return conversation.Nudge(ctx, c, in) }),
		contract.FollowUpErased:       read(func(ctx context.Context, in contract.Erased) error { return forget(ctx, c, namespace, in) }),
		contract.FollowUpDelivery:     read(func(ctx context.Context, in contract.Delivery) error { return delivery.Start(ctx, c, in) }),
	}
}

// Schedules returns the engine's schedules of all flows that have one. keyID names the key that
// seals what the engine keeps.
func Schedules(c client.Client, keyID string) *dispatch.Schedules {
	return &dispatch.Schedules{Client: c, KeyID: keyID, Flows: map[string]string{
		contract.FlowHousekeeping: housekeeping.Workflow,
	}}
}

func read[T any](do func(context.Context, T) error) func(context.Context, []byte) error {
	return func(ctx context.Context, payload []byte) error {
		var in T
		if err := json.Unmarshal(payload, &in); err != nil {
			return fmt.Errorf("payload of a follow-up: %w", err)
		}
		return do(ctx, in)
	}
}
