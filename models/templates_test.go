package models_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

func meta(slug, name string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"schema":1,"slug":%q,"name":%q,"description":"For sales","category":"coupon"}`, slug, name))
}

func input(slug, name string) models.TemplateInput {
	return models.TemplateInput{Meta: meta(slug, name), VisibleWeb: true,
		Backgrounds: map[string]models.Background{"square.png": {ObjectKey: "k/1", SHA256: "aa", Width: 1080, Height: 1080}}}
}

func requireCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, fault.From(err).Kind, "%v", err)
	require.Equal(t, code, fault.From(err).Code, "%v", err)
}

func TestTemplateLife(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, owner := testkit.Tenant(t, s, "a")
		created, err := s.Templates.Create(ctx, input("gold-coupon", "Gold coupon"))
		require.NoError(t, err)
		require.Equal(t, owner.ID, created.TenantID)
		require.Equal(t, owner.ID, created.Draft.TenantID)
		require.Equal(t, int64(1), created.Version)
		require.Nil(t, created.Published)

		_, err = s.Templates.Create(ctx, input("gold-coupon", "Again"))
		requireCode(t, err, fault.Conflict, "slug_taken")

		got, err := s.Templates.Get(ctx, "gold-coupon")
		require.NoError(t, err)
		require.Equal(t, created.Template, got.Template)
		require.JSONEq(t, string(meta("gold-coupon", "Gold coupon")), string(got.Draft.Meta))
		require.Equal(t, created.Draft.Backgrounds, got.Draft.Backgrounds)

		published, err := s.Templates.Publish(ctx, created.ID, 1)
		require.NoError(t, err)
		require.Equal(t, 1, published.Published.Number)
		require.Equal(t, models.Published, published.Published.State)
		require.Equal(t, created.Draft.ID, published.Published.ID, "what was previewed is what is published")
		require.Equal(t, int64(2), published.Version)
		require.Nil(t, published.Draft)
		require.False(t, published.Published.PublishedAt.IsZero())

		_, err = s.Templates.Publish(ctx, created.ID, 2)
		requireCode(t, err, fault.Conflict, "nothing_to_publish")
		_, err = s.Templates.SaveDraft(ctx, created.ID, 1, models.DraftInput{Meta: meta("gold-coupon", "New name")})
		requireCode(t, err, fault.Precondition, "version_changed")
		_, err = s.Templates.SaveDraft(ctx, created.ID, 2, models.DraftInput{Meta: meta("other", "New name")})
		requireCode(t, err, fault.Invalid, "slug_fixed")

		first, err := s.Templates.SaveDraft(ctx, created.ID, 2, models.DraftInput{Meta: meta("gold-coupon", "New name")})
		require.NoError(t, err)
		require.Equal(t, "Gold coupon", first.Name, "people see the published name until it is published")
		second, err := s.Templates.SaveDraft(ctx, created.ID, models.AnyVersion, models.DraftInput{Meta: meta("gold-coupon", "Newer name")})
		require.NoError(t, err)
		require.NotEqual(t, first.Draft.ID, second.Draft.ID, "a version id names unchanging content")
		_, err = s.Templates.Version(ctx, first.Draft.ID)
		requireCode(t, err, fault.NotFound, "template_version_not_found")

		again, err := s.Templates.Publish(ctx, created.ID, second.Version)
		require.NoError(t, err)
		require.Equal(t, 2, again.Published.Number)
		require.Equal(t, "Newer name", again.Name)
		versions, err := s.Templates.Versions(ctx, created.ID)
		require.NoError(t, err)
		require.Len(t, versions, 2)
		require.Equal(t, 2, versions[0].Number)

		yes, no := true, false
		shown, err := s.Templates.SetVisibility(ctx, created.ID, again.Version, &no, &yes)
		require.NoError(t, err)
		require.False(t, shown.VisibleWeb)
		require.True(t, shown.VisibleBot)
		require.True(t, shown.CreatedAt.Equal(created.CreatedAt.Time))

		drafted, err := s.Templates.SaveDraft(ctx, created.ID, shown.Version, models.DraftInput{Meta: meta("gold-coupon", "Never mind")})
		require.NoError(t, err)
		discarded, err := s.Templates.DiscardDraft(ctx, created.ID, drafted.Version)
		require.NoError(t, err)
		require.Nil(t, discarded.Draft)

		_, err = s.Templates.Get(ctx, "nothing")
		requireCode(t, err, fault.NotFound, "template_not_found")
		_, err = s.Templates.Create(ctx, models.TemplateInput{Meta: json.RawMessage(`[`)})
		requireCode(t, err, fault.Invalid, "meta_malformed")
		_, err = s.Templates.Create(ctx, models.TemplateInput{Meta: json.RawMessage(`{}`)})
		requireCode(t, err, fault.Invalid, "meta_incomplete")
	})
}

func TestPublishedVersionsAreImmutableInTheDatabase(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		created, err := s.Templates.Create(ctx, input("x", "X"))
		require.NoError(t, err)
		_, err = s.Templates.Publish(ctx, "x", models.AnyVersion)
		require.NoError(t, err)
		for _, set := range []map[string]any{{"meta": `{}`}, {"backgrounds": `{}`}, {"number": 7}, {"state": "draft", "number": 0}} {
			err = models.DB(s, ctx).Model(&models.TemplateVersion{}).Where("id = ?", created.Draft.ID).Updates(set).Error
			require.Error(t, err, "%v", set)
		}
	})
}

func TestTemplateList(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		other, _ := testkit.Tenant(t, s, "b")
		for i := range 7 {
			_, err := s.Templates.Create(ctx, input(fmt.Sprintf("t-%d", i), fmt.Sprintf("Größe %d 100%% sure_ly", i)))
			require.NoError(t, err)
		}
		_, err := s.Templates.Create(other, input("t-0", "Same slug, other tenant"))
		require.NoError(t, err)
		_, err = s.Templates.Publish(ctx, "t-3", models.AnyVersion)
		require.NoError(t, err)

		var seen []string
		after := ""
		for range 5 {
			page, err := s.Templates.List(ctx, models.TemplateFilter{Limit: 3, After: after})
			require.NoError(t, err)
			for _, record := range page.Items {
				seen = append(seen, record.Slug)
				require.True(t, record.Draft != nil || record.Published != nil)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		require.Equal(t, []string{"t-3", "t-6", "t-5", "t-4", "t-2", "t-1", "t-0"}, seen)

		count := func(f models.TemplateFilter) int {
			t.Helper()
			page, err := s.Templates.List(ctx, f)
			require.NoError(t, err)
			return len(page.Items)
		}
		require.Equal(t, 1, count(models.TemplateFilter{State: "published"}))
		require.Equal(t, 6, count(models.TemplateFilter{State: "draft"}))
		require.Equal(t, 7, count(models.TemplateFilter{Query: "GRÖSSE"}), "case-folded")
		require.Equal(t, 1, count(models.TemplateFilter{Query: "größe 2"}))
		require.Equal(t, 7, count(models.TemplateFilter{Query: "100%"}))
		require.Equal(t, 0, count(models.TemplateFilter{Query: "1%0"}), "a percent sign is a percent sign")
		require.Equal(t, 0, count(models.TemplateFilter{Query: "surexly"}))
		require.Equal(t, 7, count(models.TemplateFilter{VisibleWeb: true}))
		require.Equal(t, 0, count(models.TemplateFilter{VisibleBot: true}))
		_, err = s.Templates.List(ctx, models.TemplateFilter{After: "nonsense"})
		requireCode(t, err, fault.Invalid, "bad_cursor")
		_, err = s.Templates.List(ctx, models.TemplateFilter{State: "gone"})
		requireCode(t, err, fault.Invalid, "bad_state")
	})
}

func TestConcurrentPublishHasOneWinner(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		created, err := s.Templates.Create(ctx, input("x", "X"))
		require.NoError(t, err)
		errs := make([]error, 8)
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() { _, errs[i] = s.Templates.Publish(ctx, created.ID, 1) })
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			requireCode(t, err, fault.Precondition, "version_changed")
		}
		require.Equal(t, 1, won)
	})
}

func TestPreviews(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, owner := testkit.Tenant(t, s, "a")
		_, err := s.Templates.Create(ctx, input("x", "X"))
		require.NoError(t, err)
		record, err := s.Templates.Publish(ctx, "x", models.AnyVersion)
		require.NoError(t, err)
		version := record.Published.ID
		soon := time.Now().Add(time.Minute)
		platform := models.Platform(context.Background())

		pending, err := s.Templates.PendingPreviews(platform, soon, 10)
		require.NoError(t, err)
		require.Len(t, pending, 1)
		require.Equal(t, owner.ID, pending[0].TenantID)
		require.Equal(t, version, pending[0].VersionID)
		old, err := s.Templates.PendingPreviews(platform, time.Now().Add(-time.Minute), 10)
		require.NoError(t, err)
		require.Empty(t, old)
		theirs, _ := testkit.Tenant(t, s, "others")
		for whose, count := range map[context.Context]int{ctx: 1, theirs: 0} {
			pending, err = s.Templates.PendingPreviews(whose, soon, 10)
			require.NoError(t, err)
			require.Len(t, pending, count)
		}

		for _, hash := range []string{"one", "two"} {
			require.NoError(t, s.Templates.PutPreview(ctx, &models.TemplatePreview{VersionID: version, Size: "square", ObjectKey: "p", SHA256: hash, Width: 1, Height: 1}))
		}
		record, err = s.Templates.Get(ctx, "x")
		require.NoError(t, err)
		require.Len(t, record.Previews, 1)
		require.Equal(t, "two", record.Previews[0].SHA256)

		require.NoError(t, s.Templates.MarkPreviewsReady(ctx, version))
		require.NoError(t, s.Templates.MarkPreviewsReady(ctx, version))
		pending, err = s.Templates.PendingPreviews(platform, soon, 10)
		require.NoError(t, err)
		require.Empty(t, pending)

		stranger, _ := testkit.Tenant(t, s, "b")
		requireCode(t, s.Templates.MarkPreviewsReady(stranger, version), fault.NotFound, "template_version_not_found")
		requireCode(t, s.Templates.PutPreview(stranger, &models.TemplatePreview{VersionID: version, Size: "square"}), fault.NotFound, "template_version_not_found")
	})
}

func TestRestore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		id := models.NewID()[:35] + "0"
		backup := func(number int, name string) models.TemplateBackup {
			return models.TemplateBackup{TemplateID: id, VersionID: fmt.Sprintf("%s%d", id[:35], number), Number: number,
				Meta: meta("gold", name), PublishedAt: time.Now(), VisibleWeb: true}
		}
		get := func() *models.TemplateRecord {
			t.Helper()
			record, err := s.Templates.Get(ctx, "gold")
			require.NoError(t, err)
			return record
		}
		for _, b := range []models.TemplateBackup{backup(2, "Two"), backup(2, "Two"), backup(1, "One"), backup(3, "Three"), backup(1, "One")} {
			_, err := s.Templates.Restore(ctx, b)
			require.NoError(t, err)
		}
		require.Equal(t, 3, get().Published.Number)
		require.Equal(t, "Three", get().Name)
		versions, err := s.Templates.Versions(ctx, id)
		require.NoError(t, err)
		require.Len(t, versions, 3)

		taken := backup(1, "Other")
		taken.TemplateID, taken.VersionID = models.NewID(), models.NewID()
		_, err = s.Templates.Restore(ctx, taken)
		requireCode(t, err, fault.Conflict, "slug_taken")
		_, err = s.Templates.Restore(ctx, models.TemplateBackup{Meta: meta("a", "b")})
		requireCode(t, err, fault.Invalid, "backup_incomplete")

		stranger, _ := testkit.Tenant(t, s, "b")
		_, err = s.Templates.Restore(stranger, backup(9, "Stolen"))
		require.Error(t, err, "another tenant's ids can't be taken over")
		require.Equal(t, 3, get().Published.Number)
	})
}
