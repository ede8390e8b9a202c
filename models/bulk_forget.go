package models

import (
	"context"
	"time"
)

// DeleteUnreceived removes jobs whose rows never came complete: the process that received them
// died. It returns how many there were.
func (r *Bulk) DeleteUnreceived(ctx context.Context, before time.Time) (int64, error) {
	result := r.s.in(ctx).Where("state = ? AND created_at < ?", BulkReceiving, NewTime(before)).Delete(&BulkJob{})
	return result.RowsAffected, result.Error
}

// Discard removes a job that was never received, with its rows.
func (r *Bulk) Discard(ctx context.Context, id string) error {
	return r.s.in(ctx).Where("id = ? AND state = ?", id, BulkReceiving).Delete(&BulkJob{}).Error
}

// ended are the states of jobs that have nothing in the object store.
var ended = []BulkState{BulkExpired, BulkCancelled, BulkFailed}

// Ended lists the tenant's jobs that ended before a moment and have no archive any more, the
// oldest first.
func (r *Bulk) Ended(ctx context.Context, before time.Time, limit int) ([]BulkJob, error) {
	var rows []BulkJob
	return rows, r.s.in(ctx).Where("finished_at < ? AND state IN ?", NewTime(before), ended).
		Order("finished_at").Limit(limit).Find(&rows).Error
}

// Forget removes an ended job with its rows. It may be called again when it failed half-way.
func (r *Bulk) Forget(ctx context.Context, job *BulkJob) error {
	const each = 1000 // in one transaction
	for from := 0; from < job.Total; from += each {
		err := r.s.in(ctx).Where("job_id = ? AND number > ? AND number <= ?", job.ID, from, from+each).Delete(&BulkRow{}).Error
		if err != nil {
			return err
		}
	}
	return r.s.in(ctx).Where("id = ? AND state IN ?", job.ID, ended).Delete(&BulkJob{}).Error
}
