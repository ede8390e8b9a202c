package bench

import (
	"context"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// JourneysFigures say what conversations cost on this machine.
type JourneysFigures struct {
	Cores   int `json:"cores"`
	Workers int `json:"workers"` // processes
	Latency struct {
		Messages      int     `json:"messages"`
		ReplyMedianMS float64 `json:"reply_median_ms"` // a message to a running conversation, to the call that answers it
		ReplyP99MS    float64 `json:"reply_p99_ms"`
		EnterMedianMS float64 `json:"enter_median_ms"` // a message that begins one
		EnterP99MS    float64 `json:"enter_p99_ms"`
	} `json:"latency"`
	Steps struct {
		Conversations int     `json:"conversations"`
		Each          int     `json:"steps_each"`
		PerSecond     float64 `json:"steps_per_second"`
		Bare          float64 `json:"bare_steps_per_second"` // a bare flow with the same timers and local activities
		Ratio         float64 `json:"ratio"`
		EventsPerStep float64 `json:"events_per_step"`
		BareEvents    float64 `json:"bare_events_per_step"`
		EventsPerSend float64 `json:"events_per_reply_and_message"`
	} `json:"steps"`
	Sleepers struct {
		People       int                `json:"people"`
		EnterSeconds float64            `json:"enter_s"`
		MiB          map[string]float64 `json:"mib"` // while all sleep
		TotalMiB     float64            `json:"total_mib"`
		PeakMiB      map[string]float64 `json:"peak_mib"` // until all were woken
		WakeSeconds  float64            `json:"wake_s"`   // from the moment until the last one had gone on
		Woken        int64              `json:"woken"`
	} `json:"sleepers"`
}

// Journeys measures conversations with a program that has no bots yet.
func (f *JourneysFigures) Journeys(ctx context.Context, p Program) error {
	f.Cores = runtime.GOMAXPROCS(0)
	w, err := connectBot(ctx, p)
	if err != nil {
		return err
	}
	if err := w.latency(f); err != nil {
		return err
	}
	if err := w.steps(f); err != nil {
		return err
	}
	if f.Sleepers.People == 0 {
		return nil
	}
	return w.sleepers(f)
}

// journeysBench is a running program with a simulated signal bot.
type journeysBench struct {
	Program
	ctx    context.Context // the tenant's
	api    *api
	bot    string // the connection's id
	people sandboxPeople
}

// signalBot is the name of the simulated bot.
const signalBot = "bench_signals_bot"

func connectBot(ctx context.Context, p Program) (*journeysBench, error) {
	api, err := p.signIn(ctx)
	if err != nil {
		return nil, err
	}
	w := &journeysBench{Program: p, ctx: tenant.With(ctx, api.tenant), api: api,
		people: sandboxPeople{base: p.Sandbox, http: &http.Client{Timeout: time.Minute}}}
	token, err := w.people.bot(ctx, signalBot)
	if err != nil {
		return nil, err
	}
	var made struct{ ID string }
	err = api.call(ctx, http.MethodPost, "/api/v1/connections", map[string]string{"kind": string(models.SignalBot), "token": token}, &made)
	w.bot = made.ID
	return w, err
}

// publish makes a journey active.
func (w *journeysBench) publish(name string, d *journey.Definition) (string, error) {
	var made struct {
		ID      string
		Version int64
	}
	if err := w.api.call(w.ctx, http.MethodPost, "/api/v1/journeys", map[string]any{"name": name, "definition": d}, &made); err != nil {
		return "", err
	}
	return made.ID, call(w.ctx, w.api.http, http.MethodPost, w.api.base+"/api/v1/journeys/"+made.ID+"/publish",
		map[string]string{"If-Match": strconv.Quote(strconv.FormatInt(made.Version, 10))}, nil, nil)
}

func journeyOf(trigger journey.Trigger, start string, steps ...journey.Step) *journey.Definition {
	return &journey.Definition{Format: journey.Format, Connections: []string{string(models.SignalBot)}, Triggers: []journey.Trigger{trigger},
		ReEntry: journey.ReEntry{Rule: journey.Always}, Timezone: "UTC", StartStepID: start, Steps: steps}
}

// latencyPeople take turns, so that no chat's own rate holds a message up. They are as many as a 99th percentile needs that
// is not the maximum.
const latencyPeople = 200

// latency measures one message at a time.
func (w *journeysBench) latency(f *JourneysFigures) error {
	_, err := w.publish("Latency", journeyOf(journey.Trigger{Kind: journey.Keyword, Value: "begin"}, "ready",
		journey.Step{ID: "ready", Type: journey.Message, Text: "ready", NextStepID: "wait"},
		journey.Step{ID: "wait", Type: journey.WaitForReply, NextStepID: "answer"},
		journey.Step{ID: "answer", Type: journey.Message, Text: "answer", NextStepID: "again"},
		journey.Step{ID: "again", Type: journey.Jump, NextStepID: "wait"}))
	if err != nil {
		return err
	}
	people := make([]int64, latencyPeople)
	for i := range people {
		if people[i], err = w.people.person(w.ctx, "Ann"); err != nil {
			return err
		}
	}
	measure := func(n int, text string) ([]float64, error) {
		var out []float64
		for i := range n {
			took, err := w.people.answered(w.ctx, people[i%len(people)], text)
			if err != nil {
				return nil, err
			}
			out = append(out, float64(took.Microseconds())/1000)
		}
		slices.Sort(out)
		return out, nil
	}
	entered, err := measure(len(people), "begin")
	if err != nil {
		return err
	}
	before, err := w.events(people[0])
	if err != nil {
		return err
	}
	replied, err := measure(f.Latency.Messages, "hello")
	if err != nil {
		return err
	}
	f.Latency.EnterMedianMS, f.Latency.EnterP99MS = quantile(entered, 0.5), quantile(entered, 0.99)
	f.Latency.ReplyMedianMS, f.Latency.ReplyP99MS = quantile(replied, 0.5), quantile(replied, 0.99)
	after, err := w.events(people[0])
	if turns := (f.Latency.Messages + len(people) - 1) / len(people); err == nil {
		f.Steps.EventsPerSend = round1(float64(after-before) / float64(turns))
	}
	return err
}

// quantile reads a sorted list.
func quantile(sorted []float64, q float64) float64 {
	return round1(sorted[min(len(sorted)-1, int(math.Ceil(q*float64(len(sorted))))-1)])
}

func round1(x float64) float64 { return math.Round(10*x) / 10 }

// stepsRounds is how often conversations and bare flows take turns; the medians count, since a machine is not
// equally fast at all times.
const stepsRounds = 3

// steps measures many conversations at once, and as many bare flows after each crowd of them.
func (w *journeysBench) steps(f *JourneysFigures) error {
	s := &f.Steps
	var list []journey.Step
	for i := range s.Each {
		list = append(list, journey.Step{ID: stepName(i), Type: journey.Delay, Delay: journey.DelayFor, Seconds: 1, NextStepID: stepName(i + 1)})
	}
	list = append(list, journey.Step{ID: stepName(s.Each), Type: journey.End})
	id, err := w.publish("Steps", journeyOf(journey.Trigger{Kind: journey.DeepLink, Value: "steps"}, stepName(0), list...))
	if err != nil {
		return err
	}
	var ours, bare, ratios []float64
	for round := range stepsRounds {
		begun := time.Now()
		if err := w.people.crowd(w.ctx, "steps", s.Conversations, 1000); err != nil {
			return err
		}
		if err := w.until(id, (round+1)*s.Conversations, func(g counted) bool { return g.Completed == int64((round+1)*s.Conversations) }); err != nil {
			return err
		}
		ours = append(ours, float64(s.Conversations*s.Each)/time.Since(begun).Seconds())
		perSecond, events, err := w.bare(round, s.Conversations, s.Each)
		if err != nil {
			return err
		}
		bare, s.BareEvents = append(bare, perSecond), round1(events)
		ratios = append(ratios, ours[round]/perSecond)
	}
	for _, list := range [][]float64{ours, bare, ratios} {
		slices.Sort(list)
	}
	s.PerSecond, s.Bare, s.Ratio = quantile(ours, 0.5), quantile(bare, 0.5), math.Round(100*ratios[stepsRounds/2])/100
	var page struct {
		Items []struct {
			Subscriber struct {
				UserID int64 `json:"user_id"`
			}
		}
	}
	if err := w.api.call(w.ctx, http.MethodGet, "/api/v1/conversations?limit=1&journey="+id, nil, &page); err != nil {
		return err
	}
	if len(page.Items) == 0 {
		return fault.New(fault.Internal, "bench_incomplete", "Nobody was in the journey")
	}
	events, err := w.events(page.Items[0].Subscriber.UserID)
	if err != nil {
		return err
	}
	s.EventsPerStep = round1(float64(events) / float64(s.Each))
	return nil
}

// sleepers lets people wait for one moment.
func (w *journeysBench) sleepers(f *JourneysFigures) error {
	s := &f.Sleepers
	each, err := w.pace(min(sleepersProbe, s.People))
	if err != nil {
		return err
	}
	// Half as long again as they should take, and a minute for what is rounded off.
	moment := time.Now().UTC().Add(each*time.Duration(s.People)*3/2 + 2*time.Minute).Truncate(time.Minute)
	id, err := w.publish("Sleepers", journeyOf(journey.Trigger{Kind: journey.DeepLink, Value: "sleep"}, "sleep",
		journey.Step{ID: "sleep", Type: journey.Delay, Delay: journey.DelayUntilDate, Date: moment.Format("2006-01-02T15:04"), NextStepID: "end"},
		journey.Step{ID: "end", Type: journey.End}))
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := w.people.crowd(w.ctx, "sleep", s.People, 200); err != nil {
		return err
	}
	all := int64(s.People)
	if err := w.until(id, s.People, func(g counted) bool { return g.Inside+g.Completed == all }); err != nil {
		return err
	}
	s.EnterSeconds = round1(time.Since(begun).Seconds())
	if time.Now().After(moment) {
		return fault.New(fault.Internal, "bench_too_slow", "Not everybody was asleep at the moment that was chosen").WithRemedy("Run it again with fewer --sleepers")
	}
	if err := wait.For(w.ctx, min(5*time.Second, time.Until(moment))); err != nil {
		return err
	}
	s.MiB, s.PeakMiB = map[string]float64{}, map[string]float64{}
	for name, used := range w.Children.Usage() {
		s.MiB[name] = math.Round(float64(used.Now) / (1 << 20))
		if name != "sandbox" && name != "s3" {
			s.TotalMiB += s.MiB[name]
		}
	}
	if err := wait.For(w.ctx, time.Until(moment)); err != nil {
		return err
	}
	if err := w.until(id, s.People, func(g counted) bool { return g.Completed == all }); err != nil {
		return err
	}
	s.WakeSeconds, s.Woken = round1(time.Since(moment).Seconds()), all
	for name, used := range w.Children.Usage() {
		s.PeakMiB[name] = math.Round(float64(used.Peak) / (1 << 20))
	}
	return nil
}

// sleepersProbe is how many people show how fast people enter.
const sleepersProbe = 300

// pace measures how long it takes one of many people to enter a journey in which they wait. They stay there, and
// count among the sleepers' memory.
func (w *journeysBench) pace(people int) (time.Duration, error) {
	id, err := w.publish("Pace", journeyOf(journey.Trigger{Kind: journey.DeepLink, Value: "pace"}, "sleep",
		journey.Step{ID: "sleep", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 30 * 86400, NextStepID: "end"},
		journey.Step{ID: "end", Type: journey.End}))
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := w.people.crowd(w.ctx, "pace", people, 200); err != nil {
		return 0, err
	}
	if err := w.until(id, people, func(g counted) bool { return g.Inside == int64(people) }); err != nil {
		return 0, err
	}
	return time.Since(begun) / time.Duration(people), nil
}

type counted struct{ Inside, Completed int64 }

// patience is how long nothing may change before a bench is given up.
const patience = 2 * time.Minute

// until waits until a journey that so many people are to enter has counted something.
func (w *journeysBench) until(id string, people int, enough func(counted) bool) error {
	var last counted
	changed := time.Now()
	for {
		asked := time.Now()
		var now counted
		if err := w.api.call(w.ctx, http.MethodGet, "/api/v1/journeys/"+id+"/figures", nil, &now); err != nil {
			return err
		}
		if enough(now) {
			return nil
		}
		if now != last {
			last, changed = now, time.Now()
		}
		if time.Since(changed) > patience && (now.Inside == 0 || now.Inside+now.Completed < int64(people)) {
			return fault.New(fault.Internal, "bench_incomplete", "Nothing has happened for %s: %d are in the journey, %d have finished", patience, now.Inside, now.Completed)
		}
		// To count costs the machine something: a twentieth of its time at most.
		if err := wait.For(w.ctx, max(250*time.Millisecond, 20*time.Since(asked))); err != nil {
			return err
		}
	}
}
