package journey_test

import (
	"fmt"
	"testing"

	"github.com/promostack/promostack/internal/engine/journey"
)

// tenSteps is a journey as people make them.
func tenSteps(b *testing.B) *journey.Definition {
	d := of(b, `{"id":"a","type":"message","text":"Hi <b>{first_name|there}</b>","buttons":[[{"text":"Yes"},{"text":"No"}]],"next_step_id":"b"},
		{"id":"b","type":"wait_for_reply","branch_keyword":"yes","branch_true_step_id":"c","branch_false_step_id":"j","timeout_seconds":60,"timeout_step_id":"j"},
		{"id":"c","type":"question","text":"Your name?","answer":"text","variable":"name","next_step_id":"d"},
		{"id":"d","type":"question","text":"How much, {name}?","answer":"number","variable":"much","next_step_id":"e"},
		{"id":"e","type":"condition","rules":[{"variable":"much","op":"greater","value":"5"}],"branch_true_step_id":"f","branch_false_step_id":"j"},
		{"id":"f","type":"tag","add_tags":["big"],"next_step_id":"g"},
		{"id":"g","type":"split","arms":[{"weight":1,"next_step_id":"h"},{"weight":1,"next_step_id":"h"}]},
		{"id":"h","type":"delay","delay":"until_time","time_of_day":"09:00","next_step_id":"i"},
		{"id":"i","type":"message","text":"Good morning, <a href=\"https://e.example/?n={name}\">{name}</a>","next_step_id":"j"},
		{"id":"j","type":"end"}`)
	d.InactivityTimeoutDays, d.Timezone = 7, "Europe/Berlin"
	d.QuietHours = &journey.QuietHours{From: "22:00", To: "08:00", AnswerAtOnce: true}
	return d
}

// BenchmarkAdvance is a whole way through ten steps; the metric is one event of it.
func BenchmarkAdvance(b *testing.B) {
	d := tenSteps(b)
	ok := journey.Event{Kind: journey.Sent, Result: journey.Result{Result: journey.OK}}
	say := func(text string) journey.Event {
		return journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: "text", Text: text}}
	}
	events := []journey.Event{{Kind: journey.Start, Token: token, Seed: 1}, ok, say("yes"), ok, say("Ann"), ok, say("7"), {Kind: journey.Timer}, ok}
	b.ReportAllocs()
	count := 0
	for b.Loop() {
		var s journey.State
		now := begin
		for _, e := range events {
			if e.Kind == journey.Timer {
				now = s.Due
			}
			e.At = now
			s, _ = journey.Advance(d, s, e)
			count++
		}
		if s.Outcome != journey.Completed {
			b.Fatal(s)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(count), "ns/event")
}

// BenchmarkDecide routes a message past 200 triggers, of which one fires, with a journey that runs.
func BenchmarkDecide(b *testing.B) {
	d := tenSteps(b)
	s, _ := journey.Advance(d, journey.State{}, journey.Event{Kind: journey.Start, At: begin})
	s, _ = journey.Advance(d, s, journey.Event{Kind: journey.Sent, At: begin})
	running := &journey.Running{Journey: "own", Definition: d, State: s}
	list := make([]journey.Candidate, 200)
	for i := range list {
		list[i] = candidate(fmt.Sprint("journey", i), i, journey.Trigger{Kind: journey.Keyword, Value: fmt.Sprintf("Keyword %d", i), Match: []journey.Match{journey.Exact, journey.Word, journey.Prefix, journey.Contains}[i%4]})
	}
	list[150].Trigger.Interrupts = true
	m := words("Keyword 150")
	b.ReportAllocs()
	for b.Loop() {
		if got := journey.Decide(m, running, list, begin); got.Action == journey.ToNothing {
			b.Fatal(got)
		}
	}
}

// BenchmarkCheck checks the largest journey.
func BenchmarkCheck(b *testing.B) {
	d := tenSteps(b)
	d.Steps = d.Steps[:0]
	for i := range journey.MaxSteps {
		d.Steps = append(d.Steps, journey.Step{ID: fmt.Sprint("s", i), Type: journey.Question, Text: fmt.Sprintf("<b>Well</b>, {v%d}?", max(0, i-1)), Variable: fmt.Sprint("v", i), NextStepID: fmt.Sprint("s", (i+1)%journey.MaxSteps)})
	}
	d.StartStepID = "s0"
	for b.Loop() {
		if issues := errorsOf(d.Check()); len(issues) > 0 {
			b.Fatal(issues)
		}
	}
}
