package journeys_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/service/journeys"
)

// J2, J4, J8: a person takes over: from that moment nothing is sent that was not on its way, what they
// write by hand goes out, and the journey goes on where it was.
func TestTakingOver(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		k.says("gold")
		out := k.turn(contract.Turn{})
		require.NotNil(t, out.Send)
		s := k.session()
		command := func(c journeys.Command) {
			t.Helper()
			c.Session = s.ID
			_, err := k.service.Do(k.ctx, c)
			require.NoError(t, err)
		}
		_, err := k.service.Do(k.ctx, journeys.Command{Session: s.ID, Kind: journey.Say, Text: "too early"})
		require.Error(t, err)
		command(journeys.Command{Kind: journey.Pause})
		e, err := k.service.Outgoing(k.ctx, *out.Send)
		require.NoError(t, err)
		require.Nil(t, e, "the message is held back at once")
		out = k.turn(contract.Turn{Sent: &contract.TurnSent{TurnSend: *out.Send, Result: journey.Skipped}})
		require.Nil(t, out.Send)
		require.Nil(t, out.Due)
		k.says("is anybody there?")
		command(journeys.Command{Kind: journey.Say, Text: "Yes, <me>"})
		k.runs()
		require.Equal(t, []string{"Yes, &lt;me&gt;"}, k.texts)
		_, err = k.service.Do(k.ctx, journeys.Command{Session: s.ID, Kind: journey.Move, StepID: "nowhere"})
		require.Error(t, err)
		command(journeys.Command{Kind: journey.Resume})
		k.runs()
		if k.out.Due != nil {
			k.waits()
		}
		require.Equal(t, []string{"Yes, &lt;me&gt;", "Hi Ann", "Your name?"}, k.texts)
		command(journeys.Command{Kind: journey.Move, StepID: "bye"})
		k.runs()
		require.Len(t, k.texts, 4)
		_, err = k.service.Do(k.ctx, journeys.Command{Session: s.ID, Kind: journey.Finish})
		require.Error(t, err, "it is over")
	})
}

// J4: an end, a move and a second takeover hold from the moment they are asked for.
func TestCommandsHold(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		begin := func() (contract.TurnSend, string) {
			k.says("gold")
			out := k.turn(contract.Turn{})
			require.NotNil(t, out.Send)
			return *out.Send, k.session().ID
		}
		current := func(name contract.TurnSend) bool {
			e, err := k.service.Outgoing(k.ctx, name)
			require.NoError(t, err)
			return e != nil
		}
		do := func(c journeys.Command) {
			_, err := k.service.Do(k.ctx, c)
			require.NoError(t, err)
		}
		skip := func(name contract.TurnSend) contract.Turned {
			return k.turn(contract.Turn{Sent: &contract.TurnSent{TurnSend: name, Result: journey.Skipped}})
		}
		name, id := begin()
		do(journeys.Command{Session: id, Kind: journey.Finish})
		require.False(t, current(name))
		require.True(t, skip(name).Closed)
		require.Equal(t, journey.Stopped, k.session().Outcome)

		name, id = begin()
		do(journeys.Command{Session: id, Kind: journey.Move, StepID: "bye"})
		require.False(t, current(name))
		out := skip(name)
		require.NotNil(t, out.Send)
		require.True(t, current(*out.Send), "the step that it was moved to")
		out = k.turn(contract.Turn{Sent: &contract.TurnSent{TurnSend: *out.Send, Result: journey.OK}})
		require.True(t, out.Closed)

		name, id = begin()
		for _, kind := range []journey.EventKind{journey.Pause, journey.Resume, journey.Pause} {
			do(journeys.Command{Session: id, Kind: kind})
		}
		out = skip(name)
		if out.Send != nil {
			require.False(t, current(*out.Send), "the second takeover holds")
			out = skip(*out.Send)
		}
		require.Nil(t, out.Send)
		require.True(t, k.session().Paused)

		// What is given back and moved in one breath goes on by itself.
		do(journeys.Command{Session: k.session().ID, Kind: journey.Resume})
		do(journeys.Command{Session: k.session().ID, Kind: journey.Move, StepID: "bye"})
		for out = k.turn(contract.Turn{}); out.Send != nil && !current(*out.Send); {
			out = skip(*out.Send)
		}
		require.NotNil(t, out.Send)
		require.False(t, k.session().Paused)
	})
}
