package hype_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	adapter "github.com/promostack/promostack/internal/adapter/ai"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/sandbox"
	"github.com/promostack/promostack/internal/sandbox/ai"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/crosspromo"
	service "github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/workflows/hype"
)

const monday = "2029-01-08"

// desk is a tenant with a FREE channel and a simulated language model, whose days pass as the test's flows skip time.
type desk struct {
	t         *testing.T
	ctx       context.Context
	owner     string
	store     *models.Store
	bots      *bots.World
	model     *httptest.Server // of the language model
	posts     *channelposts.Service
	promotion *crosspromo.Service
	service   *service.Service
	journeys  *journeys.Service
	prompts   []string
	free      int64
	clock     func() time.Time
	started   []contract.HypeRun // what the outbox would have started
}

// modelKey is what the simulated model is asked with, modelTime how long it is waited for.
const (
	modelKey  = "hunter2-key"
	modelTime = 500 * time.Millisecond
)

func newDesk(t *testing.T, dsn string, now time.Time) *desk {
	t.Helper()
	d := &desk{t: t, clock: func() time.Time { return now }}
	clock := func() time.Time { return d.clock() }
	d.bots = bots.StartBy(t, clock)
	d.store = testkit.Store(t, dsn, models.Options{Clock: clock})
	ctx, owner := testkit.Tenant(t, d.store, "gold")
	d.ctx, d.owner = ctx, owner.ID
	outbox.New(d.store, map[string]outbox.Handler{contract.OutboxHype: func(_ context.Context, payload []byte) error {
		var in contract.HypeRun
		require.NoError(t, json.Unmarshal(payload, &in))
		d.started = append(d.started, in)
		return nil
	}})
	var made struct{ ID int64 }
	d.bots.Control(http.MethodPost, "/channels", map[string]any{"title": "Gold FREE", "username": "gold_free", "bot": bots.Signal, "status": "administrator"}, &made)
	d.free = made.ID
	all := services.New(t, services.Options{Store: d.store, BotAPI: d.bots.APIURL(), Now: clock})
	d.journeys = all.Journeys
	bot, err := all.Connections.Connect(d.ctx, models.SignalBot, connections.Settings{Token: bots.SignalToken,
		Channels: []models.Channel{{Role: models.RoleVIP, Chat: bots.Channel}, {Role: models.RoleFree, Chat: "@gold_free"}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, bot.State, "%+v", bot.Problem)

	d.model = httptest.NewServer(sandbox.New(sandbox.Options{Parts: []sandbox.Part{ai.New(ai.Options{Key: modelKey})}}))
	t.Cleanup(func() { d.model.CloseClientConnections(); d.model.Close() })
	provider, err := adapter.New(adapter.Config{BaseURL: d.model.URL + ai.Path, Key: modelKey, Timeout: modelTime})
	require.NoError(t, err)
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	d.posts = channelposts.New(d.store, all.Connections, all.Sending, clock)
	of := signals.New(signals.Options{Store: d.store, Posts: d.posts, Sending: all.Sending, Calendar: hours, Now: clock})
	d.promotion = crosspromo.New(crosspromo.Options{Store: d.store, Posts: d.posts, Signals: of, Calendar: hours, Now: clock})
	d.serve(writing.New(writing.Options{Store: d.store, Provider: provider, Name: writing.Simulated, Now: clock}))
	for _, p := range []service.Prompt{{Name: "Discipline", Angle: "A plan before the move", Style: "dry"}, {Name: "Record", Angle: "Wins and losses alike"}} {
		row, err := d.service.CreatePrompt(d.ctx, p)
		require.NoError(t, err)
		d.prompts = append(d.prompts, row.ID)
	}
	return d
}

// serve makes the service with those who write; nil for nobody.
func (d *desk) serve(w *writing.Service) {
	public, err := url.Parse("https://promo.example.com")
	require.NoError(d.t, err)
	d.service = service.New(service.Options{Store: d.store, Posts: d.posts, Promotion: d.promotion, Writing: w, PublicURL: public, Now: func() time.Time { return d.clock() }})
}

// order tells the model what to do in the next calls.
func (d *desk) order(o ai.Order) {
	d.t.Helper()
	body, err := json.Marshal(o)
	require.NoError(d.t, err)
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.model.URL+ai.Control+"/orders", bytes.NewReader(body))
	require.NoError(d.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(d.t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(d.t, http.StatusOK, response.StatusCode)
}

// says makes the model say texts, one a call.
func (d *desk) says(texts ...string) {
	d.t.Helper()
	d.order(ai.Order{Kind: ai.Say, Texts: texts})
}

// asked are the calls that the model got, the newest first.
func (d *desk) asked() []ai.Call {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.model.URL+ai.Control, nil)
	require.NoError(d.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(d.t, err)
	defer func() { _ = response.Body.Close() }()
	var state ai.State
	require.NoError(d.t, json.NewDecoder(response.Body).Decode(&state))
	return state.Calls
}

// flow makes a flow that is on, of Mondays.
func (d *desk) flow(name string, messages, interval, delay int) *models.HypeFlow {
	d.t.Helper()
	row, err := d.service.CreateFlow(d.ctx, service.Flow{Name: name, Enabled: true,
		HypeTerms: models.HypeTerms{Prompts: d.prompts, Messages: messages, Interval: interval, Delay: delay, Days: []time.Weekday{time.Monday}}})
	require.NoError(d.t, err)
	return row
}

// change changes a flow.
func (d *desk) change(id string, change func(f *service.Flow)) {
	d.t.Helper()
	row, err := d.store.Hype.Flow(d.ctx, id)
	require.NoError(d.t, err)
	in := service.Flow{Name: row.Name, Enabled: row.Enabled, HypeTerms: row.Terms}
	change(&in)
	_, err = d.service.ChangeFlow(d.ctx, id, row.Version, in)
	require.NoError(d.t, err)
}

// link gives the call to action an address.
func (d *desk) link(address string) {
	d.t.Helper()
	settings, version, err := d.promotion.Settings(d.ctx)
	require.NoError(d.t, err)
	settings.Teaser.Link = address
	_, err = d.promotion.Save(d.ctx, settings, version)
	require.NoError(d.t, err)
}

// teaser plans the call to action of a moment, with the programme on.
func (d *desk) teaser(at time.Time) *models.ChannelPost {
	d.t.Helper()
	settings, version, err := d.promotion.Settings(d.ctx)
	require.NoError(d.t, err)
	settings.On, settings.Days = true, []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	_, err = d.promotion.Save(d.ctx, settings, version)
	require.NoError(d.t, err)
	p := &models.ChannelPost{Kind: models.PostTeaser, Subject: models.NewID(), Slot: models.NewID(), Role: models.RoleFree, PlannedAt: models.NewTime(at), HappenedAt: models.NewTime(at)}
	require.NoError(d.t, d.store.ChannelPosts.Plan(d.ctx, p))
	return p
}

// closed makes a signal that was closed at a moment with a result.
func (d *desk) closed(at time.Time, dollars pip.Price, market models.Market) {
	d.t.Helper()
	terms := signals.Defaults()
	entry := 2650 * pip.Units
	plan := terms.Rules.Plan(position.Buy, entry-50*pip.Units, []pip.Price{entry + 50*pip.Units}, at.Unix()-3600)
	opened, err := position.Open(plan, at.Unix()-3600, entry)
	require.NoError(d.t, err)
	_, ok := opened.Close(position.ByHand, at.Unix(), entry+dollars)
	require.True(d.t, ok)
	require.NoError(d.t, d.store.Signals.Create(d.ctx, &models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: market.Provider, Symbol: market.Symbol, Bar: at.Unix() - 4500, State: models.SignalClosed,
		Side: position.Buy, Plan: plan, Terms: models.SignalTerms{PipSize: terms.PipSize, Lots: terms.Lots, Spread: terms.Spread}, Position: &opened, OpenedAt: at.Unix() - 3600, ClosedAt: at.Unix(),
		Pips: opened.Result(terms.PipSize, 0), R: opened.R(0), WatchHigh: pip.MaxPrice}))
}

// at is a moment of the Monday.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", monday+" "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// run is the run of a flow after a call to action.
func (d *desk) run(f *models.HypeFlow, from time.Time) contract.HypeRun {
	return contract.HypeRun{TenantID: d.owner, FlowID: f.ID, Date: models.Day(from), At: from}
}

// pass lets a day go by from a moment on: each run is asked to start when its time comes, and meanwhile is what else happens.
func (d *desk) pass(from time.Time, runs []contract.HypeRun, meanwhile map[time.Time]func()) {
	d.t.Helper()
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.SetStartTime(from)
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // machines are slow at times
	d.clock = func() time.Time { return env.Now().UTC() }
	hype.Register(env)
	register := func(name string, f any) {
		env.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
	register(contract.LookAtHype, func(_ context.Context, in contract.HypeRun) (contract.HypeTurn, error) {
		turn, err := d.service.Look(d.ctx, in)
		return turn, fault.ToTemporal(err)
	})
	register(contract.PostHype, func(_ context.Context, in contract.HypeMessage) error {
		return fault.ToTemporal(d.service.Post(d.ctx, in))
	})
	env.RegisterWorkflowWithOptions(startAll, workflow.RegisterOptions{Name: "Day"})
	for moment, do := range meanwhile {
		env.RegisterDelayedCallback(do, moment.Sub(from))
	}
	env.ExecuteWorkflow("Day", runs)
	require.True(d.t, env.IsWorkflowCompleted())
	require.NoError(d.t, env.GetWorkflowError())
}

// startAll starts runs as their client does: an id that has begun before is left alone.
func startAll(ctx workflow.Context, runs []contract.HypeRun) error {
	var ends []workflow.ChildWorkflowFuture
	for _, in := range runs {
		if err := workflow.Sleep(ctx, in.At.Sub(workflow.Now(ctx))); err != nil {
			return err
		}
		child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: contract.HypeID(in), WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE})
		ends = append(ends, workflow.ExecuteChildWorkflow(child, hype.Workflow, in))
	}
	for _, end := range ends {
		if err := end.Get(ctx, nil); err != nil && !sdk.IsWorkflowExecutionAlreadyStartedError(err) {
			return err
		}
	}
	return nil
}

// said are the hype messages of the channel, in the order in which they were planned: when, how they ended, who wrote them.
func (d *desk) said() []string {
	d.t.Helper()
	var out []string
	for _, p := range d.rows() {
		text := p.PlannedAt.Format("15:04 ") + string(p.State)
		if p.Problem != nil {
			text += " " + p.Problem.Code
		}
		if p.Source != "" {
			text += " " + p.Source
		}
		if p.Reason != "" {
			text += " " + p.Reason
		}
		if p.Manual {
			text += " by hand"
		}
		out = append(out, text)
	}
	return out
}

// rows are the posts of the hype bot, in the order in which they were planned.
func (d *desk) rows() []models.ChannelPost {
	d.t.Helper()
	posts, err := d.store.ChannelPosts.InSlots(d.ctx, contract.FlowHype+".")
	require.NoError(d.t, err)
	out := make([]models.ChannelPost, 0, len(posts))
	for _, p := range posts {
		out = append(out, p)
	}
	sortRows(out)
	return out
}

// texts are what stands in the channel.
func (d *desk) texts() []string {
	d.t.Helper()
	var out []string
	for _, m := range d.bots.Messages(d.free) {
		out = append(out, message.Plain(m.Text))
	}
	return out
}
