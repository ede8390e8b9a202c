package journeys_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// refused asserts that an error is a fault of a kind with a code, and returns it.
func refused(t *testing.T, err error, kind fault.Kind, code string) fault.Error {
	t.Helper()
	require.Error(t, err)
	f := fault.From(err)
	require.Equal(t, kind, f.Kind, f)
	require.Equal(t, code, f.Code, f)
	return *f
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(t *testing.T, k *talk)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, store *models.Store) { test(t, newTalk(t, store, models.SignalBot)) })
}

func (k *talk) triggers() (claims []string) {
	k.t.Helper()
	rows, err := k.store.Journeys.Triggers(k.ctx)
	require.NoError(k.t, err)
	for _, row := range rows {
		if row.Claim != nil {
			claims = append(claims, row.Name+": "+*row.Claim)
		}
	}
	return claims
}

// J3: a draft is whatever can be read; it triggers nothing until it is published, and errors keep it
// from that.
func TestFromDraftToActive(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		_, err := k.service.Create(k.ctx, "  ", journeys.Blank())
		refused(t, err, fault.Invalid, "bad_name")
		made, err := k.service.Create(k.ctx, " Welcome ", journeys.Blank())
		require.NoError(t, err)
		require.Equal(t, "Welcome", made.Name)
		require.Equal(t, models.JourneyDraft, made.State)
		require.True(t, made.DraftChanged)
		require.Nil(t, made.Live)
		require.NotEmpty(t, made.Issues, "it has no trigger")

		unfinished := simple("gold")
		unfinished.Steps[0].Text = ""
		saved, err := k.service.SaveDraft(k.ctx, made.ID, made.Version, unfinished)
		require.NoError(t, err)
		_, err = k.service.SaveDraft(k.ctx, made.ID, made.Version, unfinished)
		refused(t, err, fault.Precondition, "version_changed")
		_, err = k.service.Publish(k.ctx, made.ID, saved.Version, "")
		require.Equal(t, "steps.name.text", refused(t, err, fault.Invalid, "journey_invalid").Fields[0].Name)
		_, err = k.service.Restore(k.ctx, made.ID, saved.Version, "")
		refused(t, err, fault.Conflict, "only_a_draft")
		_, err = k.service.Stop(k.ctx, made.ID, saved.Version)
		refused(t, err, fault.Conflict, "journey_not_active")
		k.publish("Other", simple("other"))
		require.Equal(t, models.RouteNone, k.says("gold"))
		require.Contains(t, k.log()[0], "journey_draft Welcome")

		saved, err = k.service.SaveDraft(k.ctx, made.ID, saved.Version, simple("gold"))
		require.NoError(t, err)
		photo := simple("gold")
		photo.Steps[2].Photo = models.NewID()
		missing, err := k.service.SaveDraft(k.ctx, made.ID, saved.Version, photo)
		require.NoError(t, err)
		_, err = k.service.Publish(k.ctx, made.ID, missing.Version, "")
		require.Equal(t, "steps.bye.photo", refused(t, err, fault.Invalid, "journey_invalid").Fields[0].Name)
		saved, err = k.service.SaveDraft(k.ctx, made.ID, missing.Version, simple("gold"))
		require.NoError(t, err)
		_, err = k.service.Publish(k.ctx, made.ID, saved.Version, strings.Repeat("x", 501))
		refused(t, err, fault.Invalid, "too_long")
		live, err := k.service.Publish(k.ctx, made.ID, saved.Version, " first ")
		require.NoError(t, err)
		require.Equal(t, models.JourneyActive, live.State)
		require.False(t, live.DraftChanged)
		require.Equal(t, 1, live.Live.Number)
		require.Equal(t, []string{"Other: keyword:other", "Other: link:other", "Welcome: keyword:gold", "Welcome: link:gold"}, slices.Sorted(slices.Values(k.triggers())))

		renamed := "Hello"
		_, err = k.service.Patch(k.ctx, made.ID, live.Version, &renamed, nil)
		require.NoError(t, err)
		require.Equal(t, []string{"Hello: keyword:gold", "Hello: link:gold"}, slices.Sorted(slices.Values(k.triggers()))[:2])
	})
}

// J3: one active journey of the tenant has a keyword, in whichever case, or a link; any message is
// everybody's.
func TestTriggersAreTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Gold welcome", simple("gold"))
		other := simple("other")
		other.Triggers = []journey.Trigger{{Kind: journey.AnyMessage}, {Kind: journey.Keyword, Value: " ＧＯＬＤ ", Match: journey.Word}, {Kind: journey.DeepLink, Value: "gold"}}
		made, err := k.service.Create(k.ctx, "Second", other)
		require.NoError(t, err)
		_, err = k.service.Publish(k.ctx, made.ID, made.Version, "")
		f := refused(t, err, fault.Conflict, "trigger_taken")
		require.Contains(t, f.Message, "“Gold welcome”")
		require.Equal(t, []string{"triggers[1].value", "triggers[2].value"}, []string{f.Fields[0].Name, f.Fields[1].Name})
		require.Contains(t, f.Fields[0].Message, "keyword “gold”")
		require.Contains(t, f.Fields[1].Message, "link “gold”")

		// A link is exact: another case is another one.
		other.Triggers = []journey.Trigger{{Kind: journey.AnyMessage}, {Kind: journey.DeepLink, Value: "Gold"}}
		saved, err := k.service.SaveDraft(k.ctx, made.ID, made.Version, other)
		require.NoError(t, err)
		_, err = k.service.Publish(k.ctx, made.ID, saved.Version, "")
		require.NoError(t, err)
		other.Triggers = other.Triggers[:1]
		k.publish("Third", other)

		// Another tenant's triggers are its own.
		theirs := newTalk(t, k.store, models.UserAccount)
		theirs.publish("Theirs", simple("gold"))
		_, err = theirs.service.Stop(theirs.ctx, made.ID, models.AnyVersion)
		refused(t, err, fault.NotFound, "journey_not_found")
	})
}

// J1: among equals in priority the journey goes first that was published first, whatever is published of
// it later; one that was stopped stands at the end again.
func TestTiesOfPriority(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		published := func(name string) *journeys.View {
			d := simple(name)
			d.Triggers = append(d.Triggers, journey.Trigger{Kind: journey.AnyMessage})
			return k.publish(name, d)
		}
		enters := func() string {
			k.user++
			require.Equal(t, "conversation", k.says("whatever"))
			k.runs()
			names, err := k.store.Journeys.Names(k.ctx, []string{k.session().JourneyID})
			require.NoError(t, err)
			return names[k.session().JourneyID]
		}
		first := published("first")
		published("second")
		require.Equal(t, "first", enters())
		again, err := k.service.Publish(k.ctx, first.ID, first.Version, "")
		require.NoError(t, err)
		require.Equal(t, 2, again.Live.Number)
		require.Equal(t, "first", enters())
		stopped, err := k.service.Stop(k.ctx, first.ID, again.Version)
		require.NoError(t, err)
		require.Equal(t, "second", enters())
		_, err = k.service.Publish(k.ctx, first.ID, stopped.Version, "")
		require.NoError(t, err)
		require.Equal(t, "second", enters())
	})
}

// J3: a copy has the steps and triggers as a draft that is not locked, and the original stops with it,
// if that is wished.
func TestDuplicate(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		live := k.publish(strings.Repeat("ä", models.MaxJourneyName), simple("gold"))
		yes := true
		locked, err := k.service.Patch(k.ctx, live.ID, live.Version, nil, &yes)
		require.NoError(t, err)
		copied, err := k.service.Duplicate(k.ctx, live.ID, "", false)
		require.NoError(t, err)
		require.Equal(t, models.JourneyDraft, copied.State)
		require.False(t, copied.IsLocked)
		require.Equal(t, live.Draft, copied.Draft)
		require.True(t, strings.HasSuffix(copied.Name, "ä (copy)"))
		require.Len(t, []rune(copied.Name), models.MaxJourneyName)
		_, err = k.service.Publish(k.ctx, copied.ID, copied.Version, "")
		refused(t, err, fault.Conflict, "trigger_taken")
		require.Len(t, k.triggers(), 2)

		_, err = k.service.Duplicate(k.ctx, live.ID, strings.Repeat("x", models.MaxJourneyName+1), true)
		refused(t, err, fault.Invalid, "bad_name")
		require.Len(t, k.triggers(), 2, "it did not stop for a copy that was not made")
		second, err := k.service.Duplicate(k.ctx, live.ID, "Second", true)
		require.NoError(t, err)
		require.Empty(t, k.triggers())
		original, err := k.store.Journeys.Get(k.ctx, live.ID)
		require.NoError(t, err)
		require.Equal(t, models.JourneyStopped, original.State)
		require.Equal(t, locked.Version+1, original.Version)
		_, err = k.service.Publish(k.ctx, second.ID, second.Version, "")
		require.NoError(t, err)
	})
}

// J3: what is locked keeps its name, its draft and its versions; it can be unlocked, stopped and copied.
func TestLocked(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		live := k.publish("Locked", simple("gold"))
		yes, no, name := true, false, "Other"
		locked, err := k.service.Patch(k.ctx, live.ID, live.Version, nil, &yes)
		require.NoError(t, err)
		_, err = k.service.SaveDraft(k.ctx, live.ID, locked.Version, simple("silver"))
		refused(t, err, fault.Conflict, "journey_locked")
		_, err = k.service.Publish(k.ctx, live.ID, locked.Version, "")
		refused(t, err, fault.Conflict, "journey_locked")
		_, err = k.service.Restore(k.ctx, live.ID, locked.Version, live.VersionID)
		refused(t, err, fault.Conflict, "journey_locked")
		_, err = k.service.Patch(k.ctx, live.ID, locked.Version, &name, nil)
		refused(t, err, fault.Conflict, "journey_locked")
		refused(t, k.service.Delete(k.ctx, live.ID, locked.Version), fault.Conflict, "journey_locked")
		stopped, err := k.service.Stop(k.ctx, live.ID, locked.Version)
		require.NoError(t, err)
		open, err := k.service.Patch(k.ctx, live.ID, stopped.Version, &name, &no)
		require.NoError(t, err)
		require.Equal(t, "Other", open.Name)
		require.NoError(t, k.service.Delete(k.ctx, live.ID, open.Version))
	})
}

// J3: versions stay as they were published, whatever becomes of the draft, and any of them can be the
// draft again. The changes tell who is at a step that goes.
func TestVersionsAndChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		first := k.publish("Versions", simple("gold"))
		all, err := k.service.Changes(k.ctx, first.ID)
		require.NoError(t, err)
		require.Empty(t, slices.Concat(all.Added, all.Removed, all.Changed))
		require.Empty(t, all.Settings)
		k.says("gold")
		k.runs()

		edited := simple("gold")
		edited.PriorityInt = 5
		edited.StartStepID = "day"
		edited.Triggers = append(edited.Triggers, journey.Trigger{Kind: journey.Keyword, Value: "silver"})
		edited.Steps[1].Seconds, edited.Steps[1].X = 60, 500
		edited.Steps[3].X = 900
		edited.Steps = append(edited.Steps[1:], journey.Step{ID: "new", Type: journey.Message, Title: "New", Text: "New", NextStepID: "end"})
		saved, err := k.service.SaveDraft(k.ctx, first.ID, first.Version, edited)
		require.NoError(t, err)
		require.True(t, saved.DraftChanged)
		require.Len(t, saved.Current.Triggers, 2, "people meet the live version")
		require.Len(t, saved.Draft.Triggers, 3)
		changes, err := k.service.Changes(k.ctx, first.ID)
		require.NoError(t, err)
		require.Equal(t, "new", changes.Added[0].StepID)
		require.Equal(t, "name", changes.Removed[0].StepID)
		require.EqualValues(t, 1, changes.People["name"])
		require.Equal(t, []string{"seconds"}, changes.Changed[0].Fields)
		require.Len(t, changes.Changed, 1, "where a step stands is no change")
		require.Equal(t, []string{"triggers", "priority_int", "start_step_id"}, changes.Settings)

		second, err := k.service.Publish(k.ctx, first.ID, saved.Version, "faster")
		require.NoError(t, err)
		require.Equal(t, 2, second.Live.Number)
		list, err := k.service.Versions(k.ctx, first.ID)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, []any{2, "faster", int64(0), true}, []any{list[0].Number, list[0].Note, list[0].People, list[0].Live})
		require.Equal(t, []any{1, "", int64(1), false}, []any{list[1].Number, list[1].Note, list[1].People, list[1].Live})
		old, err := k.service.Version(k.ctx, first.ID, first.VersionID)
		require.NoError(t, err)
		require.JSONEq(t, first.Journey.Draft, old.Definition)

		back, err := k.service.Restore(k.ctx, first.ID, second.Version, first.VersionID)
		require.NoError(t, err)
		require.True(t, back.DraftChanged)
		require.JSONEq(t, first.Journey.Draft, back.Journey.Draft)
		back, err = k.service.Restore(k.ctx, first.ID, back.Version, "")
		require.NoError(t, err)
		require.False(t, back.DraftChanged)
		elsewhere := k.publish("Elsewhere", simple("elsewhere"))
		_, err = k.service.Restore(k.ctx, first.ID, back.Version, elsewhere.VersionID)
		refused(t, err, fault.NotFound, "journey_version_not_found")
		_, err = k.service.Version(k.ctx, first.ID, elsewhere.VersionID)
		refused(t, err, fault.NotFound, "journey_version_not_found")
		back, err = k.service.Restore(k.ctx, first.ID, back.Version, first.VersionID)
		require.NoError(t, err)
		third, err := k.service.Publish(k.ctx, first.ID, back.Version, "as before")
		require.NoError(t, err)
		require.Equal(t, 3, third.Live.Number)
	})
}

// J7: an exported file makes the same draft elsewhere, and what is wrong with one is told by its place.
func TestExportAndImport(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		live := k.publish("Travelling", simple("gold"))
		f, err := k.service.Export(k.ctx, live.ID)
		require.NoError(t, err)
		data, err := json.Marshal(f)
		require.NoError(t, err)
		var read journeys.File
		require.NoError(t, json.Unmarshal(data, &read))
		theirs := newTalk(t, k.store, models.SignalBot)
		_, err = theirs.service.Export(theirs.ctx, live.ID)
		refused(t, err, fault.NotFound, "journey_not_found")
		brought, err := theirs.service.Import(theirs.ctx, read)
		require.NoError(t, err)
		require.Equal(t, models.JourneyDraft, brought.State)
		require.Equal(t, live.Draft, brought.Draft)

		for name, wrong := range map[string]journeys.File{
			"promostack":                  {PromoStack: "template", Format: 1, Name: "x", Definition: read.Definition},
			"format":                      {PromoStack: "journey", Format: 2, Name: "x", Definition: read.Definition},
			"name":                        {PromoStack: "journey", Format: 1, Definition: read.Definition},
			"definition":                  {PromoStack: "journey", Format: 1, Name: "x"},
			"definition.format":           {PromoStack: "journey", Format: 1, Name: "x", Definition: json.RawMessage(`{}`)},
			"definition.steps[0].seconds": {PromoStack: "journey", Format: 1, Name: "x", Definition: json.RawMessage(`{"format":1,"steps":[{"id":"a","type":"delay","seconds":"x"}]}`)},
		} {
			_, err := theirs.service.Import(theirs.ctx, wrong)
			require.Error(t, err, name)
			require.Equal(t, name, fault.From(err).Fields[0].Name)
		}
	})
}

// R5: the demo's journey is live after the first start. Who removes it does not get it back, and one with
// a trigger that is taken waits as a draft.
func TestSeededOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		made, err := k.service.Seed(k.ctx, demo.JourneyName, demo.Journey())
		require.NoError(t, err)
		require.True(t, made)
		page, err := k.store.Journeys.List(k.ctx, models.JourneyFilter{})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.Equal(t, models.JourneyActive, page.Items[0].State)

		k.says("Gold")
		k.runs()
		k.says("I trade already")
		k.runs()
		k.waits()
		k.says("ok, join")
		k.runs()
		require.Equal(t, journey.Outcome("joined"), k.session().Outcome, k.log())
		who, err := k.store.Subscribers.ByUser(k.ctx, k.bot.ID, k.user)
		require.NoError(t, err)
		require.Equal(t, []string{"gold-lead"}, who.Tags)

		_, err = k.service.Stop(k.ctx, page.Items[0].ID, models.AnyVersion)
		require.NoError(t, err)
		require.NoError(t, k.service.Delete(k.ctx, page.Items[0].ID, models.AnyVersion))
		made, err = k.service.Seed(k.ctx, demo.JourneyName, demo.Journey())
		require.NoError(t, err)
		require.False(t, made)

		busy := newTalk(t, k.store, models.SignalBot)
		busy.publish("Ours", simple("gold"))
		made, err = busy.service.Seed(busy.ctx, demo.JourneyName, demo.Journey())
		require.NoError(t, err)
		require.True(t, made)
		page, err = busy.store.Journeys.List(busy.ctx, models.JourneyFilter{State: string(models.JourneyDraft)})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.True(t, page.Items[0].DraftChanged)
		require.Empty(t, page.Items[0].VersionID)
	})
}
