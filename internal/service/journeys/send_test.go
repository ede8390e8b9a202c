package journeys_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// J4: a message that has gone out counts as sent, whatever has become of its bot and its conversation when the
// flow asks again.
func TestWhatWentOutHasEnded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		k := newTalk(t, store, models.SignalBot)
		k.publish("Simple", simple("gold"))
		k.says("gold")
		out := k.turn(contract.Turn{})
		require.NotNil(t, out.Send)
		in := contract.TurnSendInput{Chat: contract.Chat{TenantID: k.bot.TenantID, ConnectionID: k.bot.ID, UserID: k.user}, Send: *out.Send}

		_, err := k.service.Send(k.ctx, in)
		require.Equal(t, "connection_empty", fault.From(err).Code, "the bot has no token")
		d, err := store.Deliveries.Claim(k.ctx, models.DeliveryClaim{Key: out.Send.Key(), ConnectionID: k.bot.ID, ChatID: k.user, Method: "sendMessage"})
		require.NoError(t, err)
		require.NoError(t, store.Deliveries.Sent(k.ctx, d, 5, "{}"))
		done, err := k.service.Send(k.ctx, in)
		require.NoError(t, err)
		require.Equal(t, journey.OK, done.Result)

		// Nor does an end in between unmake it; what never went out is left out then.
		out = k.turn(contract.Turn{Sent: &contract.TurnSent{TurnSend: *out.Send, Result: journey.OK}})
		require.NotNil(t, out.Send)
		next := in
		next.Send = *out.Send
		_, err = k.service.Do(k.ctx, journeys.Command{Session: k.session().ID, Kind: journey.Finish})
		require.NoError(t, err)
		for _, c := range []struct {
			in   contract.TurnSendInput
			want journey.SendResult
		}{{in, journey.OK}, {next, journey.Skipped}} {
			done, err = k.service.Send(k.ctx, c.in)
			require.NoError(t, err)
			require.Equal(t, c.want, done.Result)
		}
	})
}
