package journey_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// A message that was skipped since a person took over goes out when they give back, under its name.
func TestSkippedGoesOutLater(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","text":"Hi","next_step_id":"e"}`+ends)
	k := talkOf(t, d).start()
	first := k.send()
	require.Equal(t, first, k.kind("").send(), "a new look gives the same")
	require.Empty(t, k.sent(journey.Skipped).effects)
	require.Equal(t, first, k.kind("").send())
	require.Equal(t, []string{"paused"}, k.kind(journey.Pause).notes())
	require.Empty(t, k.kind(journey.Pause).effects, "once is enough")
	require.Empty(t, k.kind("").effects, "nothing is sent meanwhile")
	require.Equal(t, []string{"resumed"}, k.kind(journey.Resume).notes())
	require.Equal(t, first, k.send())
	require.Empty(t, k.kind(journey.Resume).effects)
	k.ok().at(journey.Ended, "e")

	// In quiet hours it waits for the morning.
	d.QuietHours = &journey.QuietHours{From: "22:00", To: "08:00"}
	k = talkOf(t, d).start()
	k.kind(journey.Pause).sent(journey.Skipped)
	k.after(13*time.Hour).kind(journey.Resume).at(journey.Held, "m")
	require.Equal(t, []string{"resumed", "held 2026-11-25T08:00:00Z"}, k.notes())
	require.Equal(t, "Hi", k.due().send().Text)
	k.ok().at(journey.Ended, "e")
}

// What a person of the team writes goes out at once, and the journey is where it was.
func TestSay(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"Well?","timeout_seconds":60,"timeout_step_id":"f","next_step_id":"d"},
		{"id":"d","type":"delay","delay":"for","seconds":60,"next_step_id":"m"},{"id":"m","type":"message","text":"Hi","next_step_id":"e"}`+ends)
	d.QuietHours = &journey.QuietHours{From: "10:01", To: "12:00"}
	say := func(k *talk, text string) *talk { return k.do(journey.Event{Kind: journey.Say, Text: text}) }
	k := talkOf(t, d).start().ok()
	due := k.state.Due
	require.Empty(t, say(k, "  ").effects)
	require.Equal(t, []string{"said 1 < {first_name}"}, say(k, "1 < {first_name}").notes())
	require.Equal(t, "1 &lt; {first_name}", k.send().Text)
	require.Equal(t, 2, k.send().Attempt)
	again := k.send()
	require.Equal(t, again, k.kind("").send())
	require.Empty(t, say(k, "more").effects, "one at a time")
	k.sent(journey.Unknown).at(journey.Waiting, "q")
	require.Equal(t, due, k.state.Due)
	say(k, "!").sent(journey.Skipped)
	require.Equal(t, []string{"not_sent It was skipped"}, k.notes())
	k.at(journey.Waiting, "q").says("fine").at(journey.Sleeping, "d")
	say(k, "soon").ok().at(journey.Sleeping, "d")
	k.due().at(journey.Held, "m")
	say(k, "sooner").ok().at(journey.Held, "m")
	require.Equal(t, journey.Away, say(k, "sooner").sent(journey.Gone).state.Outcome)
	require.Empty(t, say(k, "still there?").effects)
}

// While a person's words are on their way nothing is lost: neither what the person answers, nor the
// message that they held up.
func TestSayWhileSending(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","text":"Hi","next_step_id":"w"},{"id":"w","type":"wait_for_reply","next_step_id":"e"}`+ends)
	d.InactivityTimeoutDays = 1
	say := journey.Event{Kind: journey.Say, Text: "I am Bob."}
	k := talkOf(t, d).start()
	require.Empty(t, k.do(say).effects, "the outcome of the message is not known yet")
	k.kind(journey.Pause).sent(journey.Skipped)
	k.do(say)
	require.Equal(t, "I am Bob.", k.send().Text)
	k.kind(journey.Resume)
	require.Equal(t, []string{"resumed"}, k.notes())
	require.Equal(t, "Hi", k.ok().send().Text, "the journey's own message follows")
	require.Equal(t, 3, k.send().Attempt)
	k.ok().at(journey.Waiting, "w")
	k.do(say)
	require.Equal(t, []string{"unheard hello"}, k.after(23*time.Hour).says("hello").notes())
	require.Equal(t, begin.Add(47*time.Hour), k.ok().state.Due, "they were heard")
}

func TestMove(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"Well?","answer":"number","next_step_id":"e"},{"id":"m","type":"message","text":"Hi","next_step_id":"q"}`+ends)
	k := talkOf(t, d).start().ok().says("x").ok()
	move := func(to string) *talk { return k.do(journey.Event{Kind: journey.Move, StepID: to}) }
	require.Empty(t, move("gone").effects)
	require.Empty(t, move("").effects)
	require.Equal(t, []string{"moved q"}, move("q").notes())
	require.Equal(t, "Well?", k.send().Text, "it begins anew")
	require.Equal(t, 2, k.state.Visit)
	k.ok().kind(journey.Pause)
	move("m").at(journey.Held, "m")
	require.Equal(t, begin, k.state.Due, "it begins when the person gives back")
	require.Empty(t, k.kind(journey.Timer).effects)
	k.kind(journey.Resume).at(journey.Held, "m")
	require.Equal(t, "Hi", k.due().send().Text)
	require.Equal(t, journey.Completed, move("e").state.Outcome)
	require.Empty(t, move("q").effects)
}

func TestFinish(t *testing.T) {
	d := of(t, `{"id":"w","type":"wait_for_reply","next_step_id":"e"}`+ends)
	for outcome, want := range map[journey.Outcome]journey.Outcome{"": journey.Stopped, journey.Interrupted: journey.Interrupted} {
		k := talkOf(t, d).start().kind(journey.Pause).do(journey.Event{Kind: journey.Finish, Outcome: outcome})
		require.Equal(t, []string{"dropped", "ended " + string(want)}, k.notes())
		require.False(t, k.state.Paused)
		for _, kind := range []journey.EventKind{journey.Start, journey.Timer, journey.Sent, journey.Pause, journey.Resume, journey.Finish, journey.Say, ""} {
			require.Empty(t, k.kind(kind).effects, kind)
		}
	}
	k := talkOf(t, d)
	for _, kind := range []journey.EventKind{journey.Timer, journey.Sent, journey.Pause, journey.Resume, journey.Finish, ""} {
		require.Empty(t, k.kind(kind).effects, "before it began: "+kind)
	}
}

// What is known of a person stands in texts; an answer of the same name goes before it.
func TestWhatIsKnown(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","text":"{first_name},{last_name},{username},{language},{source},{tags},{x}","next_step_id":"w"},
		{"id":"w","type":"wait_for_reply","variable":"first_name","next_step_id":"m"}`)
	k := talkOf(t, d)
	k.person = journey.Person{FirstName: "Ann", LastName: "Lee", Username: "al", Language: "en", Source: "ad", Tags: []string{"a", "b"}}
	require.Equal(t, "Ann,Lee,al,en,ad,a, b,", k.start().send().Text)
	require.Equal(t, "Bo,Lee,al,en,ad,a, b,", k.ok().says("Bo").send().Text)
}

// A question that is asked again in the morning is answered at night.
func TestAnswerWhileHeld(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"?","answer":"number","variable":"n","next_step_id":"e"}`+ends)
	d.QuietHours = &journey.QuietHours{From: "10:01", To: "08:00"}
	k := talkOf(t, d).start().ok().after(time.Minute).says("x").at(journey.Held, "q")
	k.says("y").at(journey.Held, "q")
	require.Equal(t, journey.Reply, journey.Listens(d, k.state, words("5")))
	require.Equal(t, "5", k.says("5").at(journey.Ended, "e").state.Variables["n"])
}
