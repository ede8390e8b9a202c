package telegram_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/sandbox/telegram"
)

const (
	token = "4000000001:the-secret-of-the-bot-that-is-teste"
	bot   = "tested_bot"
	ada   = int64(9_000_000_001)
)

// clock is a clock that moves when a test says so.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a running simulation with one named bot.
type world struct {
	t       testing.TB
	service *telegram.Service
	server  *httptest.Server
	clock   *clock
	token   string
}

// start runs a simulation in memory, or on a file.
func start(t testing.TB, file string) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}, token: token}
	w.open(file)
	return w
}

func (w *world) open(file string) {
	w.t.Helper()
	var err error
	w.service, err = telegram.Open(context.Background(), telegram.Options{
		File: file, Bots: []telegram.Bot{{Token: token, Username: bot, FirstName: "Tested"}}, Clock: w.clock.Now, RetryAfter: 5 * time.Millisecond,
	})
	require.NoError(w.t, err)
	mux := http.NewServeMux()
	w.service.Routes(mux, loopback.Only)
	w.server = httptest.NewServer(mux)
	service, server := w.service, w.server
	w.t.Cleanup(func() { server.CloseClientConnections(); server.Close(); _ = service.Close() })
}

// reply is the Bot API's envelope.
type reply struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

func (w *world) do(method, path, contentType string, body io.Reader) (*http.Response, []byte) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, w.server.URL+path, body)
	require.NoError(w.t, err)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(w.t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(w.t, err)
	return response, raw
}

// call makes a call of the Bot API with JSON parameters.
func (w *world) call(method string, parameters map[string]any) reply {
	w.t.Helper()
	raw, err := json.Marshal(parameters)
	require.NoError(w.t, err)
	response, body := w.do(http.MethodPost, telegram.Path+"/bot"+w.token+"/"+method, "application/json", bytes.NewReader(raw))
	return w.read(response, body)
}

func (w *world) read(response *http.Response, body []byte) reply {
	w.t.Helper()
	var out reply
	require.NoError(w.t, json.Unmarshal(body, &out), string(body))
	if !out.OK {
		require.Equal(w.t, response.StatusCode, out.Code)
	}
	return out
}

// must makes a call that succeeds and reads its result.
func (w *world) must(method string, parameters map[string]any, into any) {
	w.t.Helper()
	out := w.call(method, parameters)
	require.True(w.t, out.OK, "%s: %s", method, out.Description)
	if into != nil {
		require.NoError(w.t, json.Unmarshal(out.Result, into), string(out.Result))
	}
}

// upload makes a call with files, as a form.
func (w *world) upload(method string, values map[string]string, files map[string][]byte) reply {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range values {
		require.NoError(w.t, form.WriteField(name, value))
	}
	for name, raw := range files {
		part, err := form.CreateFormFile(name, name+".jpg")
		require.NoError(w.t, err)
		_, err = part.Write(raw)
		require.NoError(w.t, err)
	}
	require.NoError(w.t, form.Close())
	response, raw := w.do(http.MethodPost, telegram.Path+"/bot"+w.token+"/"+method, form.FormDataContentType(), &body)
	return w.read(response, raw)
}

// control uses the control API; it returns the status and reads the body.
func (w *world) control(method, path, body string, into any) int {
	w.t.Helper()
	response, raw := w.do(method, telegram.Control+path, "application/json", strings.NewReader(body))
	if into != nil {
		require.NoError(w.t, json.Unmarshal(raw, into), string(raw))
	}
	return response.StatusCode
}

// order uses the control API and wants success.
func (w *world) order(method, path, body string, into any) {
	w.t.Helper()
	response, raw := w.do(method, telegram.Control+path, "application/json", strings.NewReader(body))
	require.Contains(w.t, []int{200, 204}, response.StatusCode, "%s %s: %s", method, path, raw)
	if into != nil {
		require.NoError(w.t, json.Unmarshal(raw, into), string(raw))
	}
}

// begin lets a person start the bot, and forgets the update.
func (w *world) begin(user int64) {
	w.t.Helper()
	w.order("POST", "/messages", asJSON(map[string]any{"bot": bot, "user": user, "text": "/start"}), nil)
	w.must("getUpdates", map[string]any{"offset": -1}, nil)
	w.drain()
}

// drain confirms every update that waits.
func (w *world) drain() {
	var list []struct {
		ID int64 `json:"update_id"`
	}
	w.must("getUpdates", nil, &list)
	if len(list) > 0 {
		w.must("getUpdates", map[string]any{"offset": list[len(list)-1].ID + 1}, nil)
	}
}

// unlimited lifts the bot's limits, for tests of other things.
func (w *world) unlimited() {
	w.t.Helper()
	w.order("POST", "/limits", `{"bot":"`+bot+`","per_second":0,"per_chat_per_second":0}`, nil)
}

func asJSON(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// picture is a JPEG of a size.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		img.Set(x, height/2, color.RGBA{R: uint8(x), G: 80, B: 120, A: 255})
	}
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, nil))
	return out.Bytes()
}

// sentMessage is what tests read of a message.
type sentMessage struct {
	ID   int64 `json:"message_id"`
	Chat struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	} `json:"chat"`
	Text     string `json:"text"`
	Entities []struct {
		Type           string
		Offset, Length int
		URL            string
	} `json:"entities"`
	Caption string `json:"caption"`
	Photo   []struct {
		FileID string `json:"file_id"`
		Width  int    `json:"width"`
		Height int    `json:"height"`
	} `json:"photo"`
	Document struct {
		FileID string `json:"file_id"`
	} `json:"document"`
	MediaGroup string          `json:"media_group_id"`
	Markup     json.RawMessage `json:"reply_markup"`
	EditDate   int64           `json:"edit_date"`
}

// sizeOf is a picture's width and height.
func sizeOf(t *testing.T, raw []byte) [2]int {
	t.Helper()
	config, _, err := image.DecodeConfig(bytes.NewReader(raw))
	require.NoError(t, err)
	return [2]int{config.Width, config.Height}
}
