package signals

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// Published is a tenant's record as everybody may read it.
type Published struct {
	Slug    string
	Name    string // who publishes it
	Entries int
	Head    string
	Figures track.Figures
	EndedAt *time.Time // nil while it goes on
	Broken  string     // what our own check finds wrong with it; empty for nothing. It is published all the same
	File    []byte     // the whole record as JSON, compressed with gzip
}

// PublishedEnd is how far a published record goes.
type PublishedEnd struct {
	models.Record
	Slug string
	Name string
}

// publishedBytes is how much of records is kept, compressed, for those who read them.
const publishedBytes = 32 << 20

var errNoRecord = fault.New(fault.NotFound, "record_not_found", "There is no track record at this address")

// PublishedEnd tells how far the record of the tenant with this short name goes, whoever asks. There is none before its
// first entry: fault.NotFound "record_not_found".
func (s *Service) PublishedEnd(ctx context.Context, slug string) (*PublishedEnd, error) {
	owner, err := s.store.Tenants.BySlug(ctx, slug)
	if fault.Is(err, fault.NotFound) {
		return nil, errNoRecord
	}
	if err != nil {
		return nil, err
	}
	end, ok, err := s.store.Records.Get(tenant.With(ctx, owner.ID))
	if err == nil && (!ok || end.Seq == 0) {
		err = errNoRecord
	}
	if err != nil {
		return nil, err
	}
	return &PublishedEnd{Record: end, Slug: owner.Slug, Name: owner.Name}, nil
}

// Publish reads a whole record, or takes it from those that are kept: entries are only ever added, so a head stands for
// one record.
func (s *Service) Publish(ctx context.Context, end *PublishedEnd) (*Published, error) {
	return s.published.Make(end.TenantID+" "+end.Head, func() (*Published, int, error) {
		record, err := s.Record(tenant.With(ctx, end.TenantID))
		broken := ""
		if track.IsBroken(err) {
			broken, err = err.Error(), nil
		}
		if err != nil {
			return nil, 0, err
		}
		var file bytes.Buffer
		zipped := gzip.NewWriter(&file)
		if err := json.NewEncoder(zipped).Encode(record); err != nil {
			return nil, 0, err
		}
		if err := zipped.Close(); err != nil {
			return nil, 0, err
		}
		out := &Published{Slug: end.Slug, Name: record.Name(), Entries: len(record.Entries), Head: record.Head, Figures: record.Figures, Broken: broken, File: file.Bytes()}
		if end.Ended {
			at := time.Unix(end.At, 0).UTC()
			out.EndedAt = &at
		}
		return out, file.Len(), nil
	})
}
