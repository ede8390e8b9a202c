// Package bots plays the people and orders the faults of a simulated Bot API, for tests: of one in
// the test's own process, or of the sandbox of a running program.
package bots

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/sandbox/telegram"
)

// Tokens and names of the bots that Start's simulation has; both may post in its channel.
const (
	PromoToken  = "7000000001:a-token-that-is-35-signs-long-xxxxx"
	SignalToken = "7000000002:a-token-that-is-35-signs-long-xxxxx"
	Promo       = "promostack_bot"
	Signal      = "promostack_signals_bot"
	Channel     = "@sandbox_channel"
)

// World is a simulated Bot API as its people see it.
type World struct {
	t    testing.TB
	URL  string // of the server; the Bot API is at APIURL
	stop func()
}

// Start runs a simulation in memory until the test ends.
func Start(t testing.TB) *World {
	t.Helper()
	return StartBy(t, time.Now)
}

// StartBy is Start for a test whose time is another one.
func StartBy(t testing.TB, clock func() time.Time) *World {
	t.Helper()
	service, err := telegram.Open(context.Background(), telegram.Options{Clock: clock, Bots: []telegram.Bot{
		{Token: PromoToken, Username: Promo, FirstName: "PromoStack"}, {Token: SignalToken, Username: Signal, FirstName: "Signals"}}})
	require.NoError(t, err)
	mux := http.NewServeMux()
	service.Routes(mux, loopback.Only)
	server := httptest.NewServer(mux)
	w := &World{t: t, URL: server.URL, stop: func() { server.CloseClientConnections(); server.Close() }}
	t.Cleanup(func() { w.stop(); _ = service.Close() })
	return w
}

// At is the simulation of a running program.
func At(t testing.TB, address string) *World { return &World{t: t, URL: address, stop: func() {}} }

// APIURL is the base address of the simulated Bot API.
func (w *World) APIURL() string { return w.URL + telegram.Path }

// Stop makes the server unreachable.
func (w *World) Stop() { w.stop() }

// Control calls the control API and reads its answer into out, which may be nil.
func (w *World) Control(method, path string, body, out any) {
	w.t.Helper()
	require.NoError(w.t, w.Do(method, path, body, out))
}

// Do is Control for a server that may be away.
func (w *World) Do(method, path string, body, out any) error {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(data)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, w.URL+"/sandbox/api/telegram"+path, reader)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, data)
	}
	if out == nil || len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, out)
}

// Person makes somebody.
func (w *World) Person(name string) int64 {
	w.t.Helper()
	var out struct{ ID int64 }
	w.Control(http.MethodPost, "/users", map[string]string{"first_name": name}, &out)
	return out.ID
}

// Started makes somebody who has started a bot, so that it may write to them.
func (w *World) Started(bot, name string) int64 {
	w.t.Helper()
	id := w.Person(name)
	w.Say(bot, id, "/start")
	return id
}

// Group makes a group with a bot as an administrator in it.
func (w *World) Group(bot string) int64 {
	w.t.Helper()
	var out struct{ ID int64 }
	w.Control(http.MethodPost, "/channels", map[string]string{"title": "Group", "type": "group", "bot": bot}, &out)
	return out.ID
}

// Say writes to a bot.
func (w *World) Say(bot string, user int64, text string) {
	w.t.Helper()
	w.Control(http.MethodPost, "/messages", map[string]any{"bot": bot, "user": user, "text": text}, nil)
}

// Press presses a button.
func (w *World) Press(bot string, user, message int64, data string) {
	w.t.Helper()
	w.Control(http.MethodPost, "/callbacks", map[string]any{"bot": bot, "user": user, "message_id": message, "data": data}, nil)
}

// Block makes somebody block a bot, or let it back in.
func (w *World) Block(bot string, user int64, blocked bool) {
	w.t.Helper()
	w.Control(http.MethodPost, "/block", map[string]any{"bot": bot, "user": user, "blocked": blocked}, nil)
}

// Fault orders faults of a bot's method.
func (w *World) Fault(bot, method, kind string, count, retryAfter int) {
	w.t.Helper()
	w.Control(http.MethodPost, "/faults", map[string]any{"bot": bot, "method": method, "kind": kind, "count": count, "retry_after": retryAfter}, nil)
}

// Waiting is how many updates a bot has not fetched, or not confirmed.
func (w *World) Waiting(bot string) int {
	w.t.Helper()
	var page struct {
		Items []struct {
			Username string `json:"username"`
			Pending  int    `json:"pending_update_count"`
		}
	}
	w.Control(http.MethodGet, "/bots", nil, &page)
	for _, b := range page.Items {
		if b.Username == bot {
			return b.Pending
		}
	}
	w.t.Fatalf("there is no bot %s", bot)
	return 0
}

// Message is one of a chat.
type Message struct {
	ID      int64  `json:"message_id"`
	Text    string `json:"text"`
	Caption string `json:"caption"`
	From    *struct {
		IsBot bool `json:"is_bot"`
	} `json:"from"`
	Photo []struct {
		FileID string `json:"file_id"`
	} `json:"photo"`
	Reply *struct {
		ID int64 `json:"message_id"`
	} `json:"reply_to_message"`
	Markup struct {
		Rows [][]struct {
			Text string `json:"text"`
			Data string `json:"callback_data"`
			URL  string `json:"url"`
		} `json:"inline_keyboard"`
	} `json:"reply_markup"`
}

// Button returns the data of the first button whose text has that in it.
func (m Message) Button(text string) (string, bool) {
	for _, row := range m.Markup.Rows {
		for _, b := range row {
			if strings.Contains(b.Text, text) {
				return b.Data, true
			}
		}
	}
	return "", false
}

// Messages returns a chat's messages, the oldest first, as long as the server answers.
func (w *World) Messages(chat int64) []Message {
	w.t.Helper()
	list, err := w.ReadMessages(chat)
	require.NoError(w.t, err)
	return list
}

// ReadMessages is Messages for a server that may be away.
func (w *World) ReadMessages(chat int64) ([]Message, error) {
	var list []Message
	for after := int64(0); ; {
		var page struct {
			Items []struct {
				Seq     int64   `json:"seq"`
				Message Message `json:"message"`
			}
		}
		if err := w.Do(http.MethodGet, fmt.Sprintf("/chats/%d/messages?limit=1000&after=%d", chat, after), nil, &page); err != nil {
			return nil, err
		}
		if len(page.Items) == 0 {
			return list, nil
		}
		for _, item := range page.Items {
			list, after = append(list, item.Message), item.Seq
		}
	}
}

// Call is one of the log.
type Call struct {
	ID     int64           `json:"id"`
	At     time.Time       `json:"at"`
	Method string          `json:"method"`
	ChatID int64           `json:"chat_id"`
	Params json.RawMessage `json:"params"`
	Status int             `json:"status"`
	Fault  string          `json:"fault"`
}

// Calls returns the log of a bot's method, in order; an empty method is all of them.
func (w *World) Calls(bot, method string) []Call {
	w.t.Helper()
	var list []Call
	for after := int64(0); ; {
		var page struct {
			Items []Call
		}
		query := url.Values{"bot": {bot}, "method": {method}, "limit": {"1000"}, "after": {fmt.Sprint(after)}}
		w.Control(http.MethodGet, "/calls?"+query.Encode(), nil, &page)
		list = append(list, page.Items...)
		if len(page.Items) == 0 {
			return list
		}
		after = page.Items[len(page.Items)-1].ID
	}
}

// Taken returns the calls of a method that the Bot API carried out.
func (w *World) Taken(bot, method string) (list []Call) {
	w.t.Helper()
	for _, c := range w.Calls(bot, method) {
		if c.Status == http.StatusOK || c.Fault == "timeout_after" {
			list = append(list, c)
		}
	}
	return list
}
