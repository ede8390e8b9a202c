package telegram_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// madeGroup makes a chat with the bot in it, and forgets the update.
func (w *world) madeGroup(kind string) int64 {
	w.t.Helper()
	var made struct{ ID int64 }
	w.order("POST", "/channels", `{"title":"Readers","type":"`+kind+`","bot":"`+bot+`","status":"member"}`, &made)
	w.drain()
	return made.ID
}

// A group becomes a supergroup: by its owner, or in the middle of a call. Both chats say so, and the
// old number leads to the new one.
func TestAGroupBecomesASupergroup(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	for name, migrate := range map[string]func(group int64){
		"by its owner": func(group int64) { w.order("POST", fmt.Sprintf("/channels/%d/migrate", group), "", nil) },
		"in a call": func(group int64) {
			w.order("POST", "/faults", `{"kind":"migrate"}`, nil)
			w.must("sendMessage", map[string]any{"chat_id": ada, "text": "x"}, nil)
			w.must("sendMessage", map[string]any{"chat_id": theChannel, "text": "x"}, nil)
			out := w.call("sendMessage", map[string]any{"chat_id": group, "text": "x"})
			require.Equal(t, "Bad Request: group chat was upgraded to a supergroup chat", out.Description)
		},
	} {
		group := w.madeGroup("group")
		w.must("sendMessage", map[string]any{"chat_id": group, "text": "before"}, nil)
		migrate(group)
		out := w.call("sendMessage", map[string]any{"chat_id": group, "text": "x"})
		require.Equal(t, 400, out.Code, name)
		next := out.Parameters.MigrateTo
		require.Less(t, next, int64(-1_000_000_000_000), name)
		var m sentMessage
		w.must("sendMessage", map[string]any{"chat_id": next, "text": "after"}, &m)
		require.Equal(t, "supergroup", m.Chat.Type)
		require.Equal(t, int64(2), m.ID, "a supergroup counts for itself")
		var list []struct {
			Message struct {
				Chat struct {
					ID   int64
					Type string
				}
				MigrateTo   int64 `json:"migrate_to_chat_id"`
				MigrateFrom int64 `json:"migrate_from_chat_id"`
			}
		}
		w.must("getUpdates", nil, &list)
		require.Len(t, list, 2, name)
		require.Equal(t, group, list[0].Message.Chat.ID)
		require.Equal(t, next, list[0].Message.MigrateTo)
		require.Equal(t, next, list[1].Message.Chat.ID)
		require.Equal(t, "supergroup", list[1].Message.Chat.Type)
		require.Equal(t, group, list[1].Message.MigrateFrom)
		w.drain()
		require.Equal(t, 409, w.control("POST", fmt.Sprintf("/channels/%d/migrate", group), "", nil), "it is one already")
		require.Equal(t, 422, w.control("POST", fmt.Sprintf("/channels/%d/migrate", next), "", nil))
		var chats struct {
			Items []struct {
				ID    int64
				Moved int64 `json:"migrated_to"`
			}
		}
		w.order("GET", "/chats", "", &chats)
		require.Contains(t, chats.Items, struct {
			ID    int64
			Moved int64 `json:"migrated_to"`
		}{group, next})
	}
	for _, id := range []int64{theChannel, ada} {
		var p struct{ Fields []struct{ Code string } }
		require.Equal(t, 422, w.control("POST", "/channels/"+strconv.FormatInt(id, 10)+"/migrate", "", &p))
		require.Equal(t, "not_a_group", p.Fields[0].Code)
	}
	require.Equal(t, 404, w.control("POST", "/channels/-5/migrate", "", nil))
}

// Twenty messages a minute to one group, and then a pause that is told.
func TestAGroupHasALimit(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	group := w.madeGroup("supergroup")
	to := map[string]any{"chat_id": group, "text": "x"}
	for range 20 {
		w.must("sendMessage", to, nil)
		w.clock.Add(time.Second)
	}
	out := w.call("sendMessage", to)
	require.Equal(t, 429, out.Code)
	require.Equal(t, 40, out.Parameters.RetryAfter)
	for range 25 {
		w.must("sendMessage", map[string]any{"chat_id": ada, "text": "x"}, nil)
		w.must("sendMessage", map[string]any{"chat_id": theChannel, "text": "x"}, nil)
	}
	w.must("sendMessage", map[string]any{"chat_id": w.madeGroup("group"), "text": "x"}, nil)
	w.clock.Add(40 * time.Second)
	w.must("sendMessage", to, nil)
	w.order("POST", "/limits", `{"bot":"`+bot+`","per_group_per_minute":0}`, nil)
	w.must("sendMessage", to, nil)
	require.Equal(t, 422, w.control("POST", "/limits", `{"bot":"`+bot+`","per_group_per_minute":-1}`, nil))
}
