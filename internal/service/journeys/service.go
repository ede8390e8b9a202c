// Package journeys is what the API and the workers share of conversation journeys: their lifecycle,
// which messages go to them, each turn of a conversation, and their figures. What a journey does is
// decided by internal/engine/journey.
package journeys

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"net/url"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// Options are what a Service works with.
type Options struct {
	Store     *models.Store
	Sending   *sending.Service
	Promo     *promo.Service // for the photos of messages
	PublicURL *url.URL       // where tracked links lead
	Now       func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store     *models.Store
	sending   *sending.Service
	promo     *promo.Service
	publicURL *url.URL
	now       func() time.Time

	versions *lru.Cache[string, *journey.Definition] // by the version's id: they never change
	drafts   *lru.Cache[string, draftTriggers]       // by the journey's id
	names    *expirable.LRU[string, string]          // of journeys, for operators; by the journey's id
}

// keptVersions bounds the memory of a process: what is evicted is read again.
const keptVersions = 500

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, sending: o.Sending, promo: o.Promo, publicURL: o.PublicURL, now: o.Now,
		versions: cache[*journey.Definition](), drafts: cache[draftTriggers](),
		names: expirable.NewLRU[string, string](keptVersions, nil, time.Minute)}
}

func cache[V any]() *lru.Cache[string, V] {
	c, err := lru.New[string, V](keptVersions)
	if err != nil {
		panic(err) // the size is positive
	}
	return c
}

// Definition returns what a version says. store is the transaction's where there is one. A version that
// can't be read is fault.Invalid.
func (s *Service) Definition(ctx context.Context, store *models.Store, version string) (*journey.Definition, error) {
	if d, ok := s.versions.Get(version); ok {
		return d, nil
	}
	v, err := store.Journeys.Version(ctx, version)
	if err != nil {
		return nil, err
	}
	d, err := journey.Parse([]byte(v.Definition))
	if err != nil {
		return nil, err
	}
	s.versions.Add(version, d)
	return d, nil
}

// definitions returns what versions say, by their ids, with one query. One that is not
// there or can't be read is left out.
func (s *Service) definitions(ctx context.Context, ids []string) (map[string]*journey.Definition, error) {
	out := make(map[string]*journey.Definition, len(ids))
	var unknown []string
	for _, id := range ids {
		if d, ok := s.versions.Get(id); ok {
			out[id] = d
		} else if id != "" {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return out, nil
	}
	texts, err := s.store.Journeys.Definitions(ctx, unknown)
	for id, text := range texts {
		d, err := journey.Parse([]byte(text))
		if err != nil {
			continue
		}
		out[id] = d
		s.versions.Add(id, d)
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
