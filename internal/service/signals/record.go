package signals

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// entry is what is put into the record.
type entry struct {
	kind   track.Kind
	signal int64
	data   track.Data
}

// record appends entries to the tenant's record, with a beginning before the first. Everybody reads them for good: they name
// no person. number, which may be nil, gets the
// next signal's number when it is 0, and names the signal of the entries. A signal that is opened counts by the pip size that the
// record has then: terms gets it. at is the market's time.
func (s *Service) record(ctx context.Context, tx *models.Store, at int64, terms *models.SignalTerms, number *int64, entries ...entry) error {
	return tx.Records.Append(ctx, func(end *models.Record) ([]models.RecordEntry, error) {
		if end.Ended {
			return nil, errEnded
		}
		chain := &chain{end: end, at: at}
		if end.Seq == 0 {
			owner, err := tx.Tenants.Current(ctx)
			if err != nil {
				return nil, err
			}
			settings, _, err := s.within(tx).Settings(ctx) // as it is now that nobody else can change it
			if err != nil {
				return nil, err
			}
			end.PipSize = settings.PipSize
			if err := chain.add(track.Begun, 0, track.Data{PipSize: &end.PipSize, Name: owner.Name}); err != nil {
				return nil, err
			}
		}
		if number != nil && *number == 0 {
			end.Signals++
			*number = end.Signals
		}
		for _, e := range entries {
			if number != nil {
				e.signal = *number
			}
			if e.kind == track.Opened {
				terms.PipSize = end.PipSize
			}
			if err := chain.add(e.kind, e.signal, e.data); err != nil {
				return nil, err
			}
		}
		return chain.entries, nil
	})
}

// chain puts entries after the end of a record.
type chain struct {
	end     *models.Record
	at      int64
	entries []models.RecordEntry
}

func (c *chain) add(kind track.Kind, signal int64, data track.Data) error {
	// A market that is exchanged for another one may have an earlier time: a record's goes forward alone.
	at := max(c.end.At, c.at)
	if data.Milestone != nil {
		at = max(at, data.Milestone.At)
	}
	e := track.Entry{Seq: c.end.Seq + 1, At: time.Unix(at, 0), Kind: kind, Signal: signal, Data: data, Prev: c.end.Head}
	text, err := e.Text()
	if err != nil {
		return err
	}
	c.end.Seq, c.end.Head, c.end.At = e.Seq, track.Hash(text), at
	c.entries = append(c.entries, models.RecordEntry{Seq: e.Seq, Signal: signal, Kind: kind, Text: text, Hash: c.end.Head})
	return nil
}

// resize records that another pip size counts from now on.
func (s *Service) resize(ctx context.Context, tx *models.Store, size pip.Size) error {
	return tx.Records.Append(ctx, func(end *models.Record) ([]models.RecordEntry, error) {
		if end.Seq == 0 || end.Ended || end.PipSize == size {
			return nil, nil
		}
		chain := &chain{end: end}
		end.PipSize = size
		err := chain.add(track.Resized, 0, track.Data{PipSize: &size})
		return chain.entries, err
	})
}

// recordAtOnce is how many entries one statement reads.
const recordAtOnce = 5000

// Record returns the tenant's whole record, with its figures.
func (s *Service) Record(ctx context.Context) (*track.Record, error) {
	out := &track.Record{Format: track.Format, Entries: []string{}, Head: track.Origin}
	for after := int64(0); ; {
		rows, err := s.store.Records.Entries(ctx, after, recordAtOnce)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out.Entries = append(out.Entries, row.Text)
			after, out.Head = row.Seq, row.Hash
		}
		if len(rows) < recordAtOnce {
			break
		}
	}
	if len(out.Entries) == 0 {
		return out, nil
	}
	var err error
	out.Figures, _, err = track.Sum(out.Entries)
	return out, err
}
