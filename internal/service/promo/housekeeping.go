package promo

import (
	"context"
	"time"

	"github.com/promostack/promostack/models"
)

const (
	// unreceivedKept is how long rows of a job that never came complete are kept.
	unreceivedKept = time.Hour
	// jobsKept is how long a job stays on the list with its report, after it ended.
	jobsKept = 90 * 24 * time.Hour
	// checksKept is how long answers about coupons are kept: a year can be compared with the last.
	checksKept = 400 * 24 * time.Hour
)

// ExpireBulk removes the tenant's expired archives and what is left of jobs that were never
// received. It returns how many archives were removed.
func (s *Service) ExpireBulk(ctx context.Context, beat func()) (int, error) {
	if _, err := s.o.Store.Bulk.DeleteUnreceived(ctx, s.o.Now().Add(-unreceivedKept)); err != nil {
		return 0, err
	}
	return s.clearAll(ctx, beat, func() ([]models.BulkJob, error) { return s.o.Store.Bulk.Expired(ctx, models.DefaultPage) }, s.o.Store.Bulk.MarkExpired)
}

// ForgetBulk removes the tenant's jobs that ended long ago, with their rows and with what a worker that was killed
// at the wrong moment may have left of them. It returns how many.
func (s *Service) ForgetBulk(ctx context.Context, beat func()) (int, error) {
	before := s.o.Now().Add(-jobsKept)
	return s.clearAll(ctx, beat, func() ([]models.BulkJob, error) { return s.o.Store.Bulk.Ended(ctx, before, models.DefaultPage) }, s.o.Store.Bulk.Forget)
}

// clearAll removes what the object store has of each job that next finds, until it finds none, and then calls done
// with the job's id.
func (s *Service) clearAll(ctx context.Context, beat func(), next func() ([]models.BulkJob, error), done func(context.Context, string) error) (int, error) {
	for n := 0; ; {
		list, err := next()
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, job := range list {
			beat()
			if err := s.clearBulk(ctx, &job); err != nil {
				return n, err
			}
			if err := done(ctx, job.ID); err != nil {
				return n, err
			}
			n++
		}
	}
}

// ForgetCouponChecks removes the tenant's old answers about coupons. It returns how many.
func (s *Service) ForgetCouponChecks(ctx context.Context, beat func()) (int, error) {
	n, err := s.o.Store.Coupons.DeleteBefore(ctx, s.o.Now().Add(-checksKept), beat)
	return int(n), err
}
