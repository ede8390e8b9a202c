// Package journeys is what the API and the workers share of conversation journeys: their lifecycle,
// which messages go to them, each turn of a conversation, and their figures. What a journey does is
// decided by internal/engine/journey.
package journeys

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"net/url"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/service/messaging"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Options are what a Service works with.
type Options struct {
	Store     *models.Store
	Messaging *messaging.Service
	Promo     *promo.Service // for the photos of messages
	PublicURL *url.URL       // where tracked links lead
	Now       func() time.Time
	// Try carries out follow-ups at once that were committed; it may do nothing.
	Try func(ctx context.Context, list ...*models.FollowUp)
}

// Service is safe for concurrent use.
type Service struct {
	Options
	mu       sync.Mutex
	versions map[string]*journey.Definition // by the version's id: they never change
	heads    map[string]head                // of drafts, by the journey's id
	counted  map[string]counted             // see totals, by the tenant's and the journey's id
}

// keptVersions bounds the memory of a process: what is beyond it is read again.
const keptVersions = 500

// New returns a service.
func New(o Options) *Service {
	if o.Try == nil {
		o.Try = func(context.Context, ...*models.FollowUp) {}
	}
	return &Service{Options: o, versions: map[string]*journey.Definition{}, heads: map[string]head{}, counted: map[string]counted{}}
}

// Definition returns what a version says. store is the transaction's where there is one. A version that
// can't be read is fault.Invalid.
func (s *Service) Definition(ctx context.Context, store *models.Store, version string) (*journey.Definition, error) {
	s.mu.Lock()
	d, ok := s.versions[version]
	s.mu.Unlock()
	if ok {
		return d, nil
	}
	v, err := store.Journeys.Version(ctx, version)
	if err != nil {
		return nil, err
	}
	if d, err = journey.Parse([]byte(v.Definition)); err != nil {
		return nil, err
	}
	s.keep(version, d)
	return d, nil
}

func (s *Service) keep(version string, d *journey.Definition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.versions) >= keptVersions {
		clear(s.versions)
	}
	s.versions[version] = d
}

// definitions returns what versions say, by their ids, with one look into the database. One that is not
// there or can't be read is left out.
func (s *Service) definitions(ctx context.Context, ids []string) (map[string]*journey.Definition, error) {
	out := make(map[string]*journey.Definition, len(ids))
	var unknown []string
	s.mu.Lock()
	for _, id := range ids {
		if d, ok := s.versions[id]; ok {
			out[id] = d
		} else if id != "" {
			unknown = append(unknown, id)
		}
	}
	s.mu.Unlock()
	if len(unknown) == 0 {
		return out, nil
	}
	texts, err := s.Store.Journeys.Definitions(ctx, unknown)
	for id, text := range texts {
		d, err := journey.Parse([]byte(text))
		if err != nil {
			continue
		}
		out[id] = d
		s.keep(id, d)
	}
	return out, err
}

func seed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:]) >> 11 // a browser keeps 53 bits of a number
}

func errOccupied(people int64) error {
	return fault.New(fault.Conflict, "journey_occupied", "%d people are in this journey", people).
		WithRemedy("Stop it and wait until they have finished, or end their conversations under People")
}
