package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/promo"
)

// Bulk does the work of bulk jobs.
type Bulk struct{ Service *promo.Service }

// Register registers the activities with a worker under their names in the contract.
func (b *Bulk) Register(r worker.ActivityRegistry) {
	for name, f := range map[string]any{
		contract.CheckBulk:       b.Check,
		contract.BulkChecked:     b.Checked,
		contract.PlanBulk:        b.Plan,
		contract.RenderBulkChunk: b.RenderChunk,
		contract.FinishBulk:      b.Finish,
		contract.EndBulk:         b.End,
		contract.BulkCounts:      b.Counts,
	} {
		r.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
}

// beat tells Temporal that the activity is alive; the SDK sends only some of them.
func beat(ctx context.Context) func() { return func() { activity.RecordHeartbeat(ctx) } }

// Check is the dry run of some rows.
func (b *Bulk) Check(ctx context.Context, in contract.BulkRows) error {
	return b.Service.CheckBulk(ctx, in.JobID, in.From, in.To, beat(ctx))
}

// Checked ends the dry run and tells how the job goes on.
func (b *Bulk) Checked(ctx context.Context, in contract.BulkJob) (contract.BulkStatus, error) {
	return b.Service.BulkChecked(ctx, in.JobID)
}

// Counts reads the job's progress.
func (b *Bulk) Counts(ctx context.Context, in contract.BulkJob) (contract.BulkStatus, error) {
	return b.Service.BulkStatus(ctx, in.JobID)
}

// Plan divides the job into chunks.
func (b *Bulk) Plan(ctx context.Context, in contract.BulkJob) (int, error) {
	return b.Service.PlanBulk(ctx, in.JobID)
}

// RenderChunk makes the images of a chunk.
func (b *Bulk) RenderChunk(ctx context.Context, in contract.BulkChunk) error {
	return b.Service.RenderChunk(ctx, in.JobID, in.Number, beat(ctx))
}

// Finish closes the archive.
func (b *Bulk) Finish(ctx context.Context, in contract.BulkJob) ([]int, error) {
	return b.Service.FinishBulk(ctx, in.JobID, beat(ctx))
}

// End closes a job without an archive.
func (b *Bulk) End(ctx context.Context, in contract.BulkEnd) error {
	return b.Service.EndBulk(ctx, in)
}
