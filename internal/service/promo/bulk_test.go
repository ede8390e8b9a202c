package promo_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/demotenant"
	"github.com/promostack/promostack/models"
)

// bulkService is a service with a tenant that has the gold coupon, for which every code holds.
func bulkService(t *testing.T) (*demotenant.Promo, *models.Tenant, context.Context) {
	t.Helper()
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	public, err := url.Parse("https://promo.example.com")
	require.NoError(t, err)
	s := demotenant.Service(t, promo.Options{Store: testkit.Store(t, testkit.SQLite(t), models.Options{}),
		Objects: demotenant.Objects(t, testkit.S3(t)), Ring: ring, PublicURL: public})
	row := &models.Tenant{Slug: "demo", Name: "Aurum Markets", Kind: models.KindDemo}
	return s, row, demotenant.Create(t, s, row, "gold-coupon")
}

// P6, P9: a job's codes are on the list of checks once each, however many rows have them and however
// often they are tried.
func TestAJobsCouponsAreRecordedOnce(t *testing.T) {
	s, _, ctx := bulkService(t)
	file := "headline,code,valid_until\n" + strings.Repeat("Save,GOLD35,soon\n", 5) + "Save,OTHER,soon\n"
	for range 2 { // two jobs
		j, err := s.CreateBulk(ctx, promo.BulkRequest{Template: "gold-coupon", Format: promo.FormatJPEG, Scale: 1, Start: models.BulkAtOnce}, []byte(file))
		require.NoError(t, err)
		require.NoError(t, s.CheckBulk(ctx, j.ID, 1, 3, func() {}))
		require.NoError(t, s.CheckBulk(ctx, j.ID, 1, 6, func() {}))
		_, err = s.Store.Bulk.Checked(ctx, j.ID)
		require.NoError(t, err)
		_, err = s.PlanBulk(ctx, j.ID)
		require.NoError(t, err)
		require.NoError(t, s.RenderChunk(ctx, j.ID, 1, func() {}))
	}
	list, err := s.Store.Coupons.List(ctx, models.CouponFilter{Limit: 50})
	require.NoError(t, err)
	codes := map[string]int{}
	for _, c := range list.Items {
		codes[c.Code+" "+c.Source+" "+c.Outcome]++
	}
	require.Equal(t, map[string]int{"GOLD35 bulk valid": 2, "OTHER bulk valid": 2}, codes)
}

// P9: a worker that froze in the middle of a chunk wakes when others have made the chunk and closed
// the job. What it does then changes nothing and leaves nothing behind.
func TestATryThatWakesTooLateChangesNothing(t *testing.T) {
	s, row, ctx := bulkService(t)

	cancelled := func(t *testing.T, id string) {
		_, err := s.CommandBulk(ctx, id, "cancel")
		require.NoError(t, err)
		require.NoError(t, s.EndBulk(ctx, contract.BulkEnd{JobID: id}))
	}
	finished := func(t *testing.T, id string) {
		require.NoError(t, s.RenderChunk(ctx, id, 1, func() {}))
		redo, err := s.FinishBulk(ctx, id, func() {})
		require.NoError(t, err)
		require.Empty(t, redo)
	}
	for name, c := range map[string]struct {
		rows  int // few make no part of the archive's upload but an object
		close func(*testing.T, string)
		state models.BulkState
		done  int
	}{
		"a part, done":         {5, finished, models.BulkDone, 5},
		"a part, cancelled":    {5, cancelled, models.BulkCancelled, 0},
		"an object, done":      {1, finished, models.BulkDone, 1},
		"an object, cancelled": {1, cancelled, models.BulkCancelled, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var file strings.Builder
			file.WriteString("headline,code,valid_until\n")
			for i := range c.rows {
				fmt.Fprintf(&file, "Save %d today,GOLD35,31 Dec 2026\n", i)
			}
			j, err := s.CreateBulk(ctx, promo.BulkRequest{Template: "gold-coupon", Format: promo.FormatPNG, Scale: 2, Start: models.BulkAtOnce}, []byte(file.String()))
			require.NoError(t, err)
			require.NoError(t, s.CheckBulk(ctx, j.ID, 1, c.rows, func() {}))
			_, err = s.Store.Bulk.Checked(ctx, j.ID)
			require.NoError(t, err)
			chunks, err := s.PlanBulk(ctx, j.ID)
			require.NoError(t, err)
			require.Equal(t, 1, chunks)
			frozen := true
			err = s.RenderChunk(ctx, j.ID, 1, func() {
				if frozen {
					frozen = false
					c.close(t, j.ID)
				}
			})
			require.Error(t, err)

			j, err = s.Store.Bulk.Get(ctx, j.ID)
			require.NoError(t, err)
			require.Equal(t, []any{c.state, c.done, 0}, []any{j.State, j.Done, j.Failed})
			prefix := "tenants/" + row.ID + "/bulk/" + j.ID + "/"
			uploads, err := s.Objects.Uploads(ctx, prefix)
			require.NoError(t, err)
			require.Empty(t, uploads)
			var keys []string
			require.NoError(t, s.Objects.List(ctx, prefix, func(o objectstore.Info) error { keys = append(keys, o.Key); return nil }))
			if c.state == models.BulkDone {
				require.Equal(t, []string{j.ArchiveKey}, keys)
			} else {
				require.Empty(t, keys)
			}
		})
	}
}

// P9: a plan that comes after the end of its job leaves no upload behind.
func TestAPlanThatComesTooLateLeavesNothing(t *testing.T) {
	s, row, ctx := bulkService(t)
	j, err := s.CreateBulk(ctx, promo.BulkRequest{Template: "gold-coupon", Format: promo.FormatJPEG, Scale: 1, Start: models.BulkAtOnce},
		[]byte("headline,code,valid_until\nSave,GOLD35,soon\n"))
	require.NoError(t, err)
	require.NoError(t, s.CheckBulk(ctx, j.ID, 1, 1, func() {}))
	_, err = s.Store.Bulk.Checked(ctx, j.ID)
	require.NoError(t, err)
	_, err = s.CommandBulk(ctx, j.ID, "cancel")
	require.NoError(t, err)
	require.NoError(t, s.EndBulk(ctx, contract.BulkEnd{JobID: j.ID}))
	chunks, err := s.PlanBulk(ctx, j.ID)
	require.NoError(t, err)
	require.Zero(t, chunks)
	uploads, err := s.Objects.Uploads(ctx, "tenants/"+row.ID+"/")
	require.NoError(t, err)
	require.Empty(t, uploads)
}

// P9: an end that comes after the archive was finished takes nothing away.
func TestAnEndThatComesTooLateKeepsTheArchive(t *testing.T) {
	s, _, ctx := bulkService(t)
	j, err := s.CreateBulk(ctx, promo.BulkRequest{Template: "gold-coupon", Format: promo.FormatJPEG, Scale: 1, Start: models.BulkAtOnce},
		[]byte("headline,code,valid_until\nSave,GOLD35,soon\n"))
	require.NoError(t, err)
	require.NoError(t, s.CheckBulk(ctx, j.ID, 1, 1, func() {}))
	_, err = s.Store.Bulk.Checked(ctx, j.ID)
	require.NoError(t, err)
	_, err = s.PlanBulk(ctx, j.ID)
	require.NoError(t, err)
	require.NoError(t, s.RenderChunk(ctx, j.ID, 1, func() {}))
	redo, err := s.FinishBulk(ctx, j.ID, func() {})
	require.NoError(t, err)
	require.Empty(t, redo)
	require.NoError(t, s.EndBulk(ctx, contract.BulkEnd{JobID: j.ID}), "the flow was cancelled before it heard of the end")
	j, err = s.Store.Bulk.Get(ctx, j.ID)
	require.NoError(t, err)
	require.Equal(t, models.BulkDone, j.State)
	_, err = s.Objects.Head(ctx, j.ArchiveKey)
	require.NoError(t, err)
}

// P9: a job without a row that can be made is planned as often as it takes, and its archive holds the
// report.
func TestAPlanWithoutRowsMayBeRepeated(t *testing.T) {
	s, _, ctx := bulkService(t)
	j, err := s.CreateBulk(ctx, promo.BulkRequest{Template: "gold-coupon", Format: promo.FormatJPEG, Scale: 1, Start: models.BulkReview},
		[]byte("headline,code,valid_until\n"+strings.Repeat("long ", 100)+",GOLD35,soon\n"))
	require.NoError(t, err)
	require.NoError(t, s.CheckBulk(ctx, j.ID, 1, 1, func() {}))
	j, err = s.Store.Bulk.Checked(ctx, j.ID)
	require.NoError(t, err)
	require.Equal(t, 1, j.Invalid)
	_, err = s.CommandBulk(ctx, j.ID, "start")
	require.NoError(t, err)
	for range 2 {
		chunks, err := s.PlanBulk(ctx, j.ID)
		require.NoError(t, err)
		require.Zero(t, chunks)
	}
	redo, err := s.FinishBulk(ctx, j.ID, func() {})
	require.NoError(t, err)
	require.Empty(t, redo)
	j, err = s.Store.Bulk.Get(ctx, j.ID)
	require.NoError(t, err)
	require.Equal(t, models.BulkDone, j.State)
}
