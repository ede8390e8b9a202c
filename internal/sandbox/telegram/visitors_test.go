package telegram_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
)

// R5: a visitor says, presses and blocks by their script, each line when the bot's messages allow it, also when one is edited.
func TestAVisitor(t *testing.T) {
	w := start(t, "")
	w.unlimited()
	var person struct{ ID int64 }
	w.order("POST", "/visitors", `{"first_name":"Maria","username":"maria_k","bot":"`+bot+`","lines":[{"say":"/start welcome"},{"press":"new"},{"after":"join","say":"join"},{"block":true}]}`, &person)
	next := func() (u heard) {
		t.Helper()
		var updates []heard
		testkit.Eventually(t, 30*time.Second, "they act", func() bool {
			w.clock.Add(time.Second)
			w.must("getUpdates", nil, &updates)
			return len(updates) == 1
		})
		w.must("getUpdates", map[string]any{"offset": updates[0].ID + 1}, nil)
		return updates[0]
	}
	first := next()
	require.Equal(t, "/start welcome", first.Message.Text)
	require.Equal(t, person.ID, first.Message.From.ID)
	say := func(text string, more map[string]any) (out struct {
		MessageID int64 `json:"message_id"`
	}) {
		in := map[string]any{"chat_id": person.ID, "text": text}
		for k, v := range more {
			in[k] = v
		}
		w.must("sendMessage", in, &out)
		return out
	}
	say("Hello", nil) // nothing to press
	asked := say("Wait", nil)
	w.must("editMessageText", map[string]any{"chat_id": person.ID, "message_id": asked.MessageID, "text": "How much do you know?",
		"reply_markup": keyboardOf(map[string]any{"text": "I trade", "callback_data": "t"}, map[string]any{"text": "I am new to it", "callback_data": "n"})}, nil)
	pressed := next()
	require.NotNil(t, pressed.Callback)
	require.Equal(t, "n", pressed.Callback.Data)
	say("A breath", nil)
	say("Write join", nil)
	require.Equal(t, "join", next().Message.Text)
	say("You are in", nil)
	testkit.Eventually(t, 30*time.Second, "they block the bot", func() bool {
		w.clock.Add(time.Second)
		return w.call("sendMessage", map[string]any{"chat_id": person.ID, "text": "?"}).Description == "Forbidden: bot was blocked by the user"
	})
}

func TestVisitorsAreChecked(t *testing.T) {
	w := start(t, "")
	for _, body := range []string{
		`{"first_name":"","bot":"` + bot + `","lines":[{"say":"/start"}]}`,
		`{"first_name":"A","bot":"` + bot + `","lines":[]}`,
		`{"first_name":"A","bot":"` + bot + `","lines":[{"press":"x"}]}`,
		`{"first_name":"A","bot":"nobody","lines":[{"say":"/start"}]}`,
	} {
		require.Equal(t, 422, w.control("POST", "/visitors", body, nil), body)
	}
	require.Equal(t, 200, w.control("POST", "/visitors", `{"first_name":"A","username":"aaaa","bot":"`+bot+`","lines":[{"say":"/start"}]}`, nil))
	require.Equal(t, 422, w.control("POST", "/visitors", `{"first_name":"A","username":"aaaa","bot":"`+bot+`","lines":[{"say":"/start"}]}`, nil))
}
