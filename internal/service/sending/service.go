// Package sending is everything that goes out through a tenant's bots: once for each key, within
// Telegram's rates across all processes, with how each message ended.
package sending

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// Service is safe for concurrent use.
type Service struct {
	store       *models.Store
	connections *connections.Service
	api         *botapi.Client
	now         func() time.Time
}

// New returns a sender. now is the clock.
func New(store *models.Store, c *connections.Service, api *botapi.Client, now func() time.Time) *Service {
	return &Service{store: store, connections: c, api: api, now: now}
}

// deliveriesKept is how long deliveries are kept: what went out, to whom and how it ended.
const deliveriesKept = 400 * 24 * time.Hour

// ForgetDeliveries removes the tenant's deliveries that ended long ago, and returns how many.
func (s *Service) ForgetDeliveries(ctx context.Context, beat func()) (int, error) {
	n, err := s.store.Deliveries.DeleteBefore(ctx, s.now().Add(-deliveriesKept), beat)
	return int(n), err
}
