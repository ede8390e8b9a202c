package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/accounts/owner"
	"github.com/promostack/promostack/temporal"
)

// Account holds user accounts and sends from them.
type Account struct {
	Service *owner.Service
	Client  client.Client // for the worker of each account's own queue
}

// Register registers the short activities with a worker under their names in the contract.
func (a *Account) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.FindAccountOwner: a.FindOwner})
}

// RegisterLong registers the activities that hold a connection open, with the workers for long work.
func (a *Account) RegisterLong(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.OwnAccount: a.Own})
}

// Own holds an account's connection until there is nothing left to hold, or this worker is stopped.
func (a *Account) Own(ctx context.Context, in contract.Connection) (contract.AccountOwned, error) {
	state, err := a.Service.Own(ctx, in.ConnectionID, activity.GetWorkerStopChannel(ctx), beat(ctx), func(fence int64) (func(), error) {
		w := worker.New(a.Client, contract.AccountQueue(in.ConnectionID, fence), temporal.AccountOptions())
		register(w, map[string]any{contract.SendFromAccount: a.Send})
		if err := w.Start(); err != nil {
			return nil, err
		}
		return w.Stop, nil
	})
	return contract.AccountOwned{State: state}, err
}

// FindOwner tells who owns an account now. One that is not signed in, or broken, is an error that
// says what to do; a conversation's message waits for it instead.
func (a *Account) FindOwner(ctx context.Context, in contract.AccountFind) (contract.AccountOwner, error) {
	if in.Turn != nil {
		return a.Service.FindFor(ctx, in.ConnectionID, *in.Turn)
	}
	fence, err := a.Service.Find(ctx, in.ConnectionID)
	return contract.AccountOwner{Fence: fence}, err
}

// Send sends a private message from an account that this process owns.
func (a *Account) Send(ctx context.Context, in contract.AccountSend) (contract.AccountSent, error) {
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	return a.Service.Send(ctx, in)
}

// sendLimit is below the time that the flow gives a send, so that its outcome is recorded.
const sendLimit = 20 * time.Second
