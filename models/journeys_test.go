package models_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

// journeyRows is a published journey of a tenant's, with somebody in it.
type journeyRows struct {
	ctx     context.Context
	journey *models.Journey
	who     *models.Subscriber
	session *models.JourneySession
}

func newJourney(t *testing.T, s *models.Store, slug string, account int64) journeyRows {
	t.Helper()
	ctx, _ := testkit.Tenant(t, s, slug)
	bot := newConnection(t, s, ctx, models.SignalBot, account)
	j := &models.Journey{Name: "Welcome", Draft: "{}", DraftChanged: true}
	require.NoError(t, s.Journeys.Create(ctx, j))
	claim := "keyword:gold"
	j, err := s.Journeys.Change(ctx, j.ID, 1, func(tx *models.Store, j *models.Journey) error {
		return tx.Journeys.Publish(ctx, j, `{"of":"`+slug+`"}`, "first", []models.JourneyTrigger{{Connections: []string{string(models.SignalBot)}, Spec: "{}", Claim: &claim, ReEntry: "{}"}})
	})
	require.NoError(t, err)
	out := journeyRows{ctx: ctx, journey: j}
	out.who, out.session = out.enter(t, s, bot, 1)
	return out
}

// enter lets a person begin the journey.
func (r journeyRows) enter(t *testing.T, s *models.Store, bot *models.Connection, user int64) (*models.Subscriber, *models.JourneySession) {
	t.Helper()
	_, err := s.Conversations.Receive(r.ctx, incoming(bot, 100+user, user), func(*models.Store, *models.Subscriber) (string, error) { return models.RouteNone, nil }, nil)
	require.NoError(t, err)
	who, err := s.Subscribers.ByUser(r.ctx, bot.ID, user)
	require.NoError(t, err)
	session := &models.JourneySession{ConversationID: models.NewID(), ConnectionID: bot.ID, UserID: user, SubscriberID: who.ID, JourneyID: r.journey.ID,
		VersionID: r.journey.VersionID, Token: models.NewToken(), State: "{}", StepID: "ask", Phase: "waiting", Cause: "keyword gold"}
	require.NoError(t, s.Sessions.Create(r.ctx, session))
	return who, session
}

// T6, J3: what a page of journeys and conversations shows comes with a look for each kind of row, and
// nothing of another tenant's is among it.
func TestJourneysByTheirIDs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, b := newJourney(t, s, "a", 1), newJourney(t, s, "b", 2)
		both := func(ids ...string) []string { return ids }
		definitions, err := s.Journeys.Definitions(a.ctx, both(a.journey.VersionID, b.journey.VersionID))
		require.NoError(t, err)
		require.Equal(t, map[string]string{a.journey.VersionID: `{"of":"a"}`}, definitions)
		versions, err := s.Sessions.VersionsOf(a.ctx, both(a.session.ID, b.session.ID))
		require.NoError(t, err)
		require.Equal(t, map[string]string{a.session.ID: a.journey.VersionID}, versions)
		people, err := s.Subscribers.ByIDs(a.ctx, both(a.who.ID, b.who.ID))
		require.NoError(t, err)
		require.Len(t, people, 1)
		require.Equal(t, a.who.UserID, people[a.who.ID].UserID)
		names, err := s.Journeys.Names(a.ctx, both(a.journey.ID, b.journey.ID))
		require.NoError(t, err)
		require.Equal(t, map[string]string{a.journey.ID: "Welcome"}, names)
		heads, err := s.Journeys.VersionHeads(a.ctx, both(a.journey.VersionID, b.journey.VersionID))
		require.NoError(t, err)
		require.Len(t, heads, 1)
		require.Empty(t, heads[a.journey.VersionID].Definition)
		for name, empty := range map[string]func() (int, error){
			"definitions": func() (int, error) { m, err := s.Journeys.Definitions(a.ctx, nil); return len(m), err },
			"versions":    func() (int, error) { m, err := s.Sessions.VersionsOf(a.ctx, nil); return len(m), err },
			"people":      func() (int, error) { m, err := s.Subscribers.ByIDs(a.ctx, nil); return len(m), err },
		} {
			n, err := empty()
			require.NoError(t, err, name)
			require.Zero(t, n, name)
		}
		_, err = s.Sessions.Get(b.ctx, a.session.ID)
		requireCode(t, err, fault.NotFound, "conversation_not_found")
		_, err = s.Journeys.Version(b.ctx, a.journey.VersionID)
		requireCode(t, err, fault.NotFound, "journey_version_not_found")
	})
}

// J8: conversations are found by journey, person, step, state and name, and their pages go on.
func TestConversationsAreListed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a := newJourney(t, s, "a", 1)
		bot, err := s.Connections.ByKind(a.ctx, models.SignalBot)
		require.NoError(t, err)
		var all []*models.JourneySession
		for user := int64(2); user <= 6; user++ {
			_, session := a.enter(t, s, bot, user)
			all = append(all, session)
		}
		all[0].Paused = true
		all[1].Status, all[2].Status = models.SessionEnded, models.SessionBroken
		all[3].StepID = ""
		for _, session := range all[:4] {
			require.NoError(t, s.Sessions.Save(a.ctx, session))
		}
		count := func(f models.SessionFilter) int {
			page, err := s.Sessions.List(a.ctx, f)
			require.NoError(t, err)
			return len(page.Items)
		}
		welcome, ask := "", "ask"
		require.Equal(t, 6, count(models.SessionFilter{JourneyID: a.journey.ID}))
		require.Equal(t, 0, count(models.SessionFilter{JourneyID: models.NewID()}))
		require.Equal(t, 1, count(models.SessionFilter{SubscriberID: a.who.ID}))
		require.Equal(t, 1, count(models.SessionFilter{StepID: &welcome}))
		require.Equal(t, 5, count(models.SessionFilter{StepID: &ask}))
		for state, want := range map[string]int{"running": 3, "paused": 1, "ended": 1, "broken": 1} {
			require.Equal(t, want, count(models.SessionFilter{State: state}), state)
		}
		_, err = s.Sessions.List(a.ctx, models.SessionFilter{State: "odd"})
		requireCode(t, err, fault.Invalid, "bad_state")

		seen := map[string]bool{}
		f := models.SessionFilter{Limit: 2}
		for {
			page, err := s.Sessions.List(a.ctx, f)
			require.NoError(t, err)
			for _, row := range page.Items {
				require.False(t, seen[row.ID])
				seen[row.ID] = true
			}
			if f.After = page.Next; page.Next == "" {
				break
			}
		}
		require.Len(t, seen, 6)
	})
}

// J6: a person's log goes on by its pages, those of one conversation and those over all, and is forgotten
// when its time is over.
func TestTheLog(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a := newJourney(t, s, "a", 1)
		var lines []models.LogEntry
		for i := range 7 {
			line := models.LogEntry{SubscriberID: a.who.ID, What: "message", Text: fmt.Sprint(i)}
			if i%2 == 0 {
				line.SessionID = a.session.ID
			}
			lines = append(lines, line)
		}
		require.NoError(t, s.Sessions.Log(a.ctx, lines))
		read := func(session, subscriber string) (texts []string) {
			for after := ""; ; {
				page, err := s.Sessions.LogOf(a.ctx, session, subscriber, after, 3)
				require.NoError(t, err)
				for _, l := range page.Items {
					texts = append(texts, l.Text)
				}
				if after = page.Next; after == "" {
					return texts
				}
			}
		}
		require.Equal(t, []string{"6", "5", "4", "3", "2", "1", "0"}, read("", a.who.ID))
		require.Equal(t, []string{"6", "4", "2", "0"}, read(a.session.ID, ""))
		page, err := s.Sessions.LogOf(a.ctx, a.session.ID, "", "", 2)
		require.NoError(t, err)
		_, err = s.Sessions.LogOf(a.ctx, "", a.who.ID, page.Next, 2)
		requireCode(t, err, fault.Invalid, "bad_cursor")
		n, err := s.Sessions.DeleteLogBefore(a.ctx, time.Now().Add(time.Minute), func() {})
		require.NoError(t, err)
		require.EqualValues(t, 7, n)
		require.Empty(t, read("", a.who.ID))
	})
}

// Which uploads are missing comes with one look; another tenant's is.
func TestMissingUploads(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, _ := testkit.Tenant(t, s, "a")
		b, _ := testkit.Tenant(t, s, "b")
		ours, theirs := &models.Upload{ObjectKey: "ours"}, &models.Upload{ObjectKey: "theirs"}
		require.NoError(t, s.Uploads.Create(a, ours))
		require.NoError(t, s.Uploads.Create(b, theirs))
		missing, err := s.Uploads.Missing(a, []string{ours.ID, theirs.ID, "none", ours.ID})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{theirs.ID: true, "none": true}, missing)
		missing, err = s.Uploads.Missing(a, nil)
		require.NoError(t, err)
		require.Empty(t, missing)
	})
}

// People who are in a journey are not erased for being away for long; those whose journey is over are.
func TestUnseenPeopleInJourneys(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, b := newJourney(t, s, "a", 1), newJourney(t, s, "b", 2)
		bot, err := s.Connections.Get(a.ctx, a.session.ConnectionID)
		require.NoError(t, err)
		other, session := a.enter(t, s, bot, 2)
		later := time.Now().Add(time.Hour)
		unseen, err := s.Subscribers.Unseen(a.ctx, later, 10)
		require.NoError(t, err)
		require.Empty(t, unseen)
		session.Status, session.Outcome = models.SessionEnded, "completed"
		require.NoError(t, s.Sessions.Save(a.ctx, session))
		unseen, err = s.Subscribers.Unseen(a.ctx, later, 10)
		require.NoError(t, err)
		require.Equal(t, []string{other.ID}, unseen)
		unseen, err = s.Subscribers.Unseen(b.ctx, later, 10)
		require.NoError(t, err)
		require.Empty(t, unseen)
	})
}

// J9: what a list of journeys shows: how many came, how many are in it, what was sent; another tenant's
// rows are not among it, whatever is asked for.
func TestReportOfJourneyTotals(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, b := newJourney(t, s, "a", 1), newJourney(t, s, "b", 2)
		bot, err := s.Connections.Get(a.ctx, a.session.ConnectionID)
		require.NoError(t, err)
		_, second := a.enter(t, s, bot, 2)
		second.Status = models.SessionEnded
		require.NoError(t, s.Sessions.Save(a.ctx, second))
		again := *second // the same person comes a second time, and is there still
		again.ConversationID, again.Token, again.Status = models.NewID(), models.NewToken(), ""
		require.NoError(t, s.Sessions.Create(a.ctx, &again))
		for i, r := range []journeyRows{a, a, b} {
			require.NoError(t, s.Sessions.Enter(r.ctx, &models.JourneyVisit{SessionID: r.session.ID, Visit: i + 1, JourneyID: r.journey.ID,
				VersionID: r.journey.VersionID, StepID: "ask", Sends: i + 2}))
		}
		other, err := s.Journeys.Get(a.ctx, a.journey.ID)
		require.NoError(t, err)
		totals, err := s.Figures.Totals(a.ctx, []string{other.ID, b.journey.ID, models.NewID()})
		require.NoError(t, err)
		require.Equal(t, map[string]models.JourneyTotals{a.journey.ID: {People: 2, Inside: 2, Sends: 5}}, totals)
		totals, err = s.Figures.Totals(b.ctx, []string{a.journey.ID, b.journey.ID})
		require.NoError(t, err)
		require.Equal(t, map[string]models.JourneyTotals{b.journey.ID: {People: 1, Inside: 1, Sends: 4}}, totals)
		totals, err = s.Figures.Totals(b.ctx, nil)
		require.NoError(t, err)
		require.Empty(t, totals)
		_, err = s.Figures.Totals(t.Context(), []string{a.journey.ID})
		requireCode(t, err, fault.Internal, "tenant_guard")
	})
}
