// Package handlers knows which flow each kind of outbox message, and each schedule, starts or signals.
package handlers

import (
	"context"
	"encoding/json"
	"fmt"

	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/backtest"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/bulkrender"
	"github.com/promostack/promostack/workflows/channelpost"
	"github.com/promostack/promostack/workflows/conversation"
	"github.com/promostack/promostack/workflows/crosspromo"
	"github.com/promostack/promostack/workflows/delivery"
	"github.com/promostack/promostack/workflows/dispatch"
	"github.com/promostack/promostack/workflows/housekeeping"
	"github.com/promostack/promostack/workflows/hype"
	"github.com/promostack/promostack/workflows/promochat"
	"github.com/promostack/promostack/workflows/signal"
	"github.com/promostack/promostack/workflows/templatepreview"
	"github.com/promostack/promostack/workflows/tenantremoval"
	"github.com/promostack/promostack/workflows/tenantsetup"
	"github.com/promostack/promostack/workflows/useraccount"
)

// Outbox returns the handlers of outbox messages by kind. namespace is the client's. Each may be called any
// number of times for the same message.
func Outbox(c client.Client, namespace string) map[string]func(ctx context.Context, payload []byte) error {
	out := map[string]func(context.Context, []byte) error{
		contract.OutboxBulk: read(func(ctx context.Context, in contract.BulkCommand) error {
			return bulkrender.StartOrSignal(ctx, c, in)
		}),
		contract.OutboxPublished: read(func(ctx context.Context, in contract.Published) error {
			return templatepreview.Start(ctx, c, templatepreview.Input{TenantID: in.TenantID, TemplateID: in.TemplateID, VersionID: in.VersionID})
		}),
		contract.OutboxConnection: read(func(ctx context.Context, in contract.Connection) error { return botupdates.SignalWithStart(ctx, c, in) }),
		contract.OutboxUpdates:    read(func(ctx context.Context, in contract.Connection) error { return botupdates.Start(ctx, c, in) }),
		contract.OutboxAccount: read(func(ctx context.Context, in contract.Connection) error {
			return useraccount.SignalWithStart(ctx, c, in)
		}),
		contract.OutboxErased:      read(func(ctx context.Context, in contract.Erased) error { return forget(ctx, c, namespace, in) }),
		contract.OutboxSignal:      read(func(ctx context.Context, in contract.Signal) error { return signal.StartOrSignal(ctx, c, in) }),
		contract.OutboxChannelPost: read(func(ctx context.Context, in contract.ChannelPost) error { return channelpost.Start(ctx, c, in) }),
		contract.OutboxCrossPromo:  read(func(ctx context.Context, in contract.ScheduledRun) error { return crosspromo.StartOrSignal(ctx, c, in) }),
		contract.OutboxHype:        read(func(ctx context.Context, in contract.HypeRun) error { return hype.Start(ctx, c, in) }),
		contract.OutboxChannelPostDeletion: read(func(ctx context.Context, in contract.ChannelPost) error {
			return channelpost.StartDeletion(ctx, c, in)
		}),
		contract.OutboxTenantSetup:   read(func(ctx context.Context, in contract.Tenant) error { return tenantsetup.Start(ctx, c, in) }),
		contract.OutboxTenantRemoval: read(func(ctx context.Context, in contract.Tenant) error { return tenantremoval.Start(ctx, c, in) }),
		contract.OutboxDelivery:      read(func(ctx context.Context, in contract.Delivery) error { return delivery.Start(ctx, c, in) }),
		contract.OutboxBacktest:      read(func(ctx context.Context, in contract.Backtests) error { return backtest.SignalWithStart(ctx, c, in) }),
	}
	for flow, signal := range Conversations(c) {
		out[flow] = read(signal)
	}
	return out
}

// Conversation starts or signals the flow of a conversation with a person.
type Conversation func(ctx context.Context, in contract.ChatMessage) error

// Conversations returns them by the flows' names.
func Conversations(c client.Client) map[string]Conversation {
	return map[string]Conversation{
		contract.FlowPromoChat: func(ctx context.Context, in contract.ChatMessage) error { return promochat.SignalWithStart(ctx, c, in) },
		contract.FlowConversation: func(ctx context.Context, in contract.ChatMessage) error {
			return conversation.SignalWithStart(ctx, c, in)
		},
	}
}

// Schedules returns Temporal's schedules of all flows that have one. keyID names the key that
// seals what Temporal keeps.
func Schedules(c client.Client, keyID string) *dispatch.Schedules {
	return &dispatch.Schedules{Client: c, KeyID: keyID, Flows: map[string]string{
		contract.FlowHousekeeping: housekeeping.Workflow,
		contract.FlowCrossPromo:   crosspromo.Workflow,
	}}
}

func read[T any](do func(context.Context, T) error) func(context.Context, []byte) error {
	return func(ctx context.Context, payload []byte) error {
		var in T
		if err := json.Unmarshal(payload, &in); err != nil {
			return fmt.Errorf("payload of an outbox message: %w", err)
		}
		return do(ctx, in)
	}
}
