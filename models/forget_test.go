package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// The tenant's old checks go, more than one transaction takes; the young ones and others' stay.
func TestOldCouponChecksAreForgotten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		stranger, _ := testkit.Tenant(t, s, "two")
		old, now := time.Now().Add(-500*24*time.Hour), time.Now()
		require.NoError(t, s.Tx(ctx, func(tx *models.Store) error {
			for i := range 1003 {
				if err := tx.Coupons.Record(ctx, &models.CouponCheck{Code: fmt.Sprint(i), Outcome: "valid", Source: "web", CheckedAt: models.NewTime(old)}); err != nil {
					return err
				}
			}
			return nil
		}))
		require.NoError(t, s.Coupons.Record(ctx, &models.CouponCheck{Code: "YOUNG", Outcome: "valid", Source: "web"}))
		require.NoError(t, s.Coupons.Record(stranger, &models.CouponCheck{Code: "THEIRS", Outcome: "valid", Source: "web", CheckedAt: models.NewTime(old)}))

		n, err := s.Coupons.DeleteBefore(ctx, now.Add(-400*24*time.Hour), func() {})
		require.NoError(t, err)
		require.EqualValues(t, 1003, n)
		left, err := s.Coupons.List(ctx, models.CouponFilter{Limit: 10})
		require.NoError(t, err)
		require.Len(t, left.Items, 1)
		require.Equal(t, "YOUNG", left.Items[0].Code)
		theirs, err := s.Coupons.List(stranger, models.CouponFilter{Limit: 10})
		require.NoError(t, err)
		require.Len(t, theirs.Items, 1)
	})
}

// P9: an ended job goes with its rows; one that runs, one that ended lately and another tenant's stay.
func TestEndedJobsAreForgotten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		stranger, _ := testkit.Tenant(t, s, "two")
		created, err := s.Templates.Create(ctx, input("gold-coupon", "Gold coupon"))
		require.NoError(t, err)
		tpl, err := s.Templates.Publish(ctx, created.ID, models.AnyVersion)
		require.NoError(t, err)
		begin := func(lines int) *models.BulkJob {
			j := &models.BulkJob{TemplateID: tpl.ID, VersionID: tpl.Published.ID, Columns: []string{"headline"}, StartMode: models.BulkReview}
			require.NoError(t, s.Bulk.Create(ctx, j))
			var rows []models.BulkRow
			for n := 1; n <= lines; n++ {
				rows = append(rows, models.BulkRow{JobID: j.ID, Number: n, Line: n + 1, Cells: []string{"x"}, State: models.BulkRowPending, Problems: []models.BulkProblem{}})
			}
			require.NoError(t, s.Bulk.AddRows(ctx, rows))
			j, err := s.Bulk.Received(ctx, j.ID, lines)
			require.NoError(t, err)
			return j
		}
		ended, running := begin(1001), begin(1)
		_, err = s.Bulk.Finish(ctx, ended.ID, models.BulkCancelled, nil, 0, time.Hour)
		require.NoError(t, err)

		list, err := s.Bulk.Ended(ctx, time.Now().Add(-time.Hour), 10)
		require.NoError(t, err)
		require.Empty(t, list, "it ended lately")
		list, err = s.Bulk.Ended(stranger, time.Now().Add(time.Hour), 10)
		require.NoError(t, err)
		require.Empty(t, list)
		list, err = s.Bulk.Ended(ctx, time.Now().Add(time.Hour), 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, ended.ID, list[0].ID)

		require.NoError(t, s.Bulk.Forget(stranger, list[0].ID))
		_, err = s.Bulk.Get(ctx, ended.ID)
		require.NoError(t, err, "a stranger can't make it be forgotten")
		require.NoError(t, s.Bulk.Forget(ctx, list[0].ID))
		_, err = s.Bulk.Get(ctx, ended.ID)
		requireCode(t, err, fault.NotFound, "bulk_not_found")
		left, err := s.Bulk.Rows(ctx, ended.ID, 1, 2000)
		require.NoError(t, err)
		require.Empty(t, left)
		_, err = s.Bulk.Get(ctx, running.ID)
		require.NoError(t, err)
	})
}
