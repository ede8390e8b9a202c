package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/messaging"
)

// Telegram sends with bots, and sees to it that their updates come in.
type Telegram struct {
	Service *messaging.Service
	Objects *objectstore.Store // where files of messages are
}

// Register makes the short activities known to a worker under their names in the contract.
func (t *Telegram) Register(r worker.ActivityRegistry) {
	for name, f := range map[string]any{
		contract.PrepareUpdates: t.PrepareUpdates,
		contract.SendMessage:    t.SendMessage,
		contract.ForwardMessage: t.ForwardMessage,
		contract.CopyMessage:    t.CopyMessage,
		contract.EditMessage:    t.EditMessage,
		contract.DeleteMessage:  t.DeleteMessage,
		contract.AnswerCallback: t.AnswerCallback,
	} {
		r.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
}

// RegisterLong makes known what holds a connection open, for the workers of such work.
func (t *Telegram) RegisterLong(r worker.ActivityRegistry) {
	r.RegisterActivityWithOptions(t.PollUpdates, activity.RegisterOptions{Name: contract.PollUpdates})
}

// PrepareUpdates tells Telegram how a bot's updates come in.
func (t *Telegram) PrepareUpdates(ctx context.Context, in contract.Connection) (contract.Updates, error) {
	mode, err := t.Service.PrepareUpdates(ctx, in.ConnectionID)
	return contract.Updates{Mode: mode}, err
}

// PollUpdates fetches a bot's updates until its connection changes or this worker is stopped.
func (t *Telegram) PollUpdates(ctx context.Context, in contract.Connection) error {
	polling, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-activity.GetWorkerStopChannel(ctx):
			stop() // another worker goes on
		case <-polling.Done():
		}
	}()
	err := t.Service.Poll(polling, in.ConnectionID, beat(ctx))
	if polling.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}
