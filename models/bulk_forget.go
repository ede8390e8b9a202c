package models

import (
	"context"
	"time"
)

// DeleteUnreceived removes jobs whose rows were never received completely: the process that received them
// died. It returns how many there were.
func (r *Bulk) DeleteUnreceived(ctx context.Context, before time.Time) (int, error) {
	var ids []string
	err := r.s.in(ctx).Model(&BulkJob{}).Where("state = ? AND created_at < ?", BulkReceiving, NewTime(before)).Pluck("id", &ids).Error
	for n, id := range ids {
		if err := r.Discard(ctx, id); err != nil {
			return n, err
		}
	}
	return len(ids), err
}

// Discard removes a job that was never received, with its rows.
func (r *Bulk) Discard(ctx context.Context, id string) error {
	return r.remove(ctx, id, BulkReceiving)
}

// ended are the states of jobs that need nothing in the object store.
var ended = []BulkState{BulkExpired, BulkCancelled, BulkFailed}

// Ended lists the tenant's jobs that ended before a moment and have no archive any more, the
// oldest first.
func (r *Bulk) Ended(ctx context.Context, before time.Time, limit int) ([]BulkJob, error) {
	var rows []BulkJob
	return rows, r.s.in(ctx).Where("finished_at < ? AND state IN ?", NewTime(before), ended).
		Order("finished_at").Limit(limit).Find(&rows).Error
}

// Forget removes an ended job with its rows. It may be called again when it failed half-way.
func (r *Bulk) Forget(ctx context.Context, id string) error { return r.remove(ctx, id, ended...) }

// remove removes a job in one of these states: first its rows and chunks, a thousand in each
// transaction, so that what goes with the job itself is little.
func (r *Bulk) remove(ctx context.Context, id string, states ...BulkState) error {
	var have int64
	err := r.s.in(ctx).Model(&BulkJob{}).Where("id = ? AND state IN ?", id, states).Count(&have).Error
	if err != nil || have == 0 {
		return err
	}
	for _, part := range []any{&BulkRow{}, &BulkChunk{}} {
		for {
			var numbers []int
			err := r.s.in(ctx).Model(part).Where("job_id = ?", id).Order("number").Limit(1000).Pluck("number", &numbers).Error
			if err != nil {
				return err
			}
			if len(numbers) == 0 {
				break
			}
			if err := r.s.in(ctx).Where("job_id = ? AND number <= ?", id, numbers[len(numbers)-1]).Delete(part).Error; err != nil {
				return err
			}
		}
	}
	return r.s.in(ctx).Where("id = ? AND state IN ?", id, states).Delete(&BulkJob{}).Error
}
