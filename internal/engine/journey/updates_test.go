package journey_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
)

func (k *talk) receives(m journey.Inbound) *talk {
	k.t.Helper()
	return k.do(journey.Event{Kind: journey.Arrived, Message: m})
}

// J2: a contact that is shared answers a question for a phone number, and no other.
func TestASharedContactIsThePhoneNumber(t *testing.T) {
	contact := journey.Inbound{Kind: message.KindContact, Phone: "+44 20 7946 0000"}
	ask := func(answer string) *talk {
		return talkOf(t, of(t, `{"id":"ask","type":"question","answer":"`+answer+`","text":"Well?","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)).start().ok()
	}
	require.Equal(t, "+442079460000", ask("phone").receives(contact).state.Variables["v"])
	for _, answer := range []string{"text", "number", "email"} {
		k := ask(answer).receives(contact)
		require.Empty(t, k.state.Variables["v"], answer)
		require.Equal(t, 1, k.state.WrongAnswers, answer)
	}
	wait := talkOf(t, of(t, `{"id":"wait","type":"wait_for_reply","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)).start()
	require.Equal(t, "+44 20 7946 0000", wait.receives(contact).state.Variables["v"])
}

// J4: a command is no answer: a question is asked again, and a wait goes on, unless it waits for that word.
func TestCommandsAreNoAnswers(t *testing.T) {
	for _, text := range []string{"/help", "/start", "/cancel@gold_bot", "/vip now"} {
		k := talkOf(t, of(t, `{"id":"ask","type":"question","answer":"text","text":"Well?","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)).start().ok().says(text)
		require.Empty(t, k.state.Variables["v"], text)
		require.Equal(t, "ask", k.state.StepID, text)
		k = talkOf(t, of(t, `{"id":"wait","type":"wait_for_reply","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)).start().says(text)
		k.at(journey.Waiting, "wait")
		require.Equal(t, journey.Deaf, journey.Listens(k.d, k.state, words(text)))
	}
	k := talkOf(t, of(t, `{"id":"wait","type":"wait_for_reply","branch_keyword":"/stop","branch_true_step_id":"end","next_step_id":"other"},{"id":"other","type":"end","outcome":"other"},{"id":"end","type":"end","outcome":"stopped by word"}`)).start()
	require.Equal(t, "stopped by word", k.says("/stop").outcome())
	k = talkOf(t, of(t, `{"id":"ask","type":"question","answer":"text","text":"Well?","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)).start().ok()
	require.Equal(t, "/ is a slash", k.says("/ is a slash").state.Variables["v"])
}

// The caption of a video or a document is what its sender says, as that of a photo is.
func TestCaptionsAreWords(t *testing.T) {
	for _, kind := range []message.Kind{message.KindPhoto, message.KindOther} {
		k := talkOf(t, of(t, `{"id":"ask","type":"question","answer":"text","text":"Well?","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)).start().ok()
		require.Equal(t, "my chart", k.receives(journey.Inbound{Kind: kind, Text: "my chart"}).state.Variables["v"])
		trigger := keyword("gold")
		require.True(t, trigger.Fires(journey.Inbound{Kind: kind, Text: "Gold"}))
	}
}
