package telegram_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit"
)

// heard is what tests read of an update.
type heard struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		Text     string
		From     struct{ ID int64 }
		Entities []struct{ Type string }
	}
	Member *struct {
		New struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
	Callback *struct{ Data string } `json:"callback_query"`
}

func (w *world) say(user int64, text string) {
	w.t.Helper()
	w.order("POST", "/messages", asJSON(map[string]any{"bot": bot, "user": user, "text": text}), nil)
}

func TestPolling(t *testing.T) {
	w := start(t, "")
	w.say(ada, "/start abc")
	w.say(ada, "two")
	w.say(blaise, "/start")
	var list []heard
	w.must("getUpdates", map[string]any{"limit": 2}, &list)
	require.Len(t, list, 2)
	require.Equal(t, "/start abc", list[0].Message.Text)
	require.Equal(t, "bot_command", list[0].Message.Entities[0].Type)
	require.Equal(t, list[0].ID+1, list[1].ID)
	w.must("getUpdates", nil, &list)
	require.Len(t, list, 3, "what is not confirmed comes again")
	w.must("getUpdates", map[string]any{"offset": list[1].ID}, &list)
	require.Len(t, list, 2)
	w.must("getUpdates", map[string]any{"offset": -1}, &list)
	require.Len(t, list, 1)
	require.Equal(t, blaise, list[0].Message.From.ID)
	w.must("getUpdates", nil, &list)
	require.Len(t, list, 1, "the earlier ones are forgotten")
	w.must("getUpdates", map[string]any{"offset": list[0].ID + 1, "allowed_updates": []string{"my_chat_member"}}, &list)
	require.Empty(t, list)
	w.say(ada, "not asked for")
	w.order("POST", "/block", asJSON(map[string]any{"bot": bot, "user": ada, "blocked": true}), nil)
	w.must("getUpdates", nil, &list)
	require.Len(t, list, 1)
	require.Equal(t, "kicked", list[0].Member.New.Status)
	require.Equal(t, 409, w.control("POST", "/messages", asJSON(map[string]any{"bot": bot, "user": ada, "text": "x"}), nil), "who blocked can't write")
	w.say(ada, "/start again")
	w.must("getUpdates", map[string]any{"offset": list[0].ID + 1}, &list)
	require.Equal(t, "member", list[0].Member.New.Status, "start lifts the block")
	require.Equal(t, 400, w.call("getUpdates", map[string]any{"allowed_updates": "x"}).Code)
}

// A poll waits until there is something, a second one ends the first, and a webhook ends both.
func TestLongPolling(t *testing.T) {
	w := start(t, "")
	poll := func() <-chan reply {
		out := make(chan reply, 1)
		go func() { out <- w.call("getUpdates", map[string]any{"timeout": 20}) }()
		return out
	}
	first := poll()
	// The first poll is open when a second one ends it.
	var second <-chan reply
	testkit.Eventually(t, 30*time.Second, "the first poll is ended", func() bool {
		if second == nil {
			second = poll()
		}
		select {
		case out := <-first:
			require.Equal(t, 409, out.Code)
			require.Equal(t, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", out.Description)
			return true
		case out := <-second: // it was there before the first
			require.Equal(t, 409, out.Code)
			second, first = nil, second
			first = poll()
			return false
		default:
			return false
		}
	})
	w.say(ada, "/start")
	out := <-second
	require.True(t, out.OK)
	var list []heard
	require.NoError(t, json.Unmarshal(out.Result, &list))
	require.Len(t, list, 1)

	w.must("getUpdates", map[string]any{"offset": list[0].ID + 1}, nil)
	third := poll()
	testkit.Eventually(t, 30*time.Second, "the poll is ended by a webhook", func() bool {
		w.must("setWebhook", map[string]any{"url": "http://127.0.0.1:1/hook"}, nil)
		select {
		case out = <-third:
			return true
		default:
			return false
		}
	})
	require.Equal(t, 409, out.Code)
	require.Contains(t, []string{"Conflict: terminated by setWebhook request",
		"Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}, out.Description)
	require.Equal(t, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", w.call("getUpdates", nil).Description)
	require.Equal(t, "Webhook was deleted", w.call("deleteWebhook", nil).Description)
	require.Equal(t, "Webhook is already deleted", w.call("deleteWebhook", nil).Description)
	w.must("getUpdates", nil, nil)
}

// hook is a webhook that tests look into.
type hook struct {
	mu       sync.Mutex
	texts    map[int64][]string
	attempts int
	secret   []string
	answer   func(attempt int, h heard) (int, string)
	most     int
	now      int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	var u heard
	_ = json.Unmarshal(raw, &u)
	h.mu.Lock()
	h.attempts++
	h.now++
	h.most = max(h.most, h.now)
	h.secret = append(h.secret, r.Header.Get("X-Telegram-Bot-Api-Secret-Token"))
	attempt := h.attempts
	h.mu.Unlock()
	status, body := 200, ""
	if h.answer != nil {
		status, body = h.answer(attempt, u)
	}
	h.mu.Lock()
	h.now--
	if status == 200 && u.Message != nil {
		h.texts[u.Message.From.ID] = append(h.texts[u.Message.From.ID], u.Message.Text)
	}
	h.mu.Unlock()
	if body != "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func (h *hook) got(user int64) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.texts[user]...)
}

func TestWebhooks(t *testing.T) {
	w := start(t, "")
	w.unlimited()
	release := make(chan struct{})
	h := &hook{texts: map[int64][]string{}}
	h.answer = func(attempt int, u heard) (int, string) {
		if u.Message != nil && u.Message.From.ID == ada && attempt <= 3 {
			return 503, ""
		}
		if u.Message != nil && u.Message.Text == "reply" {
			return 200, `{"method":"sendMessage","chat_id":` + strconv.FormatInt(blaise, 10) + `,"text":"by the answer"}`
		}
		if u.Message != nil && u.Message.Text == "wait" {
			<-release
		}
		return 200, ""
	}
	server := httptest.NewServer(h)
	defer server.Close()
	refusals{
		{"http elsewhere", "setWebhook", map[string]any{"url": "http://example.com/x"}, 400, "Bad Request: bad webhook: an HTTPS URL must be provided for webhook"},
		{"port", "setWebhook", map[string]any{"url": "https://example.com:9000/x"}, 400, "Bad Request: bad webhook: webhook can be set up only on ports 80, 88, 443 or 8443"},
		{"no address", "setWebhook", map[string]any{"url": "nonsense"}, 400, "Bad Request: bad webhook: invalid HTTPS URL specified"},
		{"secret", "setWebhook", map[string]any{"url": server.URL, "secret_token": "a b"}, 400, "Bad Request: secret token contains unallowed characters"},
		{"long secret", "setWebhook", map[string]any{"url": server.URL, "secret_token": strings.Repeat("x", 257)}, 400, "Bad Request: secret token is too long"},
	}.run(t, w)
	for i := range 5 {
		w.say(ada, "/start "+strconv.Itoa(i))
	}
	require.Equal(t, "Webhook was set", w.call("setWebhook", map[string]any{"url": server.URL + "/hook", "secret_token": "s3cret", "max_connections": 2}).Description)
	require.Equal(t, "Webhook is already set", w.call("setWebhook", map[string]any{"url": server.URL + "/hook", "secret_token": "s3cret", "max_connections": 2}).Description)
	testkit.Eventually(t, 30*time.Second, "all of Ada's messages come", func() bool { return len(h.got(ada)) == 5 })
	require.Equal(t, []string{"/start 0", "/start 1", "/start 2", "/start 3", "/start 4"}, h.got(ada), "in order, though the first was refused")
	require.NotContains(t, h.secret, "")
	require.Contains(t, h.secret, "s3cret")

	// One chat that waits does not hold up another.
	w.say(ada, "wait")
	w.say(ada, "after")
	w.say(blaise, "/start")
	testkit.Eventually(t, 30*time.Second, "Blaise is heard", func() bool { return len(h.got(blaise)) == 1 })
	require.Len(t, h.got(ada), 5)
	close(release)
	testkit.Eventually(t, 30*time.Second, "Ada is heard", func() bool { return len(h.got(ada)) == 7 })
	require.LessOrEqual(t, h.most, 2)

	w.say(blaise, "reply")
	testkit.Eventually(t, 30*time.Second, "the answer's call is carried out", func() bool {
		var list struct {
			Items []struct{ Message sentMessage }
		}
		w.order("GET", "/chats/"+strconv.FormatInt(blaise, 10)+"/messages", "", &list)
		return list.Items[len(list.Items)-1].Message.Text == "by the answer"
	})
	var info struct {
		URL     string
		Pending int    `json:"pending_update_count"`
		Text    string `json:"last_error_message"`
	}
	server.Close()
	w.say(ada, "nobody hears")
	testkit.Eventually(t, 30*time.Second, "the failure is told", func() bool {
		w.must("getWebhookInfo", nil, &info)
		return info.Text != ""
	})
	require.Equal(t, 1, info.Pending)
	require.Contains(t, info.Text, "Connection failed")
	require.Equal(t, "Webhook was deleted", w.call("setWebhook", map[string]any{"url": "", "drop_pending_updates": true}).Description)
	w.must("getWebhookInfo", nil, &info)
	require.Zero(t, info.Pending)
}

// What waits for a webhook is delivered by the next process.
func TestWebhooksSurviveARestart(t *testing.T) {
	file := testkit.SQLite(t)
	w := start(t, file)
	h := &hook{texts: map[int64][]string{}, answer: func(int, heard) (int, string) { return 500, "" }}
	server := httptest.NewServer(h)
	defer server.Close()
	w.must("setWebhook", map[string]any{"url": server.URL}, nil)
	w.say(ada, "/start")
	testkit.Eventually(t, 30*time.Second, "it is refused twice", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return h.attempts > 1 })
	w.server.CloseClientConnections()
	w.server.Close()
	require.NoError(t, w.service.Close())
	h.mu.Lock()
	h.answer = nil
	h.mu.Unlock()
	w.open(file)
	testkit.Eventually(t, 30*time.Second, "it comes", func() bool { return len(h.got(ada)) == 1 })
}

// A webhook's updates older than a day are dropped, as Telegram does.
func TestOldUpdatesAreDropped(t *testing.T) {
	file := testkit.SQLite(t)
	w := start(t, file)
	w.say(ada, "/start")
	w.server.CloseClientConnections()
	w.server.Close()
	require.NoError(t, w.service.Close())
	w.clock.Add(25 * time.Hour)
	w.open(file)
	testkit.Eventually(t, 30*time.Second, "it is gone", func() bool {
		var list []heard
		w.must("getUpdates", nil, &list)
		return len(list) == 0
	})
}

// A caller that hangs up ends its poll.
func TestAPollEndsWithItsCaller(t *testing.T) {
	w := start(t, "")
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+telegram.Path+"/bot"+token+"/getUpdates?timeout=50", nil)
	require.NoError(t, err)
	_, err = http.DefaultClient.Do(request)
	require.Error(t, err)
	testkit.Eventually(t, 30*time.Second, "the log tells of it", func() bool {
		var log struct{ Items []telegram.Call }
		w.order("GET", "/calls?method=getUpdates", "", &log)
		return len(log.Items) == 1
	})
}
