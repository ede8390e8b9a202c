package inbox

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

const (
	// rivalPause is how long a poller waits that another one has ended.
	rivalPause = 2 * time.Second
	// rivalFor is how long another program must fetch a bot's updates to be told on the card, and how long it must
	// be gone for the card to be well again. A poller of our own that takes over is shorter.
	rivalFor = time.Minute
)

// rival is another program that fetches the updates of this bot. Each of the two gets some of them.
type rival struct{ since, last time.Time }

// rivalOf goes on from what an earlier poller has told on the card.
func (s *Service) rivalOf(c *models.Connection) rival {
	if !contested(c) {
		return rival{}
	}
	return rival{s.now().Add(-rivalFor), s.now()}
}

func contested(c *models.Connection) bool {
	return c.State == models.ConnectionBroken && c.Problem != nil && c.Problem.Code == botapi.Conflict
}

// met waits after the rival has ended a request. One that stays is told on the card: receiving is broken, while
// sends go on.
func (s *Service) met(ctx context.Context, bot *connections.Bot, r *rival, cause error) error {
	now := s.now()
	if r.since.IsZero() || now.Sub(r.last) > rivalFor {
		r.since = now
	}
	r.last = now
	if now.Sub(r.since) >= rivalFor && bot.Connection.State == models.ConnectionWorking {
		s.connections.MarkBroken(ctx, bot, fault.From(cause))
	}
	return wait.For(ctx, rivalPause)
}

// quiet says on the card that a rival is gone.
func (s *Service) quiet(ctx context.Context, bot *connections.Bot, r *rival) {
	if r.since.IsZero() || s.now().Sub(r.last) <= rivalFor {
		return
	}
	*r = rival{}
	if contested(&bot.Connection) {
		s.connections.MarkWorking(ctx, bot)
	}
}
