package models_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// requireBadCursor wants the refusal that names the parameter.
func requireBadCursor(t *testing.T, err error, why string) {
	t.Helper()
	require.Error(t, err, why)
	requireCode(t, err, fault.Invalid, "bad_cursor")
	require.Equal(t, "after", fault.From(err).Fields[0].Name, why)
}

// addUploads adds that many uploads.
func addUploads(ctx context.Context, t *testing.T, s *models.Store, n int) {
	t.Helper()
	for range n {
		require.NoError(t, s.Uploads.Create(ctx, &models.Upload{ObjectKey: "k", SHA256: "s", Format: "png", Width: 1, Height: 1, Bytes: 1}))
	}
}

// D4: whoever goes on by the cursors sees each row once, whatever is added meanwhile.
func TestPagesStandStillWhileRowsAreAdded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		addUploads(ctx, t, s, 7)
		all, err := s.Uploads.List(ctx, "", 100)
		require.NoError(t, err)
		var want, seen []string
		for _, u := range all.Items {
			want = append(want, u.ID)
		}
		for after := ""; ; {
			page, err := s.Uploads.List(ctx, after, 2)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Items), 2)
			for _, u := range page.Items {
				seen = append(seen, u.ID)
			}
			if after = page.Next; after == "" {
				break
			}
			addUploads(ctx, t, s, 3)
		}
		require.Equal(t, want, seen)
	})
}

// Each list reads the cursors that it makes, and each row is on one page.
func TestEveryListGoesOn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		const each = 3
		j := newJourney(t, s, "a", 1)
		ctx := j.ctx
		bot, err := s.Connections.ByKind(ctx, models.SignalBot)
		require.NoError(t, err)
		for user := int64(2); user <= each; user++ {
			j.enter(t, s, bot, user)
		}
		job := &models.BulkJob{}
		for n := range each {
			template, err := s.Templates.Create(ctx, input(fmt.Sprint("template-", n), "One"))
			require.NoError(t, err)
			if n > 0 { // the first one is there
				require.NoError(t, s.Journeys.Create(ctx, &models.Journey{Name: "More", Draft: "{}"}))
			}
			job = &models.BulkJob{TemplateID: template.ID, VersionID: template.Draft.ID, Columns: []string{}, StartMode: models.BulkReview}
			require.NoError(t, s.Bulk.Create(ctx, job))
			_, err = s.Bulk.Received(ctx, job.ID, each)
			require.NoError(t, err)
			require.NoError(t, s.Coupons.Record(ctx, &models.CouponCheck{Code: "GOLD"}))
			require.NoError(t, s.Sessions.Log(ctx, []models.LogEntry{{SessionID: j.session.ID, SubscriberID: j.who.ID, What: journey.NoteEntered}}))
		}
		for n := range each {
			require.NoError(t, s.Bulk.AddRows(ctx, []models.BulkRow{{JobID: job.ID, Number: n + 1, Cells: []string{}, Problems: []models.BulkProblem{}, State: models.BulkRowPending}}))
		}
		addUploads(ctx, t, s, each)

		lists := map[string]func(after string) (int, string, error){
			"subscribers": func(after string) (int, string, error) {
				return pageOf(s.Subscribers.List(ctx, models.SubscriberFilter{After: after, Limit: 1}))
			},
			"subscribers for an export": func(after string) (int, string, error) {
				return pageOf(s.Subscribers.List(ctx, models.SubscriberFilter{After: after, Limit: 1, Steady: true}))
			},
			"conversations": func(after string) (int, string, error) {
				return pageOf(s.Sessions.List(ctx, models.SessionFilter{After: after, Limit: 1}))
			},
			"log of a conversation": func(after string) (int, string, error) {
				return pageOf(s.Sessions.LogOf(ctx, j.session.ID, "", after, 1))
			},
			"log of a person": func(after string) (int, string, error) { return pageOf(s.Sessions.LogOf(ctx, "", j.who.ID, after, 1)) },
			"journeys": func(after string) (int, string, error) {
				return pageOf(s.Journeys.List(ctx, models.JourneyFilter{After: after, Limit: 1}))
			},
			"templates": func(after string) (int, string, error) {
				return pageOf(s.Templates.List(ctx, models.TemplateFilter{After: after, Limit: 1}))
			},
			"coupon checks": func(after string) (int, string, error) {
				return pageOf(s.Coupons.List(ctx, models.CouponFilter{After: after, Limit: 1}))
			},
			"bulk jobs": func(after string) (int, string, error) { return pageOf(s.Bulk.List(ctx, after, 1)) },
			"bulk rows": func(after string) (int, string, error) { return pageOf(s.Bulk.RowPage(ctx, job.ID, "", after, 1)) },
			"uploads":   func(after string) (int, string, error) { return pageOf(s.Uploads.List(ctx, after, 1)) },
		}
		for name, read := range lists {
			rows := 0
			for after, pages := "", 0; pages == 0 || after != ""; pages++ {
				n, next, err := read(after)
				require.NoError(t, err, "%s, page %d", name, pages+1)
				require.Less(t, pages, each, name)
				rows, after = rows+n, next
			}
			require.Equal(t, each, rows, name)
		}
	})
}

func pageOf[T any](p models.Page[T], err error) (int, string, error) {
	return len(p.Items), p.Next, err
}

// A cursor is good for the list that made it, and what nobody made is refused and reaches no
// database.
func TestCursorsBelongToTheirList(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		addUploads(ctx, t, s, 2)
		uploads, err := s.Uploads.List(ctx, "", 1)
		require.NoError(t, err)
		lists := map[string]func(after string) error{
			"coupon_checks": func(after string) error {
				_, err := s.Coupons.List(ctx, models.CouponFilter{After: after, Limit: 1})
				return err
			},
			"bulk_jobs": func(after string) error { _, err := s.Bulk.List(ctx, after, 1); return err },
			"templates": func(after string) error {
				_, err := s.Templates.List(ctx, models.TemplateFilter{After: after})
				return err
			},
			"bulk_rows.one": func(after string) error { _, err := s.Bulk.RowPage(ctx, "one", "", after, 1); return err },
		}
		id := models.NewID()
		for name, read := range lists {
			requireBadCursor(t, read(uploads.Next), name+" with the cursor of the uploads")
			for _, place := range []string{
				"", " ", "x", "2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05.000000Z ", "2026-01-02T03:04:05.000000Z \x00",
				"2026-01-02T03:04:05.000000Z \xff", "0000-01-02T03:04:05.000000Z " + id, "2026-13-02T03:04:05.000000Z " + id,
				"99999999999", "99999999999999999999", "1.5", "1 ",
			} {
				forged := base64.RawURLEncoding.EncodeToString([]byte(name + " " + place))
				requireBadCursor(t, read(forged), fmt.Sprintf("%s with %q", name, place))
			}
			for _, text := range []string{"nonsense", "5", "==", "ä", base64.RawURLEncoding.EncodeToString([]byte(name))} {
				requireBadCursor(t, read(text), text)
			}
			if name != "bulk_rows.one" {
				require.NoError(t, read(base64.RawURLEncoding.EncodeToString([]byte(name+" 2026-01-02T03:04:05.000000Z "+id))))
			}
		}
		_, err = s.Bulk.RowPage(ctx, "one", "", base64.RawURLEncoding.EncodeToString([]byte("bulk_rows.one 5")), 1)
		require.NoError(t, err)
		_, err = s.Bulk.RowPage(ctx, "one", "", base64.RawURLEncoding.EncodeToString([]byte("bulk_rows.another 5")), 1)
		requireBadCursor(t, err, "the rows of another job")
	})
}

// Whatever a caller sends as a cursor is refused, or is a place that any database takes.
func FuzzCursor(f *testing.F) {
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	f.Add(encode("uploads 2026-01-02T03:04:05.000000Z " + models.NewID()))
	f.Add(encode("uploads 0000-01-02T03:04:05.000000Z \x00"))
	f.Add(encode("bulk_jobs 2026-01-02T03:04:05.000000Z x"))
	f.Add("nonsense")
	f.Fuzz(func(t *testing.T, text string) {
		at, id, again, err := models.ReadCursor("uploads", text)
		if err != nil {
			requireBadCursor(t, err, text)
			return
		}
		_, err = at.Value()
		require.NoError(t, err)
		require.NoError(t, uuid.Validate(id))
		same, sameID, _, err := models.ReadCursor("uploads", again)
		require.NoError(t, err)
		require.Equal(t, []any{at, id}, []any{same, sameID})
	})
}
