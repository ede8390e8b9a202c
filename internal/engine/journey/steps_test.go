package journey_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

const ends = `,{"id":"e","type":"end"},{"id":"f","type":"end","outcome":"other"}`

func TestMessage(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","text":"Hi {first_name}","no_preview":true,"next_step_id":"e",
		"buttons":[[{"text":"I am {first_name}"}],[{"text":"Site","url":"{link}"}],[{"text":"Map","url":"https://e.example/{first_name}/x"}]]}`+ends)
	for result, want := range map[journey.SendResult][]string{
		journey.OK: {"sent", "ended completed"}, journey.Failed: {"not_sent that is why", "ended completed"},
		journey.Unknown: {"unknown that is why", "ended completed"}, journey.Gone: {"not_sent that is why", "dropped", "ended away"}, journey.Skipped: nil,
	} {
		k := talkOf(t, d)
		k.person.FirstName = "A/n <n>"
		k.start()
		f := k.send()
		require.Equal(t, "Hi A/n &lt;n&gt;", f.Text)
		require.True(t, f.NoPreview)
		require.Len(t, f.Buttons, 2, "a button whose address is none is left out")
		require.Equal(t, "I am A/n <n>", f.Buttons[0][0].Text)
		require.Equal(t, "j."+token+".1.b0-0", f.Buttons[0][0].Data)
		require.Equal(t, "https://e.example/A%2Fn%20%3Cn%3E/x", f.Buttons[1][0].URL)
		require.Equal(t, want, k.sent(result).notes(), result)
	}
}

// Of two messages with buttons both answer, until a reply is taken.
func TestButtonsOfMessages(t *testing.T) {
	d := of(t, `{"id":"a","type":"message","text":"A","buttons":[[{"text":"Buy A"},{"text":"More"}]],"next_step_id":"b"},
		{"id":"b","type":"message","text":"B","buttons":[[{"text":"Buy B"}]],"next_step_id":"w"},
		{"id":"w","type":"wait_for_reply","variable":"said","next_step_id":"q"},
		{"id":"q","type":"question","answer":"text","text":"Sure?","variable":"sure","next_step_id":"e"}`+ends)
	k := talkOf(t, d).start()
	require.Equal(t, []string{"unheard"}, k.says("").notes(), "a message comes while another is on its way")
	k.ok().ok().at(journey.Waiting, "w")
	k.presses("Buy A").at(journey.Sending, "q")
	require.Equal(t, "Buy A", k.state.Variables["said"])
	k.ok().presses("Buy B").at(journey.Waiting, "q")
	require.Equal(t, []string{"old_button"}, k.notes())
	require.Equal(t, journey.OldButton, k.effects[0].Text)
	for _, data := range []string{"j." + token + ".1.b0-2", "j." + token + ".1.b00-0", "j." + token + ".x.b0-0", "j." + token + ".1", "j.other.1.b0-0", "", "j." + token + ".4.c0"} {
		require.Equal(t, []string{"old_button"}, k.presses(data).notes(), data)
		require.Equal(t, journey.Answer, k.effects[0].Kind)
		require.Equal(t, "9", k.effects[0].CallbackID)
	}
	k.says(" yes ").at(journey.Ended, "e")
	require.Equal(t, "yes", k.state.Variables["sure"])
}

// A button that still answers is pressed while nothing is waited for.
func TestButtonTooEarly(t *testing.T) {
	d := of(t, `{"id":"a","type":"message","text":"A","buttons":[[{"text":"Buy"}]],"next_step_id":"d"},
		{"id":"d","type":"delay","delay":"for","seconds":60,"next_step_id":"w"},{"id":"w","type":"wait_for_reply","next_step_id":"e"}`+ends)
	k := talkOf(t, d).start().ok().presses("Buy").at(journey.Sleeping, "d")
	require.Equal(t, []string{"unheard Buy"}, k.notes())
	require.Equal(t, "I am not waiting for an answer just now.", k.effects[0].Text)
	k.kind(journey.Pause).presses("Buy")
	require.Empty(t, k.effects[0].Text, "the person of the team answers")
	k.kind(journey.Resume).due().presses("Buy").at(journey.Ended, "e")
}

// Only so many messages keep buttons that answer.
func TestButtonsOfManyMessages(t *testing.T) {
	var steps string
	for i := range 25 {
		steps += fmt.Sprintf(`{"id":"m%d","type":"message","text":"x","buttons":[[{"text":"B%d"}]],"next_step_id":"m%d"},`, i, i, i+1)
	}
	k := talkOf(t, of(t, steps+`{"id":"m25","type":"wait_for_reply","next_step_id":"e"}`+ends)).start()
	for k.state.Phase == journey.Sending {
		k.ok()
	}
	require.Len(t, k.state.Live, 20)
	require.Equal(t, []string{"old_button"}, k.presses("B4").notes())
	k.presses("B5").at(journey.Ended, "e")
}

func TestQuestions(t *testing.T) {
	for _, c := range []struct{ step, says, keeps string }{ // keeps nothing: no answer
		{`"answer":"text"`, " Hello  there ", "Hello  there"},
		{`"answer":""`, "x", "x"},
		{`"answer":"text"`, "", ""},
		{`"answer":"text"`, "/start", ""},
		{`"answer":"number"`, "5", "5"},
		{`"answer":"number"`, " 1 200,50 ", "1200.5"},
		{`"answer":"number"`, "1,200.50", "1200.5"},
		{`"answer":"number"`, "1.200,50", "1200.5"},
		{`"answer":"number"`, "1,200", "1200"},
		{`"answer":"number"`, "1.200.000", "1200000"},
		{`"answer":"number"`, "0,125", "0.125"},
		{`"answer":"number"`, "−3", "-3"},
		{`"answer":"number"`, "٤٢", "42"},
		{`"answer":"number"`, "five", ""},
		{`"answer":"number"`, "5 apples", ""},
		{`"answer":"number"`, "1.2.3", ""},
		{`"answer":"number"`, "1e5", ""},
		{`"answer":"number","min":1,"max":10`, "10", "10"},
		{`"answer":"number","min":1,"max":10`, "0", ""},
		{`"answer":"number","min":1,"max":10`, "10.5", ""},
		{`"answer":"email"`, " ann.b+c@mail.example.com ", "ann.b+c@mail.example.com"},
		{`"answer":"email"`, "ann@münchen.de", "ann@münchen.de"},
		{`"answer":"email"`, "ann@localhost", ""},
		{`"answer":"email"`, "ann", ""},
		{`"answer":"email"`, "@example.com", ""},
		{`"answer":"email"`, "a..b@example.com", ""},
		{`"answer":"email"`, "a b@example.com", ""},
		{`"answer":"email"`, "Ann <ann@example.com>", ""},
		{`"answer":"phone"`, "+49 (170) 123-45.67", "+491701234567"},
		{`"answer":"phone"`, "0049 170 1234567", "+491701234567"},
		{`"answer":"phone"`, "1701234567", "1701234567"},
		{`"answer":"phone"`, "123456", ""},
		{`"answer":"phone"`, "+1234567890123456", ""},
		{`"answer":"phone"`, "call me", ""},
		{`"answer":"choice","choices":[{"text":"Yes","value":"y"},{"text":"No"}]`, "ＹＥＳ ", "y"},
		{`"answer":"choice","choices":[{"text":"Yes","value":"y"},{"text":"No"}]`, "2", "No"},
		{`"answer":"choice","choices":[{"text":"Yes","value":"y"},{"text":"No"}]`, "2.", "No"},
		{`"answer":"choice","choices":[{"text":"Yes"},{"text":"1"}]`, "1", "1"},
		{`"answer":"choice","choices":[{"text":"I am {first_name}"},{"text":"1"}]`, "i am ANN", "I am Ann"},
		{`"answer":"choice","choices":[{"text":"Yes"}]`, "2", ""},
		{`"answer":"choice","choices":[{"text":"Yes"}]`, "0", ""},
		{`"answer":"choice","choices":[{"text":"Yes"}]`, "y", ""},
	} {
		k := talkOf(t, of(t, `{"id":"q","type":"question","text":"Well?","variable":"a","next_step_id":"e",`+c.step+`}`+ends)).start().ok().says(c.says)
		if c.keeps == "" {
			require.Equal(t, journey.NoteInvalid, k.effects[0].What, "%+v", c)
			require.Contains(t, k.send().Text, "Please")
			k.ok().at(journey.Waiting, "q")
			continue
		}
		k.at(journey.Ended, "e")
		require.Equal(t, c.keeps, k.state.Variables["a"], "%+v", c)
	}
}

func TestRetryTexts(t *testing.T) {
	for step, want := range map[string]string{
		`"answer":"text"`:                     "Please write your answer as a text.",
		`"answer":"number"`:                   "Please send a number, for instance 25.",
		`"answer":"number","min":1,"max":2.5`: "Please send a number from 1 to 2.5.",
		`"answer":"number","min":18`:          "Please send a number, 18 or more.",
		`"answer":"number","max":18`:          "Please send a number, 18 or less.",
		`"answer":"email"`:                    "Please send an e-mail address, for instance name@example.com.",
		`"answer":"phone"`:                    "Please send a phone number with its country code, for instance +44 20 7946 0000.",
		`"answer":"choice","choices":[{"text":"A"},{"text":"B"}]`: "Please choose one of these answers:",
		`"answer":"email","retry_text":"No, {first_name}."`:       "No, Ann.",
	} {
		k := talkOf(t, of(t, `{"id":"q","type":"question","text":"Well?","photo":"up","next_step_id":"e",`+step+`}`+ends)).start()
		require.Equal(t, "up", k.send().Photo)
		k.ok().says("")
		f := k.send()
		require.Equal(t, want, f.Text)
		require.Empty(t, f.Photo, "the picture is not sent again")
		require.Equal(t, 2, f.Attempt)
		require.Equal(t, 1, k.state.WrongAnswers)
	}
}

func TestChoices(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"Well?","answer":"choice","choices":[{"text":"A","next_step_id":"f"},{"text":"B"}],"max_attempts":2,"invalid_step_id":"q2","next_step_id":"e"},
		{"id":"q2","type":"question","text":"Again?","answer":"choice","choices":[{"text":"A rather long answer"},{"text":"C"}],"next_step_id":"e"}`+ends)
	k := talkOf(t, d).start().ok()
	require.Equal(t, "other", k.presses("A").outcome(), "a choice's own way goes before the step's")
	k = talkOf(t, d).start().ok()
	require.Equal(t, "completed", k.presses("B").outcome())
	k = talkOf(t, d).start().ok().says("x").ok().presses("j." + token + ".1.c0")
	require.Equal(t, "other", k.outcome(), "the buttons of the first asking answer too")
	k = talkOf(t, d).start().ok().says("x").ok().says("y").at(journey.Sending, "q2")
	require.Len(t, k.send().Buttons, 2, "long ones have a row each")
	require.Zero(t, k.state.WrongAnswers)
	require.Equal(t, []string{"old_button"}, k.ok().presses("A").notes())
	k.presses("C").at(journey.Ended, "e")
}

func TestWaitForReply(t *testing.T) {
	step := func(more string) *journey.Definition {
		return of(t, `{"id":"w","type":"wait_for_reply","variable":"said","next_step_id":"e"`+more+`}`+ends)
	}
	branch := `,"branch_keyword":"Buy","branch_true_step_id":"f"`
	for _, c := range []struct{ more, says, outcome string }{
		{"", "anything", "completed"},
		{"", "", "completed"},
		{branch, "buy", "other"},
		{branch, "buy it", "completed"},
		{branch + `,"branch_match":"prefix"`, "Buying", "other"},
		{branch + `,"branch_match":"word"`, "buying", "completed"},
		{branch + `,"branch_match":"word"`, "I'll BUY!", "other"},
		{branch + `,"branch_match":"contains"`, "rebuy", "other"},
	} {
		k := talkOf(t, step(c.more)).start().says(c.says)
		require.Equal(t, c.outcome, k.outcome(), "%+v", c)
		require.Equal(t, c.says, k.state.Variables["said"])
	}
	k := talkOf(t, step(`,"timeout_seconds":60,"timeout_step_id":"f"`)).start()
	require.Equal(t, begin.Add(time.Minute), k.state.Due)
	k.after(59 * time.Second).kind(journey.Timer)
	require.Empty(t, k.effects, "it is too early")
	k.after(time.Second).kind(journey.Timer)
	require.Equal(t, []string{"timed_out", "ended other"}, k.notes())
}

// Whichever comes first decides: the step's timeout, counted from the asking, or the journey's
// inactivity, counted from the last word.
func TestInactivity(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"?","answer":"number","timeout_seconds":129600,"timeout_step_id":"f","next_step_id":"e"}`+ends)
	d.InactivityTimeoutDays = 1
	k := talkOf(t, d).start().ok()
	require.Equal(t, begin.Add(24*time.Hour), k.state.Due)
	k.after(20*time.Hour).presses("old").at(journey.Waiting, "q")
	require.Equal(t, begin.Add(36*time.Hour), k.state.Due, "a word was heard: the timeout is first now")
	require.Equal(t, []string{"timed_out", "ended other"}, k.due().notes())
	k = talkOf(t, d).start().ok()
	require.Equal(t, []string{"dropped", "ended inactive"}, k.due().notes())
	d.InactivityTimeoutDays = 0
	d.Steps[0].TimeoutSeconds = 0
	require.Zero(t, talkOf(t, d).start().ok().state.Due, "it waits for ever")
}

func TestDelays(t *testing.T) {
	for _, c := range []struct {
		step, zone string
		want       time.Duration // after the beginning at 10:00 UTC; 0 goes on at once
	}{
		{`"delay":"for","seconds":90`, "", 90 * time.Second},
		{`"delay":"until_time","time_of_day":"10:01"`, "", time.Minute},
		{`"delay":"until_time","time_of_day":"10:00"`, "", 24 * time.Hour},
		{`"delay":"until_time","time_of_day":"10:00"`, "Europe/Berlin", 23 * time.Hour},
		{`"delay":"until_time","time_of_day":"10:00"`, "America/New_York", 5 * time.Hour},
		{`"delay":"until_date","date":"2026-11-24T10:30"`, "", 30 * time.Minute},
		{`"delay":"until_date","date":"2026-11-24T10:30"`, "Europe/Berlin", 0},
		{`"delay":"until_date","date":"2026-11-24T10:30"`, "Asia/Kolkata", 0},
		{`"delay":"until_date","date":"2020-01-01T00:00"`, "", 0},
	} {
		d := of(t, `{"id":"d","type":"delay",`+c.step+`,"next_step_id":"e"}`+ends)
		d.Timezone = c.zone
		k := talkOf(t, d).start()
		if c.want == 0 {
			k.at(journey.Ended, "e")
			continue
		}
		require.Equal(t, begin.Add(c.want), k.state.Due, "%+v", c)
		require.Equal(t, []string{"unheard hello"}, k.says("hello").notes())
		k.due().at(journey.Ended, "e")
	}
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		rules string
		want  bool
	}{
		{`{"variable":"a","op":"equals","value":" GOLD "}`, true},
		{`{"variable":"a","op":"equals","value":"silver"}`, false},
		{`{"variable":"n","op":"equals","value":"1200"}`, true},
		{`{"variable":"a","op":"not_equals","value":"silver"}`, true},
		{`{"variable":"x","op":"not_equals","value":"silver"}`, true},
		{`{"variable":"a","op":"contains","value":"OL"}`, true},
		{`{"variable":"a","op":"contains","value":""}`, false},
		{`{"variable":"n","op":"greater","value":"1 199,5"}`, true},
		{`{"variable":"n","op":"greater","value":"1200"}`, false},
		{`{"variable":"n","op":"less","value":"1200.01"}`, true},
		{`{"variable":"a","op":"less","value":"5"}`, false},
		{`{"variable":"a","op":"exists"}`, true},
		{`{"variable":"x","op":"exists"}`, false},
		{`{"variable":"x","op":"missing"}`, true},
		{`{"variable":"first_name","op":"equals","value":"ann"}`, true},
		{`{"variable":"tags","op":"contains","value":"vip"}`, true},
		{`{"op":"has_tag","value":"VIP"}`, true},
		{`{"op":"lacks_tag","value":"VIP"}`, false},
		{`{"op":"lacks_tag","value":"new"}`, true},
	} {
		require.Equal(t, c.want, decides(t, c.rules, "all"), "%+v", c)
		require.Equal(t, c.want, decides(t, c.rules, "any"), "%+v", c)
	}
	both := `{"variable":"a","op":"exists"},{"variable":"x","op":"exists"}`
	require.False(t, decides(t, both, "all"))
	require.False(t, decides(t, both, ""))
	require.True(t, decides(t, both, "any"))
}

// decides tells whether a condition holds for a person whose a is Gold and whose n is 1,200.
func decides(t *testing.T, rules, match string) bool {
	t.Helper()
	d := of(t, fmt.Sprintf(`{"id":"c","type":"condition","rules":[%s],"rule_match":%q,"branch_true_step_id":"f","branch_false_step_id":"e"},
		{"id":"d","type":"delay","delay":"for","seconds":1,"next_step_id":"c"}`, rules, match)+ends)
	k := talkOf(t, d)
	k.state = journey.State{Phase: journey.Sleeping, StepID: "d", Visit: 1, Due: begin, Variables: map[string]string{"a": "Gold", "n": "1,200"}}
	k.kind(journey.Timer)
	held := k.state.Outcome == "other"
	require.Equal(t, fmt.Sprint("branch ", held), k.notes()[0])
	return held
}

// A split goes by weights in the long run, and the same way for one person each time.
func TestSplit(t *testing.T) {
	d := of(t, `{"id":"s","type":"split","arms":[{"name":"A","weight":70,"next_step_id":"a"},{"weight":30,"next_step_id":"b"},{"name":"C","weight":0,"next_step_id":"c"}]},
		{"id":"a","type":"wait_for_reply","next_step_id":"s"},{"id":"b","type":"wait_for_reply","next_step_id":"s"},{"id":"c","type":"end"}`)
	count := map[string]int{}
	const people = 20000
	for seed := range uint64(people) {
		s, _ := journey.Advance(d, journey.State{}, journey.Event{Kind: journey.Start, At: begin, Seed: seed})
		again, effects := journey.Advance(d, s, journey.Event{Kind: journey.Arrived, At: begin, Message: journey.Inbound{Text: "x"}})
		require.Equal(t, s.StepID, again.StepID)
		require.Contains(t, []string{"A", "Arm 2"}, effects[len(effects)-3].Text)
		count[s.StepID]++
	}
	require.InDelta(t, 0.7*people, count["a"], 4*65, "within four standard deviations")
	require.Equal(t, people, count["a"]+count["b"])
	// Another split of the same people is independent of this one.
	other := of(t, `{"id":"t","type":"split","arms":[{"weight":1,"next_step_id":"a"},{"weight":1,"next_step_id":"b"}]},
		{"id":"a","type":"wait_for_reply","next_step_id":"t"},{"id":"b","type":"wait_for_reply","next_step_id":"t"}`)
	both := 0
	for seed := range uint64(people) {
		one, _ := journey.Advance(d, journey.State{}, journey.Event{Kind: journey.Start, At: begin, Seed: seed})
		two, _ := journey.Advance(other, journey.State{}, journey.Event{Kind: journey.Start, At: begin, Seed: seed})
		if one.StepID == "a" && two.StepID == "a" {
			both++
		}
	}
	require.InDelta(t, 0.35*people, both, 4*68)
}

// A tag counts at once for the rules that follow.
func TestTags(t *testing.T) {
	d := of(t, `{"id":"t","type":"tag","add_tags":[" New","new","a\"b"],"remove_tags":["VIP"],"next_step_id":"c"},
		{"id":"c","type":"condition","rules":[{"op":"has_tag","value":"new"},{"op":"lacks_tag","value":"vip"}],"branch_true_step_id":"f","branch_false_step_id":"e"}`+ends)
	k := talkOf(t, d).start()
	require.Equal(t, "other", k.outcome())
	require.Equal(t, journey.Effect{Kind: journey.Tags, StepID: "t", Visit: 1, Add: []string{"new"}, Remove: []string{"vip"}}, k.effects[2])
}

// An author's end is none of those that only the engine gives.
func TestOutcomes(t *testing.T) {
	for outcome, want := range map[string]string{"": "completed", " bought ": "bought", "completed": "completed", "Interrupted": "completed", "broken": "completed"} {
		require.Equal(t, want, talkOf(t, of(t, fmt.Sprintf(`{"id":"e","type":"end","outcome":%q}`, outcome))).start().outcome())
	}
}

func TestHandOver(t *testing.T) {
	k := talkOf(t, of(t, `{"id":"h","type":"handover","note":"{first_name} & co","next_step_id":"e"}`+ends)).start().at(journey.Sleeping, "h")
	require.True(t, k.state.Paused)
	require.Zero(t, k.state.Due)
	require.Equal(t, journey.Effect{Kind: journey.Alert, StepID: "h", Visit: 1, Text: "Ann & co"}, k.effects[2])
	require.Empty(t, k.after(99*time.Hour).kind(journey.Timer).effects)
	require.Equal(t, []string{"resumed", "ended completed"}, k.kind(journey.Resume).notes())
}

// Steps that follow each other without end are stopped, whether they send or not.
func TestLoops(t *testing.T) {
	k := talkOf(t, of(t, `{"id":"a","type":"jump","next_step_id":"b"},{"id":"b","type":"tag","add_tags":["x"],"next_step_id":"a"}`)).start()
	require.Equal(t, journey.Looping, k.state.Outcome)
	k = talkOf(t, of(t, `{"id":"a","type":"message","text":"x","next_step_id":"a"}`)).start()
	for k.state.Phase == journey.Sending {
		k.ok()
	}
	require.Equal(t, journey.Looping, k.state.Outcome)
	require.Less(t, k.state.Visit, 300)
}

// What can't be used ends, whatever happens to it.
func TestBroken(t *testing.T) {
	d := of(t, `{"id":"w","type":"wait_for_reply","next_step_id":"gone"}`)
	require.Equal(t, []string{"replied x", "dropped", "ended broken"}, talkOf(t, d).start().says("x").notes())
	for _, s := range []journey.State{{Phase: journey.Waiting, StepID: "gone", Visit: 3}, {Phase: "odd", StepID: "w"}, {Phase: journey.Sending}} {
		for _, kind := range []journey.EventKind{journey.Arrived, journey.Timer, journey.Sent, journey.Resume, ""} {
			after, effects := journey.Advance(d, s, journey.Event{Kind: kind, At: begin})
			require.Equal(t, journey.Broken, after.Outcome)
			require.Equal(t, journey.NoteEnded, effects[len(effects)-1].What)
		}
	}
	s, _ := journey.Advance(nil, journey.State{}, journey.Event{Kind: journey.Start, At: begin})
	require.Equal(t, journey.Broken, s.Outcome)
}
