//go:build integration

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/models"
)

const (
	journeyBot = "aurum_signal_bot"
	// journeyPatience is how long a person waits for a message: a killed worker's send is missed after
	// half a minute, and 200 people share one bot's rate.
	journeyPatience = 4 * time.Minute
)

// Q1, J4: whatever is killed while people are in a journey of ten steps with delays, replies and
// branches, each of them gets what the engine says for what they wrote, in its order; nothing goes out
// twice but a call that was in flight, and that is marked.
func TestChaosJourneys(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{Workers: 2, Faults: chatFaults}, walkTheJourney)
}

// tenSteps is the journey that people walk in tests.
func tenSteps() *journey.Definition {
	return &journey.Definition{
		Format: journey.Format, Connections: []string{string(models.SignalBot)}, WelcomeMessage: "Welcome, {first_name}", InactivityTimeoutDays: 7,
		Triggers: []journey.Trigger{{Kind: journey.DeepLink, Value: "vip"}, {Kind: journey.Keyword, Value: "Gold"}},
		ReEntry:  journey.ReEntry{Rule: journey.Never}, Timezone: "UTC", StartStepID: "name",
		Steps: []journey.Step{
			{ID: "name", Type: journey.Question, Text: "What is your name?", Answer: journey.AnswerText, Variable: "name", NextStepID: "pause"},
			{ID: "pause", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 2, NextStepID: "nice"},
			{ID: "nice", Type: journey.Message, Text: "Nice to meet you, {name}", NextStepID: "plan"},
			{ID: "plan", Type: journey.Question, Text: "A or B?", Answer: journey.AnswerChoice, Variable: "plan", Choices: []journey.Choice{{Text: "A"}, {Text: "B"}}, NextStepID: "which"},
			{ID: "which", Type: journey.Condition, Rules: []journey.Rule{{Variable: "plan", Op: journey.Equals, Value: "a"}}, BranchTrueStepID: "sure", BranchFalseStepID: "silence"},
			{ID: "sure", Type: journey.WaitForReply, Variable: "sure", BranchKeyword: "yes", BranchTrueStepID: "tag", BranchFalseStepID: "no"},
			{ID: "silence", Type: journey.WaitForReply, Variable: "never", NextStepID: "no", TimeoutSeconds: 3, TimeoutStepID: "late"},
			{ID: "tag", Type: journey.Tag, AddTags: []string{"sure"}, NextStepID: "breath"},
			{ID: "breath", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 1, NextStepID: "yes"},
			{ID: "yes", Type: journey.Message, Text: "Done: {name} took {plan} and is sure", NextStepID: "end"},
			{ID: "no", Type: journey.Message, Text: "Done: {name} took {plan} and said {sure}", NextStepID: "end"},
			{ID: "late", Type: journey.Message, Text: "Done: {name} took {plan} and was silent", NextStepID: "end"},
			{ID: "end", Type: journey.End, Outcome: "done"},
		},
	}
}

// publishJourney makes a journey active, besides the parts of the program.
func publishJourney(t testing.TB, store *models.Store, tenantID, name string, d *journey.Definition) *journeys.View {
	t.Helper()
	ctx := tenant.With(t.Context(), tenantID)
	base, err := url.Parse("http://127.0.0.1:1")
	require.NoError(t, err)
	service := journeys.New(journeys.Options{Store: store, PublicURL: base, Now: time.Now})
	made, err := service.Create(ctx, name, d)
	require.NoError(t, err)
	live, err := service.Publish(ctx, made.ID, made.Version, "")
	require.NoError(t, err)
	return live
}

func walkTheJourney(t testing.TB, w *chaos.World) (actual, expected chaos.Outcome) {
	sim := bots.At(t, w.Program.Sandbox)
	connectSignalBot(t, sim, func(in any) *http.Response {
		res, body := w.Program.Client.Patient(chatPatience, http.MethodPost, "/api/v1/connections", in, map[string]string{"Idempotency-Key": "bot"})
		require.Less(t, res.StatusCode, 300, string(body))
		return res
	})
	store := w.Program.Store(t)
	defer func() { require.NoError(t, store.Close()) }()
	publishJourney(t, store, w.Program.Tenant, "Ten steps", tenSteps())

	walkers := make([]*walker, journeyPeople)
	byChat := map[int64]*walker{}
	var mu sync.Mutex
	done := 0
	for i := range walkers {
		walkers[i] = &walker{t: t, sim: sim, number: i, replies: make(chan string, 64)}
		walkers[i].id = sim.Person(walkers[i].name())
		walkers[i].step = func() {
			mu.Lock()
			defer mu.Unlock()
			done++
			w.Progress(float64(done) / float64(journeyPeople*walkSteps))
		}
		byChat[walkers[i].id] = walkers[i]
	}
	var all, feeding sync.WaitGroup
	over := make(chan struct{})
	feeding.Go(func() { feed(t, sim, byChat, over) })
	for _, p := range walkers {
		all.Go(p.walk)
	}
	all.Wait()
	close(over)
	feeding.Wait()
	w.Settle()
	actual, expected = chaos.Outcome{}, chaos.Outcome{}
	ctx := tenant.With(t.Context(), w.Program.Tenant)
	settled(ctx, t, store, time.Minute)
	taken := sim.Taken(journeyBot, "sendMessage")
	for _, p := range walkers {
		p.account(ctx, store, taken, actual, expected)
	}
	return actual, expected
}

func connectSignalBot(t testing.TB, sim *bots.World, connect func(in any) *http.Response) {
	t.Helper()
	var made struct{ Token string }
	sim.Control(http.MethodPost, "/bots", map[string]string{"username": journeyBot, "first_name": "Aurum"}, &made)
	res := connect(map[string]any{"kind": "signal_bot", "token": made.Token})
	require.Equal(t, http.StatusCreated, res.StatusCode)
}

// feed tells each person the texts that the Bot API takes for them, as they come.
func feed(t testing.TB, sim *bots.World, people map[int64]*walker, over <-chan struct{}) {
	after := int64(0)
	for {
		var page struct{ Items []bots.Call }
		err := sim.Do(http.MethodGet, "/calls?"+url.Values{"bot": {journeyBot}, "method": {"sendMessage"}, "limit": {"1000"}, "after": {fmt.Sprint(after)}}.Encode(), nil, &page)
		if err != nil {
			t.Errorf("the log of calls: %v", err)
			return
		}
		for _, c := range page.Items {
			after = c.ID
			if p := people[c.ChatID]; p != nil && (c.Status == http.StatusOK || c.Fault == "timeout_after") {
				p.replies <- textOf(t, c)
			}
		}
		select {
		case <-over:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func textOf(t testing.TB, c bots.Call) string {
	var in struct{ Text string }
	if err := json.Unmarshal(c.Params, &in); err != nil {
		t.Errorf("the parameters of a call: %v", err)
	}
	return in.Text
}

// walker walks the journey: what they write follows from their number.
type walker struct {
	t       testing.TB
	sim     *bots.World
	number  int
	id      int64
	step    func()
	replies chan string
}

// walkSteps is how often walk tells its progress.
const walkSteps = 5

func (p *walker) name() string { return fmt.Sprintf("Walker %d", p.number) }

// entry, plan and sure are what the person writes.
func (p *walker) entry() string { return []string{"/start vip", "  GOLD ", "gold"}[p.number%3] }
func (p *walker) plan() string  { return []string{"A", "b"}[p.number%2] }
func (p *walker) sure() string  { return []string{"Yes", "not yet"}[p.number/2%2] }

func (p *walker) walk() {
	p.sim.Say(journeyBot, p.id, p.entry())
	if p.number%4 == 0 { // the answer comes before the question: both count, in their order
		p.sim.Say(journeyBot, p.id, p.name())
		p.reads("What is your name?")
	} else {
		p.reads("What is your name?")
		p.sim.Say(journeyBot, p.id, p.name())
	}
	p.step()
	p.reads("A or B?")
	p.step()
	p.sim.Say(journeyBot, p.id, p.plan())
	p.step()
	if p.plan() == "A" {
		p.sim.Say(journeyBot, p.id, p.sure())
	}
	p.step()
	p.reads("Done")
	p.step()
}

// reads waits for a message that begins so.
func (p *walker) reads(begin string) {
	late := time.After(journeyPatience)
	for {
		select {
		case text := <-p.replies:
			if len(text) >= len(begin) && text[:len(begin)] == begin {
				return
			}
		case <-late:
			p.t.Errorf("%s did not read %q", p.name(), begin)
			return
		}
	}
}

// expected is what the engine says for what the person wrote.
func (p *walker) expected() (texts []string) {
	d, now := tenSteps(), time.Unix(1_700_000_000, 0).UTC()
	var state journey.State
	queue := []string{p.name(), p.plan()}
	if p.plan() == "A" {
		queue = append(queue, p.sure())
	}
	e := journey.Event{Kind: journey.Start, Token: "t"}
	for state.Phase != journey.Ended {
		e.At, e.Person = now, journey.Person{FirstName: p.name()}
		var effects []journey.Effect
		state, effects = journey.Advance(d, state, e)
		sent := false
		for _, f := range effects {
			if f.Kind == journey.Send {
				texts, sent = append(texts, message.Plain(f.Text)), true
			}
		}
		switch {
		case sent:
			e = journey.Event{Kind: journey.Sent, Result: journey.Result{Result: journey.OK}}
		case state.Phase == journey.Waiting && len(queue) > 0:
			e = journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: message.KindText, Text: queue[0]}}
			queue = queue[1:]
		case state.Phase == journey.Ended:
		default:
			if now = state.Due; now.IsZero() {
				p.t.Fatalf("%s waits for nothing", p.name())
			}
			e = journey.Event{Kind: journey.Timer}
		}
	}
	return texts
}

// account compares what the Bot API took for the person with what the engine expects, and with the
// deliveries: what came twice came one after the other and is marked.
func (p *walker) account(ctx context.Context, store *models.Store, taken []bots.Call, actual, expected chaos.Outcome) {
	var got []string
	for _, c := range taken {
		if c.ChatID == p.id {
			got = append(got, textOf(p.t, c))
		}
	}
	list, err := store.Deliveries.OfChat(ctx, p.id)
	require.NoError(p.t, err)
	marked := 0
	for _, d := range list {
		require.True(p.t, d.Done(), "%s is %s", d.Key, d.State)
		if d.Resent || d.State == models.DeliveryUnknown {
			marked++
		}
	}
	want := p.expected()
	at, twice := 0, 0
	for i, text := range got {
		switch {
		case at < len(want) && text == want[at]:
			at++
		case i > 0 && text == got[i-1]:
			twice++
		default:
			p.t.Errorf("%s got %q out of its turn: %q, wanted %q", p.name(), text, got, want)
			return
		}
	}
	require.Equal(p.t, len(want), at, "%s lost a message: %q, wanted %q", p.name(), got, want)
	require.LessOrEqual(p.t, twice, marked, "%s: what came twice is marked", p.name())
	require.Len(p.t, list, len(want), "%s: a delivery for each message", p.name())
	who, err := store.Subscribers.ByUser(ctx, list[0].ConnectionID, p.id)
	require.NoError(p.t, err)
	page, err := store.Sessions.List(ctx, models.SessionFilter{SubscriberID: who.ID})
	require.NoError(p.t, err)
	require.Len(p.t, page.Items, 1, "%s entered once", p.name())
	actual.Once(p.name(), fmt.Sprintf("%s %q, tags %q", page.Items[0].Status, page.Items[0].Outcome, who.Tags))
	tags := []string{}
	if p.plan() == "A" && p.sure() == "Yes" {
		tags = []string{"sure"}
	}
	expected.Once(p.name(), fmt.Sprintf("%s %q, tags %q", models.SessionEnded, "done", tags))
}

// settled waits until nobody is in a journey any more.
func settled(ctx context.Context, t testing.TB, store *models.Store, within time.Duration) {
	t.Helper()
	testkit.Eventually(t, within, "everybody has finished", func() bool {
		page, err := store.Sessions.List(ctx, models.SessionFilter{State: "running", Limit: 1})
		return err == nil && len(page.Items) == 0
	})
}
