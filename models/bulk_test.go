package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

// P9: rows and chunks count once whatever is tried twice, and another tenant sees nothing of it.
func TestBulkLife(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		created, err := s.Templates.Create(ctx, input("gold-coupon", "Gold coupon"))
		require.NoError(t, err)
		tpl, err := s.Templates.Publish(ctx, created.ID, models.AnyVersion)
		require.NoError(t, err)
		j := &models.BulkJob{TemplateID: tpl.ID, VersionID: tpl.Published.ID, Columns: []string{"headline"}, StartMode: models.BulkReview}
		require.NoError(t, s.Bulk.Create(ctx, j))
		var rows []models.BulkRow
		for n := 1; n <= 1200; n++ {
			rows = append(rows, models.BulkRow{JobID: j.ID, Number: n, Line: n + 1, Cells: []string{fmt.Sprint(n)},
				State: models.BulkRowPending, Problems: []models.BulkProblem{}, File: fmt.Sprintf("%d.jpg", n)})
		}
		require.NoError(t, s.Bulk.AddRows(ctx, rows))
		_, err = s.Bulk.Get(ctx, j.ID)
		requireCode(t, err, fault.NotFound, "bulk_not_found")
		_, err = s.Bulk.Received(ctx, j.ID, 1200)
		require.NoError(t, err)
		_, err = s.Bulk.Get(foreign, j.ID)
		requireCode(t, err, fault.NotFound, "bulk_not_found")
		_, _, err = s.Bulk.Command(foreign, j.ID, "cancel")
		requireCode(t, err, fault.NotFound, "bulk_not_found")

		for i := range rows {
			rows[i].State = models.BulkRowValid
			if i%100 == 0 {
				rows[i].State = models.BulkRowInvalid
				rows[i].Problems = []models.BulkProblem{{Column: 1, Field: "headline", Code: "too_long", Message: "Is too long"}}
			}
		}
		for range 2 { // the second time changes nothing
			for from := 0; from < 1200; from += 400 {
				_, err := s.Bulk.SaveChecked(ctx, j.ID, rows[from:from+400])
				require.NoError(t, err)
			}
		}
		got, err := s.Bulk.Checked(ctx, j.ID)
		require.NoError(t, err)
		require.Equal(t, []any{models.BulkReady, 1200, 12}, []any{got.State, got.Checked, got.Invalid})
		page, err := s.Bulk.RowPage(ctx, j.ID, models.BulkRowInvalid, "", 10)
		require.NoError(t, err)
		require.Len(t, page.Items, 10)
		rest, err := s.Bulk.RowPage(ctx, j.ID, models.BulkRowInvalid, page.Next, 10)
		require.NoError(t, err)
		require.Len(t, rest.Items, 2)
		require.Empty(t, rest.Next)
		require.Equal(t, rows[0].Problems, page.Items[0].Problems)

		_, moved, err := s.Bulk.Command(ctx, j.ID, "pause")
		requireCode(t, err, fault.Conflict, "bulk_state")
		require.False(t, moved)
		_, moved, err = s.Bulk.Command(ctx, j.ID, "start")
		require.NoError(t, err)
		require.True(t, moved)
		_, moved, err = s.Bulk.Command(ctx, j.ID, "start")
		require.NoError(t, err)
		require.False(t, moved, "it holds already")

		for range 2 {
			chunks, err := s.Bulk.Plan(ctx, j.ID, 100, "key.zip", "upload")
			require.NoError(t, err)
			require.Equal(t, 12, chunks)
		}
		old, _, _, err := s.Bulk.ClaimChunk(ctx, j.ID, 1)
		require.NoError(t, err)
		claim, mine, done, err := s.Bulk.ClaimChunk(ctx, j.ID, 1)
		require.NoError(t, err)
		require.False(t, done)
		require.Len(t, mine, 100)
		for i := range mine {
			mine[i].State, mine[i].CRC32, mine[i].Bytes = models.BulkRowDone, 4294967295, 10
		}
		mine[7].State = models.BulkRowFailed
		err = s.Bulk.FinishChunk(ctx, models.BulkChunk{JobID: j.ID, Number: 1, Claim: old, ETag: "x"}, mine)
		requireCode(t, err, fault.Conflict, "bulk_claim_lost")
		chunk := models.BulkChunk{JobID: j.ID, Number: 1, Claim: claim, ETag: "x", Bytes: 990}
		require.NoError(t, s.Bulk.FinishChunk(ctx, chunk, mine))
		require.Error(t, s.Bulk.FinishChunk(ctx, chunk, mine), "it counts once")
		_, _, done, err = s.Bulk.ClaimChunk(ctx, j.ID, 1)
		require.NoError(t, err)
		require.True(t, done)
		got, err = s.Bulk.Get(ctx, j.ID)
		require.NoError(t, err)
		require.Equal(t, []int{99, 1}, []int{got.Done, got.Failed})
		made, err := s.Bulk.ChunkRows(ctx, j.ID, 1)
		require.NoError(t, err)
		require.Len(t, made, 99)
		require.EqualValues(t, 4294967295, made[0].CRC32)

		require.NoError(t, s.Bulk.Redo(ctx, j.ID, []int{1, 2}, "", ""))
		got, err = s.Bulk.Get(ctx, j.ID)
		require.NoError(t, err)
		require.Equal(t, []any{0, 0, "upload"}, []any{got.Done, got.Failed, got.UploadID})
		require.NoError(t, s.Bulk.Redo(ctx, j.ID, nil, "upload", "fresh"))
		require.NoError(t, s.Bulk.Redo(ctx, j.ID, nil, "upload", "second"), "somebody has begun anew already")
		_, err = s.Bulk.Finish(ctx, j.ID, models.BulkDone, nil, 990, time.Hour)
		requireCode(t, err, fault.Conflict, "bulk_unfinished")
		for n := 1; n <= 12; n++ {
			claim, _, _, err := s.Bulk.ClaimChunk(ctx, j.ID, n)
			require.NoError(t, err)
			require.NoError(t, s.Bulk.FinishChunk(ctx, models.BulkChunk{JobID: j.ID, Number: n, Claim: claim, ETag: "e"}, nil))
		}
		got, err = s.Bulk.Finish(ctx, j.ID, models.BulkDone, nil, 990, time.Hour)
		require.NoError(t, err)
		require.Equal(t, "fresh", got.UploadID)
		require.NoError(t, s.Bulk.Redo(ctx, j.ID, []int{1}, "fresh", "late"))
		err = s.Bulk.FinishChunk(ctx, models.BulkChunk{JobID: j.ID, Number: 1}, nil)
		requireCode(t, err, fault.Conflict, "bulk_claim_lost")
		again, err := s.Bulk.Finish(ctx, j.ID, models.BulkFailed, &models.Note{Code: "late"}, 0, 0)
		require.NoError(t, err)
		require.Equal(t, []any{models.BulkDone, got.Version}, []any{again.State, again.Version}, "a closed job stays as it is")
		list, err := s.Bulk.List(ctx, "", 10)
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		none, err := s.Bulk.List(foreign, "", 10)
		require.NoError(t, err)
		require.Empty(t, none.Items)
	})
}

func TestRowsThatNeverCameCompleteAreCleared(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		created, err := s.Templates.Create(ctx, input("gold-coupon", "Gold coupon"))
		require.NoError(t, err)
		tpl, err := s.Templates.Publish(ctx, created.ID, models.AnyVersion)
		require.NoError(t, err)
		j := &models.BulkJob{TemplateID: tpl.ID, VersionID: tpl.Published.ID, Columns: []string{}, StartMode: models.BulkReview}
		require.NoError(t, s.Bulk.Create(ctx, j))
		require.NoError(t, s.Bulk.AddRows(ctx, []models.BulkRow{{JobID: j.ID, Number: 1, Cells: []string{}, Problems: []models.BulkProblem{}, State: models.BulkRowPending}}))
		n, err := s.Bulk.DeleteUnreceived(ctx, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = s.Bulk.DeleteUnreceived(ctx, time.Now().Add(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		rows, err := s.Bulk.Rows(ctx, j.ID, 1, 10)
		require.NoError(t, err)
		require.Empty(t, rows)
	})
}
