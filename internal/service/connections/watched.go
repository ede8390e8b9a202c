package connections

import (
	"context"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// Flows is what is known of running flows.
type Flows interface {
	// Ended reports whether the flow has ended, or never ran. A service that does not answer says no.
	Ended(ctx context.Context, id string) bool
}

const (
	// flowStarts is how long the flow of a new connection may take to start.
	flowStarts = 10 * time.Second
	// lookLimit is how long all of a page's looks may take.
	lookLimit = 500 * time.Millisecond
)

// unwatched is what a connection says whose flow has ended: somebody ended it by hand, or Temporal lost it.
var unwatched = models.Note{Code: "flow_ended", Message: "Nothing comes in: the flow that receives its messages has ended",
	Remedy: "It is started again within five minutes; Test starts it at once"}

// MarkUnwatched marks the working ones among connections that are shown whose flows have ended. The rows in the
// database stay as they are: the flow comes back by itself. Without flows to ask nothing is marked.
func MarkUnwatched(ctx context.Context, flows Flows, rows []models.Connection, now time.Time) {
	if flows == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	var looks sync.WaitGroup
	for i := range rows {
		c := &rows[i]
		if c.State != models.ConnectionWorking || now.Sub(c.UpdatedAt.Time) < flowStarts {
			continue
		}
		looks.Go(func() {
			id := contract.UpdatesID(c.TenantID, c.ID)
			if c.Kind == models.UserAccount {
				id = contract.AccountID(c.TenantID, c.ID)
			}
			if flows.Ended(ctx, id) {
				note := unwatched
				c.State, c.Problem = models.ConnectionBroken, &note
			}
		})
	}
	looks.Wait()
}
