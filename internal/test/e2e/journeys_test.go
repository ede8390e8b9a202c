//go:build integration

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
)

// walk is a journey of one step type with what a person writes in it.
type walk struct {
	name  string
	says  []string
	steps []journey.Step
}

func sayStep(id, text, next string) journey.Step {
	return journey.Step{ID: id, Type: journey.Message, Text: text, NextStepID: next}
}

// walks has a journey for each type of step.
func walks(photo string) []walk {
	end := journey.Step{ID: "end", Type: journey.End, Outcome: "done"}
	low, high := 1.0, 9.0
	return []walk{
		{"message", nil, []journey.Step{{ID: "a", Type: journey.Message, Text: "Look, <b>{first_name|you}</b>", Photo: photo, NextStepID: "b",
			Buttons: [][]journey.Button{{{Text: "Open", URL: "https://example.com/offer"}}}}, sayStep("b", "Second", "end"), end}},
		{"question", []string{"many", "12", "7"}, []journey.Step{{ID: "a", Type: journey.Question, Text: "How many?", Answer: journey.AnswerNumber, Min: &low, Max: &high,
			Variable: "many", NextStepID: "b"}, sayStep("b", "You said {many}", "end"), end}},
		{"delay", nil, []journey.Step{{ID: "a", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 1, NextStepID: "b"}, sayStep("b", "A second later", "end"), end}},
		{"wait_for_reply", []string{"yes please"}, []journey.Step{{ID: "a", Type: journey.WaitForReply, BranchKeyword: "yes", BranchMatch: journey.Word, BranchTrueStepID: "b", BranchFalseStepID: "c"},
			sayStep("b", "Yes then", "late"), sayStep("c", "No then", "end"),
			{ID: "late", Type: journey.WaitForReply, NextStepID: "c", TimeoutSeconds: 1, TimeoutStepID: "d"}, sayStep("d", "Nobody wrote", "end"), end}},
		{"condition", []string{"gold"}, []journey.Step{{ID: "q", Type: journey.Question, Text: "Gold or silver?", Answer: journey.AnswerText, Variable: "metal", NextStepID: "a"},
			{ID: "a", Type: journey.Condition, Rules: []journey.Rule{{Variable: "metal", Op: journey.Equals, Value: "Gold"}}, BranchTrueStepID: "b", BranchFalseStepID: "c"},
			sayStep("b", "Gold it is", "end"), sayStep("c", "Silver it is", "end"), end}},
		{"split", nil, []journey.Step{{ID: "a", Type: journey.Split, Arms: []journey.Arm{{Name: "All", Weight: 1, NextStepID: "b"}, {Name: "None", Weight: 0, NextStepID: "c"}}},
			sayStep("b", "Arm one", "end"), sayStep("c", "Arm two", "end"), end}},
		{"jump", []string{"again", "end"}, []journey.Step{sayStep("a", "Round", "w"), {ID: "w", Type: journey.WaitForReply, BranchKeyword: "end", BranchTrueStepID: "end", BranchFalseStepID: "j"},
			{ID: "j", Type: journey.Jump, NextStepID: "a"}, end}},
		{"tag", nil, []journey.Step{{ID: "a", Type: journey.Tag, AddTags: []string{"vip"}, NextStepID: "b"},
			{ID: "b", Type: journey.Condition, Rules: []journey.Rule{{Op: journey.HasTag, Value: "vip"}}, BranchTrueStepID: "c", BranchFalseStepID: "end"}, sayStep("c", "Tagged", "end"), end}},
		{"end", nil, []journey.Step{sayStep("a", "Short", "end"), end}},
	}
}

func (w walk) definition() *journey.Definition {
	return &journey.Definition{Format: journey.Format, Connections: []string{string(models.SignalBot)}, WelcomeMessage: "Welcome to " + w.name, InactivityTimeoutDays: 3,
		Triggers: []journey.Trigger{{Kind: journey.Keyword, Value: "go " + w.name}, {Kind: journey.DeepLink, Value: "go_" + w.name}},
		ReEntry:  journey.ReEntry{Rule: journey.Always}, Timezone: "Europe/Berlin", StartStepID: w.steps[0].ID, Steps: w.steps}
}

// trial is what test mode makes of the same inputs: the messages, and after how many of them each input
// was given.
type trial struct {
	texts []string
	after []int
}

// simulate walks a journey in test mode, over the API, with simulated time.
func (w walk) simulate(t testing.TB, s *stack.Stack) trial {
	t.Helper()
	var out trial
	var state *journey.State
	queue, now := w.says, time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	e := journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: message.KindText, Text: "go " + w.name}}
	for range 100 {
		e.At, e.Person = now, journey.Person{FirstName: "Ada"}
		var answer struct {
			State   journey.State
			Effects []journey.Effect
		}
		s.JSON(http.MethodPost, "/api/v1/journeys/test", map[string]any{"definition": w.definition(), "state": state, "event": e}, nil, http.StatusOK, &answer)
		state = &answer.State
		sent := false
		for _, f := range answer.Effects {
			if f.Kind == journey.Send {
				out.texts, sent = append(out.texts, message.Plain(f.Text)), true
			}
		}
		switch {
		case sent:
			e = journey.Event{Kind: journey.Sent, Result: journey.Result{Result: journey.OK}}
		case state.Phase == journey.Ended:
			return out
		case state.Phase == journey.Waiting && len(queue) > 0:
			out.after = append(out.after, len(out.texts))
			e = journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: message.KindText, Text: queue[0]}}
			queue = queue[1:]
		default:
			require.False(t, state.Due.IsZero(), "%s waits for nothing", w.name)
			now = state.Due
			e = journey.Event{Kind: journey.Timer}
		}
	}
	t.Fatalf("%s goes on for ever", w.name)
	return out
}

// botTexts is what the bot wrote to a person, photos' captions too.
func botTexts(sim *bots.World, chat int64) (texts []string) {
	for _, m := range sim.Messages(chat) {
		if m.From != nil && m.From.IsBot {
			texts = append(texts, m.Text+m.Caption)
		}
	}
	return texts
}

const journeyPatienceUp = 60 * time.Second

// J2, J4, J8: a journey for each type of step, live and in test mode: the same inputs give the same
// messages. Keywords and deep links both begin it, an active journey's keyword is refused to another
// with its name, and who hands over is answered by hand.
func TestJourneys(t *testing.T) {
	t.Parallel()
	s := stack.Start(t, stack.Options{Args: []string{"--no-demo"}, Env: []string{"SECRET_KEY=" + testkit.HistoryKey}})
	s.SignIn()
	account, accountConnection := overAnAccount(t, s)
	sim := bots.At(t, s.Base)
	connectSignalBot(t, sim, func(in any) *http.Response {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
		return res
	})
	var upload struct{ ID string }
	res, body := s.Upload("/api/v1/uploads", nil, "dot.png", dot(t))
	require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
	require.NoError(t, json.Unmarshal(body, &upload))

	store, err := models.Open(t.Context(), filepath.Join(s.Data, "promostack.db"), models.Options{})
	require.NoError(t, err)
	defer func() { _ = store.Close() }()
	bot := *connectionOf(t, store, models.SignalBot)
	ctx := tenant.With(t.Context(), bot.TenantID)

	publish := func(name string, d *journey.Definition) (id string) {
		var made struct{ ID string }
		header := s.JSON(http.MethodPost, "/api/v1/journeys", map[string]any{"name": name, "definition": d}, nil, http.StatusCreated, &made)
		s.JSON(http.MethodPost, "/api/v1/journeys/"+made.ID+"/publish", nil, map[string]string{"If-Match": header.Get("ETag")}, http.StatusOK, nil)
		return made.ID
	}
	for i, w := range walks(upload.ID) {
		id := publish(w.name, w.definition())
		want := w.simulate(t, s)
		person := sim.Person("Ada")
		if i%2 == 0 {
			sim.Say(journeyBot, person, "/start go_"+w.name)
		} else {
			sim.Say(journeyBot, person, "  GO "+w.name)
		}
		reads := func(n int) {
			t.Helper()
			testkit.Eventually(t, journeyPatienceUp, w.name+": message "+strconv.Itoa(n), func() bool { return len(botTexts(sim, person)) >= n })
		}
		for i, text := range w.says {
			reads(want.after[i])
			sim.Say(journeyBot, person, text)
		}
		reads(len(want.texts))
		who, err := store.Subscribers.ByUser(ctx, bot.ID, person)
		require.NoError(t, err)
		var session models.JourneySession
		testkit.Eventually(t, journeyPatienceUp, w.name+" ends", func() bool {
			page, err := store.Sessions.List(ctx, models.SessionFilter{SubscriberID: who.ID})
			require.NoError(t, err)
			session = page.Items[0]
			return session.Status != models.SessionRunning
		})
		require.Equal(t, journey.Outcome("done"), session.Outcome, w.name)
		require.Equal(t, want.texts, botTexts(sim, person), w.name)
		var figures struct {
			People, Completed, Sends int
			Steps                    []struct{ Entered, Waiting, Passed, Dropped int }
		}
		s.JSON(http.MethodGet, "/api/v1/journeys/"+id+"/figures", nil, nil, http.StatusOK, &figures)
		require.Equal(t, []int{1, 1, len(want.texts)}, []int{figures.People, figures.Completed, figures.Sends}, w.name)
		for _, step := range figures.Steps {
			require.Equal(t, step.Entered, step.Passed, w.name)
		}
		testkit.Eventually(t, journeyPatienceUp, w.name+"'s flow ends", func() bool {
			row, err := store.Conversations.Find(ctx, bot.ID, person, contract.FlowConversation)
			return err == nil && !row.Open
		})
		keepHistory(t, s, "conversation", contract.ChatID(contract.FlowConversation, bot.TenantID, bot.ID, person), w.name+".json")
	}
	photos := sim.Taken(journeyBot, "sendPhoto")
	require.Len(t, photos, 1)

	// A second active journey with the same keyword, in other words the same, is refused and named.
	var made struct{ ID string }
	same := walks("")[2].definition()
	same.Triggers = []journey.Trigger{{Kind: journey.Keyword, Value: "Go  DELAY"}}
	header := s.JSON(http.MethodPost, "/api/v1/journeys", map[string]any{"name": "Other", "definition": same}, nil, http.StatusCreated, &made)
	res, body = s.Call(http.MethodPost, "/api/v1/journeys/"+made.ID+"/publish", nil, map[string]string{"If-Match": header.Get("ETag")})
	require.Equal(t, http.StatusConflict, res.StatusCode)
	require.Contains(t, string(body), "“delay”")
	require.Contains(t, string(body), "go delay")

	handsOver(t, s, sim, store, &bot, publish)
	refusedTokenParks(t, s, sim, &bot, publish)
	limitedAccountParks(t, s, account, accountConnection, publish)
}

// handsOver walks a journey that hands over to a person, who answers by hand and gives back, while every
// process is killed in the middle.
func handsOver(t *testing.T, s *stack.Stack, sim *bots.World, store *models.Store, bot *models.Connection, publish func(string, *journey.Definition) string) {
	ctx := tenant.With(t.Context(), bot.TenantID)
	id := publish("handover", walk{"handover", nil, []journey.Step{{ID: "a", Type: journey.HandOver, Note: "Wants to buy", NextStepID: "b"}, sayStep("b", "Back again", "end"),
		{ID: "end", Type: journey.End}}}.definition())
	person := sim.Person("Grace")
	sim.Say(journeyBot, person, "go handover")
	var page struct {
		Items []struct {
			ID          string
			State       string
			WantsPerson bool `json:"wants_person"`
		}
	}
	conversations := "/api/v1/conversations?journey=" + id
	testkit.Eventually(t, journeyPatienceUp, "a person is wanted", func() bool {
		s.JSON(http.MethodGet, conversations, nil, nil, http.StatusOK, &page)
		return len(page.Items) == 1 && page.Items[0].WantsPerson
	})
	address := "/api/v1/conversations/" + page.Items[0].ID
	res, body := s.Call(http.MethodGet, address+"/log", nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, string(body), "Wants to buy", "the note reaches those who take over")
	sim.Say(journeyBot, person, "hello?")
	s.Kill("worker-1", "api", "temporal")
	s.Back()
	res, body = s.Patient(chatPatience, http.MethodPost, address+"/answer", map[string]string{"text": "Here I <am>"}, nil)
	require.Equal(t, http.StatusAccepted, res.StatusCode, string(body))
	testkit.Eventually(t, journeyPatienceUp, "the answer is there", func() bool { return len(botTexts(sim, person)) == 2 })
	s.JSON(http.MethodPost, address+"/resume", nil, nil, http.StatusAccepted, nil)
	testkit.Eventually(t, journeyPatienceUp, "the journey goes on", func() bool { return len(botTexts(sim, person)) == 3 })
	require.Equal(t, []string{"Welcome to handover", "Here I <am>", "Back again"}, botTexts(sim, person))
	testkit.Eventually(t, journeyPatienceUp, "the flow ends", func() bool {
		row, err := store.Conversations.Find(ctx, bot.ID, person, contract.FlowConversation)
		return err == nil && !row.Open
	})
	keepHistory(t, s, "conversation", contract.ChatID(contract.FlowConversation, bot.TenantID, bot.ID, person), "handover.json")
}

// dot is a small picture.
func dot(t testing.TB) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 64, 64))
	img.Set(3, 3, color.White)
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.Bytes()
}

// J4, Q3: delays that come due over some time fire within a second of their moment; those that came due
// while the program was down go out within half a minute of its start, at the bot's rate, in their order.
// Beside other tests the bounds are wider (landing_test.go).
func TestDelaysAreExact(t *testing.T) {
	t.Parallel()
	const perSecond = 500.0 / 60
	s := stack.Start(t, stack.Options{Args: []string{"--no-demo"}})
	s.SignIn()
	sim := bots.At(t, s.Base)
	connectSignalBot(t, sim, func(in any) *http.Response {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
		return res
	})
	store, err := models.Open(t.Context(), filepath.Join(s.Data, "promostack.db"), models.Options{})
	require.NoError(t, err)
	owner := connectionOf(t, store, models.SignalBot).TenantID
	ctx := tenant.With(t.Context(), owner)
	sleep := func(name string, seconds int64) *journey.Definition {
		d := walk{name, nil, []journey.Step{{ID: "a", Type: journey.Delay, Delay: journey.DelayFor, Seconds: seconds, NextStepID: "b"}, sayStep("b", "First", "end"), {ID: "end", Type: journey.End}}}.definition()
		d.WelcomeMessage = ""
		return d
	}
	crowd := func(start string, rate float64) {
		sim.Control(http.MethodPost, "/crowd", map[string]any{"bot": journeyBot, "users": sleepers, "start": start, "click": 0, "block": 0, "per_second": rate}, nil)
	}
	sent := func() int { return len(sim.Taken(journeyBot, "sendMessage")) }

	spread := sleepers * time.Minute / 500
	live := publishJourney(t, store, owner, "up", sleep("up", int64(spread.Seconds())+10))
	crowd("go_up", perSecond)
	testkit.Eventually(t, 2*spread+time.Minute, "all delays fire", func() bool { return sent() == sleepers })
	worst := time.Duration(0)
	for _, stay := range stays(ctx, t, store, live.ID) {
		require.GreaterOrEqual(t, stay, spread.Truncate(time.Second)+10*time.Second)
		worst = max(worst, stay-spread.Truncate(time.Second)-10*time.Second)
	}
	t.Logf("%d delays over %s: the latest fired %s after its moment", sleepers, spread.Round(time.Second), worst.Round(time.Millisecond))
	require.Less(t, worst, sleepersLate)

	// The program is down when they come due.
	seconds := int64(sleepers/20) + 15
	asleep := publishJourney(t, store, owner, "down", sleep("down", seconds))
	begun := time.Now()
	crowd("go_down", 200)
	testkit.Eventually(t, time.Minute, "all are asleep", func() bool {
		steps, err := store.Figures.Steps(ctx, asleep.ID, "")
		return err == nil && len(steps) == 1 && steps[0].Waiting == int64(sleepers)
	})
	require.NoError(t, store.Close())
	s.Interrupt()
	due := begun.Add(time.Duration(seconds+int64(sleepers/20)+3) * time.Second)
	testkit.Eventually(t, time.Until(due)+time.Second, "all are due", func() bool { return time.Now().After(due) })
	s.Again()
	up := time.Now()
	testkit.Eventually(t, 2*time.Minute, "all are sent", func() bool { return sent() == 2*sleepers })
	took := time.Since(up)
	t.Logf("%d that came due while the program was down: sent %s after it was ready", sleepers, took.Round(10*time.Millisecond))
	require.Less(t, took, sleepersCaught)
	calls := sim.Calls(journeyBot, "sendMessage")
	require.Len(t, calls, 2*sleepers, "no call was refused")
}

// stays is how long each person was at a journey's step "a", before "b", by the log.
func stays(ctx context.Context, t testing.TB, store *models.Store, id string) (list []time.Duration) {
	t.Helper()
	for after := ""; ; {
		page, err := store.Sessions.List(ctx, models.SessionFilter{JourneyID: id, After: after, Limit: models.MaxPage})
		require.NoError(t, err)
		for _, one := range page.Items {
			log, err := store.Sessions.LogOf(ctx, one.ID, "", "", models.MaxPage)
			require.NoError(t, err)
			var entered, passed time.Time
			for _, line := range log.Items {
				switch {
				case line.StepID == "a" && line.What == journey.NoteEntered:
					entered = line.At.Time
				case line.StepID == "b" && line.What == journey.NoteEntered:
					passed = line.At.Time
				}
			}
			list = append(list, passed.Sub(entered))
		}
		if after = page.Next; after == "" {
			return list
		}
	}
}

// connectionOf finds the only connection of a kind.
func connectionOf(t testing.TB, store *models.Store, kind models.ConnectionKind) *models.Connection {
	t.Helper()
	list, err := store.Connections.Every(models.Platform(t.Context()))
	require.NoError(t, err)
	i := slices.IndexFunc(list, func(c models.Connection) bool { return c.Kind == kind })
	require.GreaterOrEqual(t, i, 0, "no connection %s", kind)
	return &list[i]
}
