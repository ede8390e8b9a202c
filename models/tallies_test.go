package models_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// J9: whatever happens to people, conversations and clicks, in whatever order, the counts are what they count,
// folded or not, and another tenant's stay as they are.
func TestCountsFollow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, b := newJourney(t, s, "a", 1), newJourney(t, s, "b", 2)
		bot, err := s.Connections.Get(a.ctx, a.session.ConnectionID)
		require.NoError(t, err)
		random := rand.New(rand.NewPCG(1, 2))
		people := map[int64]*models.Subscriber{1: a.who}
		sessions := []*models.JourneySession{a.session}
		links := map[string][]string{}
		one := func() *models.JourneySession { return sessions[random.IntN(len(sessions))] }
		right := func() {
			t.Helper()
			for _, r := range []journeyRows{a, b} {
				wrong, err := s.Tallies.Mend(r.ctx)
				require.NoError(t, err)
				require.Zero(t, wrong)
			}
		}
		steps := []func(){
			func() { // somebody begins, or begins again
				user := int64(random.IntN(12) + 1)
				who, session := a.enter(t, s, bot, user)
				people[user] = who
				sessions = append(sessions, session)
			},
			func() { // a conversation ends
				session := one()
				session.Status, session.Outcome = models.SessionEnded, []journey.Outcome{"completed", "", "odd:one"}[random.IntN(3)]
				require.NoError(t, s.Sessions.Save(a.ctx, session))
			},
			func() { // a step is entered
				session := one()
				require.NoError(t, s.Sessions.Enter(a.ctx, &models.JourneyVisit{SessionID: session.ID, Visit: random.IntN(1 << 30), JourneyID: session.JourneyID,
					VersionID: session.VersionID, StepID: []string{"", "ask", "tell"}[random.IntN(3)]}))
			},
			func() { // something happens in it
				session := one()
				var visits []models.JourneyVisit
				require.NoError(t, models.DB(s, a.ctx).Where("session_id = ?", session.ID).Find(&visits).Error)
				for _, v := range visits {
					require.NoError(t, s.Sessions.Visited(a.ctx, session.ID, v.Visit, []models.VisitChange{{Result: journey.NotePassed}, {Replies: 1}, {Sends: 2}, {Failures: 1, Sends: 1}}[random.IntN(4)]))
				}
			},
			func() { require.NoError(t, s.Sessions.Settle(a.ctx, one().ID)) },
			func() { // an address is sent
				session := one()
				link := &models.JourneyLink{ID: models.NewToken(), SessionID: session.ID, JourneyID: session.JourneyID, VersionID: session.VersionID,
					StepID: []string{"ask", "tell"}[random.IntN(2)], URL: fmt.Sprintf("https://example.com/a b/%d", random.IntN(2))}
				require.NoError(t, s.Figures.AddLink(a.ctx, link))
				links[session.ID] = append(links[session.ID], link.ID)
			},
			func() { // and pressed
				for _, id := range links[one().ID] {
					require.NoError(t, s.Figures.Click(a.ctx, id, fmt.Sprint(random.IntN(3)), time.Now()))
				}
			},
			func() { // somebody blocks the bot
				require.NoError(t, s.Subscribers.Blocked(a.ctx, bot.ID, int64(random.IntN(12)+1)))
			},
			func() { _, err := s.Tallies.Fold(t.Context()); require.NoError(t, err) },
			func() { // a person is erased
				user := int64(random.IntN(12) + 1)
				if who := people[user]; who != nil && len(people) > 2 && random.IntN(4) == 0 {
					require.NoError(t, s.Subscribers.Erase(a.ctx, who.ID))
					delete(people, user)
					sessions = slices.DeleteFunc(sessions, func(r *models.JourneySession) bool { return r.SubscriberID == who.ID })
				}
			},
		}
		for i := range 400 {
			if len(sessions) == 0 {
				steps[0]()
			}
			steps[random.IntN(len(steps))]()
			if i%20 == 0 {
				right()
			}
		}
		right()
		before := []any{figuresOf(t, s, a), figuresOf(t, s, b)}
		_, err = s.Tallies.Fold(t.Context())
		require.NoError(t, err)
		require.Equal(t, before, []any{figuresOf(t, s, a), figuresOf(t, s, b)})
		n, err := s.Tallies.Fold(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
		right()

		// What figures say is what the rows say, by hand.
		var rows []models.JourneySession
		require.NoError(t, models.DB(s, a.ctx).Where("journey_id = ?", a.journey.ID).Find(&rows).Error)
		different, running := map[string]bool{}, int64(0)
		for _, row := range rows {
			different[row.SubscriberID] = true
			if row.Status == models.SessionRunning {
				running++
			}
		}
		totals, err := s.Figures.Totals(a.ctx, []string{a.journey.ID})
		require.NoError(t, err)
		require.EqualValues(t, len(different), totals[a.journey.ID].People)
		require.Equal(t, running, totals[a.journey.ID].Inside)
		var clicked []models.JourneyLink
		require.NoError(t, models.DB(s, a.ctx).Where("clicks > 0").Find(&clicked).Error)
		sessionsThatClicked, clicks := map[string]map[string]bool{}, map[string]int64{}
		for _, l := range clicked {
			if sessionsThatClicked[l.StepID] == nil {
				sessionsThatClicked[l.StepID] = map[string]bool{}
			}
			sessionsThatClicked[l.StepID][l.SessionID] = true
			clicks[l.StepID] += l.Clicks
		}
		require.NotEmpty(t, clicked)
		figures, err := s.Figures.Steps(a.ctx, a.journey.ID, "")
		require.NoError(t, err)
		for _, f := range figures {
			require.EqualValues(t, len(sessionsThatClicked[f.StepID]), f.Clickers, f.StepID)
			require.Equal(t, clicks[f.StepID], f.Clicks, f.StepID)
		}
	})
}

// figuresOf is all that is counted of a journey and its tenant.
func figuresOf(t *testing.T, s *models.Store, r journeyRows) []any {
	t.Helper()
	var out []any
	for _, version := range []string{"", r.journey.VersionID} {
		steps, err := s.Figures.Steps(r.ctx, r.journey.ID, version)
		require.NoError(t, err)
		links, err := s.Figures.Links(r.ctx, r.journey.ID, version)
		require.NoError(t, err)
		sessions, people, err := s.Figures.Sessions(r.ctx, r.journey.ID, version)
		require.NoError(t, err)
		out = append(out, steps, links, sessions, people)
	}
	states, err := s.Subscribers.Count(r.ctx)
	require.NoError(t, err)
	return append(out, states)
}

// A count that somebody changed by hand is found and put right, and no other tenant's.
func TestWrongCountsAreMended(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, b := newJourney(t, s, "a", 1), newJourney(t, s, "b", 2)
		_, err := s.Tallies.Fold(t.Context())
		require.NoError(t, err)
		want := figuresOf(t, s, a)
		for _, r := range []journeyRows{a, b} {
			require.NoError(t, models.DB(s, r.ctx).Model(&models.Tally{}).Where("measure LIKE ?", "session:%").Updates(map[string]any{"n": 7}).Error)
		}
		require.NotEqual(t, want, figuresOf(t, s, a))
		wrong, err := s.Tallies.Mend(a.ctx)
		require.NoError(t, err)
		require.Equal(t, 1, wrong)
		require.Equal(t, want, figuresOf(t, s, a))
		wrong, err = s.Tallies.Mend(b.ctx)
		require.NoError(t, err)
		require.Equal(t, 1, wrong, "it was still wrong")
	})
}

// Several processes may fold at once, while others write.
func TestFoldingSideBySide(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a := newJourney(t, s, "a", 1)
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				for i := range 30 {
					if worker%2 == 0 {
						_, err := s.Tallies.Fold(t.Context())
						if err != nil {
							t.Error(err)
						}
						continue
					}
					err := s.Sessions.Enter(a.ctx, &models.JourneyVisit{SessionID: a.session.ID, Visit: worker*1000 + i, JourneyID: a.journey.ID, VersionID: a.journey.VersionID, StepID: "ask"})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		_, err := s.Tallies.Fold(t.Context())
		require.NoError(t, err)
		steps, err := s.Figures.Steps(a.ctx, a.journey.ID, "")
		require.NoError(t, err)
		require.Len(t, steps, 1)
		require.EqualValues(t, 60, steps[0].Entered)
		wrong, err := s.Tallies.Mend(a.ctx)
		require.NoError(t, err)
		require.Zero(t, wrong)
	})
}
