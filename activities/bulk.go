package activities

import (
	"context"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/promo"
)

// Bulk does the work of bulk jobs.
type Bulk struct{ Service *promo.Service }

// Register registers the activities with a worker under their names in the contract.
func (b *Bulk) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.CheckBulk:       b.Check,
		contract.BulkChecked:     b.Service.BulkChecked,
		contract.PlanBulk:        b.Plan,
		contract.RenderBulkChunk: b.RenderChunk,
		contract.FinishBulk:      b.Finish,
		contract.EndBulk:         b.Service.EndBulk,
		contract.BulkCounts:      b.Service.BulkStatus,
	})
}

// Check is the dry run of some rows.
func (b *Bulk) Check(ctx context.Context, in contract.BulkRows) error {
	return b.Service.CheckBulk(ctx, in.JobID, in.From, in.To, beat(ctx))
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
