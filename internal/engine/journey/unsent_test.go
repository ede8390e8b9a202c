package journey_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// A question that nobody has seen is not waited for.
func TestQuestionThatCantBeAsked(t *testing.T) {
	question := func(more string) *journey.Definition {
		return of(t, `{"id":"q","type":"question","text":"Well?","answer":"number","next_step_id":"e"`+more+`},{"id":"w","type":"wait_for_reply","next_step_id":"e"},
			{"id":"v","type":"wait_for_reply","next_step_id":"e"}`+ends)
	}
	const timeout, invalid = `,"timeout_seconds":60,"timeout_step_id":"w"`, `,"max_attempts":2,"invalid_step_id":"v"`
	for more, want := range map[string]string{timeout: "w", invalid: "v", timeout + invalid: "v"} {
		k := talkOf(t, question(more)).start().sent(journey.Failed).at(journey.Waiting, want)
		way := map[string]string{"w": journey.PortTimeout, "v": journey.PortInvalid}[want]
		require.Equal(t, []string{"not_sent that is why", "branch " + way}, k.notes())
	}

	// Without a way a person is wanted; what is drawn and not in use is no way.
	k := talkOf(t, question(`,"timeout_step_id":"w","invalid_step_id":"v"`)).start().sent(journey.Failed).at(journey.Held, "q")
	require.True(t, k.state.Paused)
	require.Equal(t, []string{"not_sent that is why", "paused The question could not be sent"}, k.notes())
	require.Equal(t, journey.Effect{Kind: journey.Alert, StepID: "q", Visit: 1, Text: "The question could not be sent"}, k.effects[1])
	require.Empty(t, k.says("5").notes(), "a person of the team reads it")
	require.Empty(t, k.kind(journey.Timer).effects)
	require.Equal(t, []string{"resumed"}, k.kind(journey.Resume).notes())
	require.Equal(t, "Well?", k.due().send().Text, "it is asked again")
	k.ok().says("5").at(journey.Ended, "e")

	// The same holds for the asking that follows a wrong answer.
	k = talkOf(t, question("")).start().ok().says("x").sent(journey.Failed).at(journey.Held, "q")
	require.Equal(t, "Well?", k.kind(journey.Resume).due().send().Text)

	// A person had taken over meanwhile.
	k = talkOf(t, question("")).start().kind(journey.Pause).sent(journey.Failed).at(journey.Held, "q")
	require.Equal(t, []string{"not_sent that is why"}, k.notes())
}

// Questions that can't be asked and lead to each other end at a person.
func TestQuestionsThatCantBeAsked(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"{username}","answer":"number","max_attempts":1,"invalid_step_id":"p","next_step_id":"e"},
		{"id":"p","type":"question","text":"Well?","answer":"number","max_attempts":1,"invalid_step_id":"q","next_step_id":"e"}`+ends)
	k := talkOf(t, d).start()
	for range 2 {
		require.False(t, k.at(journey.Sending, "p").state.Paused)
		k.sent(journey.Failed)
	}
	k.at(journey.Sending, "p").sent(journey.Failed).at(journey.Held, "p")
	require.True(t, k.state.Paused)
}

// What comes out empty is not sent: Telegram would refuse it.
func TestEmptyTexts(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","text":"<b>{username}</b>","next_step_id":"n"},{"id":"n","type":"message","photo":"up","text":"{username}","next_step_id":"q"},
		{"id":"q","type":"question","text":"{username}","answer":"text","timeout_seconds":60,"timeout_step_id":"f","next_step_id":"e"}`+ends)
	k := talkOf(t, d).start().at(journey.Sending, "n")
	require.Equal(t, []string{"began", "not_sent The text came out empty"}, k.notes())
	k.ok().at(journey.Ended, "f")
	require.Equal(t, []string{"sent", "not_sent The text came out empty", "branch timeout", "ended other"}, k.notes())
	k = talkOf(t, d)
	k.person.Username = "ann"
	require.Equal(t, "<b>ann</b>", k.start().send().Text)

	d = of(t, `{"id":"q","type":"question","text":"Well?","answer":"number","retry_text":"{username}","next_step_id":"e"}`+ends)
	require.Equal(t, "Please send a number, for instance 25.", talkOf(t, d).start().ok().says("x").send().Text)
}

// Buttons without a text are left out, the others keep their names; choices show their numbers.
func TestEmptyLabels(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","text":"Hi","buttons":[[{"text":"{username}"},{"text":"B"}],[{"text":"{username}\u200b","url":"https://e.example"}]],"next_step_id":"q"},
		{"id":"q","type":"question","text":"?","answer":"choice","variable":"a","choices":[{"text":"A"},{"text":"{username}","next_step_id":"f"}],"next_step_id":"e"}`+ends)
	k := talkOf(t, d).start()
	require.Len(t, k.send().Buttons, 1)
	require.Len(t, k.send().Buttons[0], 1)
	require.Equal(t, "j."+token+".1.b0-1", k.send().Buttons[0][0].Data)
	k.ok()
	require.Equal(t, "…2", k.send().Buttons[0][1].Text)
	require.Contains(t, journey.ForAccount(k.send()).Text, "2. …2")
	k.ok().presses("…2").at(journey.Ended, "f")
	require.Equal(t, "…2", k.state.Variables["a"])
	for _, text := range []string{"2", "...2", "…2"} {
		talkOf(t, d).start().ok().ok().says(text).at(journey.Ended, "f")
	}
}
