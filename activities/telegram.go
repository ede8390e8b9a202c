package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/sending"
)

// Telegram makes sure that bots' updates are received, and answers pressed buttons.
type Telegram struct {
	Connections *connections.Service
	Inbox       *inbox.Service
	Sending     *sending.Service
}

// Register registers the short activities with a worker under their names in the contract.
func (t *Telegram) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.PrepareUpdates: t.PrepareUpdates,
		contract.AnswerCallback: t.Sending.AnswerCallback,
	})
}

// RegisterLong registers the activities that hold a connection open, with the workers for long work.
func (t *Telegram) RegisterLong(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.PollUpdates: t.PollUpdates})
}

// PrepareUpdates tells Telegram how to deliver a bot's updates.
func (t *Telegram) PrepareUpdates(ctx context.Context, in contract.Connection) (contract.Updates, error) {
	mode, err := t.Connections.PrepareUpdates(ctx, in.ConnectionID)
	return contract.Updates{Mode: mode}, err
}

// PollUpdates fetches a bot's updates until its connection changes or this worker is stopped.
func (t *Telegram) PollUpdates(ctx context.Context, in contract.Connection) error {
	polling, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-activity.GetWorkerStopChannel(ctx):
			stop() // another worker continues
		case <-polling.Done():
		}
	}()
	err := t.Inbox.Poll(polling, in.ConnectionID, beat(ctx))
	if polling.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}
