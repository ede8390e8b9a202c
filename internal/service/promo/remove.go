package promo

import (
	"context"
	"slices"

	"github.com/promostack/promostack/internal/adapter/objectstore"
)

// tenantPrefix is where all files of a tenant are.
func tenantPrefix(tenantID string) string { return "tenants/" + tenantID + "/" }

// RemoveFiles removes all files of a tenant from the object store, and uploads that were not finished. It returns how many
// there were and calls beat between them. It may be called any number of times.
func (s *Service) RemoveFiles(ctx context.Context, tenantID string, beat func()) (int, error) {
	return s.removeFiles(ctx, tenantPrefix(tenantID), "", beat)
}

// removeFiles removes what is under a prefix, but the object of one key.
func (s *Service) removeFiles(ctx context.Context, prefix, but string, beat func()) (n int, err error) {
	uploads, err := s.o.Objects.Uploads(ctx, prefix)
	if err != nil {
		return 0, err
	}
	for _, u := range uploads {
		if err := s.o.Objects.AbortUpload(ctx, u.Key, u.ID); err != nil {
			return n, err
		}
		n++
		beat()
	}
	var gone []string
	err = s.o.Objects.List(ctx, prefix, func(o objectstore.Info) error {
		if o.Key != but {
			gone = append(gone, o.Key)
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	slices.Sort(gone)
	for _, key := range gone {
		if err := s.o.Objects.Delete(ctx, key); err != nil {
			return n, err
		}
		n++
		beat()
	}
	return n, nil
}
