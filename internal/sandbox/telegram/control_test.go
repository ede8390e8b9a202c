package telegram_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit"
)

func TestFaults(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	to := map[string]any{"chat_id": ada, "text": "x"}
	w.order("POST", "/faults", `{"bot":"`+bot+`","method":"sendMessage","kind":"429","count":2,"retry_after":7}`, nil)
	w.must("getMe", nil, nil)
	for range 2 {
		raw, err := json.Marshal(to)
		require.NoError(t, err)
		response, body := w.do(http.MethodPost, telegram.Path+"/bot"+token+"/sendMessage", "application/json", bytes.NewReader(raw))
		out := w.read(response, body)
		require.Equal(t, 429, out.Code)
		require.Equal(t, 7, out.Parameters.RetryAfter)
		require.Equal(t, "7", response.Header.Get("Retry-After"))
		require.Equal(t, "Too Many Requests: retry after 7", out.Description)
	}
	w.must("sendMessage", to, nil)

	w.order("POST", "/faults", `{"kind":"403"}`, nil)
	w.order("POST", "/faults", `{"kind":"500"}`, nil)
	require.Equal(t, "Forbidden: bot was blocked by the user", w.call("sendMessage", to).Description)
	require.Equal(t, "Internal Server Error", w.call("sendMessage", to).Description)

	w.order("POST", "/faults", `{"kind":"502"}`, nil)
	require.Equal(t, reply{Code: 502, Description: "Bad Gateway"}, w.call("getMe", nil))

	// What is about a chat waits for a call that names such a one, and another poller for a poll.
	for _, kind := range []string{"409", "deactivated", "chat_not_found"} {
		w.order("POST", "/faults", `{"kind":"`+kind+`"}`, nil)
	}
	w.must("getMe", nil, nil)
	require.Equal(t, "Bad Request: chat not found", w.call("sendMessage", map[string]any{"chat_id": theChannel, "text": "x"}).Description)
	out := w.call("sendMessage", to)
	require.Equal(t, 403, out.Code)
	require.Equal(t, "Forbidden: user is deactivated", out.Description)
	w.must("sendMessage", to, nil)
	out = w.call("getUpdates", nil)
	require.Equal(t, 409, out.Code)
	require.Equal(t, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", out.Description)
	w.must("getUpdates", nil, nil)

	// The call takes effect, and its answer never comes.
	w.order("POST", "/faults", `{"method":"sendMessage","kind":"timeout_after"}`, nil)
	raw := asJSON(map[string]any{"chat_id": ada, "text": "lost answer"})
	_, err := http.Post(w.server.URL+telegram.Path+"/bot"+token+"/sendMessage", "application/json", strings.NewReader(raw))
	require.Error(t, err)
	var list struct {
		Items []struct{ Message sentMessage }
	}
	w.order("GET", "/chats/"+strconv.FormatInt(ada, 10)+"/messages", "", &list)
	require.Equal(t, "lost answer", list.Items[len(list.Items)-1].Message.Text)
	var log struct{ Items []telegram.Call }
	w.order("GET", "/calls?method=sendMessage&limit=1", "", &log)
	require.Equal(t, "timeout_after", log.Items[0].Fault)
	require.Equal(t, 200, log.Items[0].Status)

	w.order("POST", "/faults", `{"kind":"500","count":9}`, nil)
	var faults struct{ Items []telegram.Fault }
	w.order("GET", "/faults", "", &faults)
	require.Len(t, faults.Items, 1)
	w.order("DELETE", "/faults", "", nil)
	w.must("getMe", nil, nil)
	for _, wrong := range []string{`{}`, `{"kind":"fire"}`, `{"kind":"500","count":-1}`, `{"kind":"500","method":"fly"}`, `{"kind":"500","retry_after":-1}`, `{"kind":"500","bot":"nobody_bot"}`} {
		var p struct{ Fields []struct{ Name string } }
		require.Equal(t, 422, w.control("POST", "/faults", wrong, &p), wrong)
		require.NotEmpty(t, p.Fields, wrong)
	}
}

func TestLimitsAreEnforced(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.begin(blaise)
	to := map[string]any{"chat_id": ada, "text": "x"}
	var m sentMessage
	w.must("sendMessage", to, &m)
	out := w.call("sendMessage", to)
	require.Equal(t, 429, out.Code)
	require.Equal(t, 1, out.Parameters.RetryAfter)
	w.must("sendMessage", map[string]any{"chat_id": blaise, "text": "x"}, nil)
	w.must("editMessageText", map[string]any{"chat_id": ada, "message_id": m.ID, "text": "y"}, nil)
	w.clock.Add(time.Second)
	w.must("sendMessage", to, nil)
	w.order("POST", "/limits", `{"bot":"`+bot+`","per_second":2,"per_chat_per_second":0}`, nil)
	w.clock.Add(time.Second)
	w.must("sendMessage", to, nil)
	w.must("sendMessage", to, nil)
	require.Equal(t, 429, w.call("sendMessage", to).Code)
	require.Equal(t, 422, w.control("POST", "/limits", `{"bot":"`+bot+`","per_second":-1}`, nil))
	require.Equal(t, 422, w.control("POST", "/limits", `{"bot":"nobody"}`, nil))
	var bots struct{ Items []telegram.BotView }
	w.order("GET", "/bots", "", &bots)
	require.Equal(t, 2.0, bots.Items[0].PerSecond)
}

func TestTheLogTellsEveryCall(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	for i := range 5 {
		w.must("sendMessage", map[string]any{"chat_id": ada, "text": strconv.Itoa(i)}, nil)
	}
	w.call("sendMessage", map[string]any{"chat_id": 1, "text": "x"})
	w.upload("sendPhoto", map[string]string{"chat_id": strconv.FormatInt(ada, 10)}, map[string][]byte{"photo": picture(t, 99, 98)})
	var log struct {
		Items []telegram.Call
		Next  *string
	}
	w.order("GET", "/calls?bot="+bot+"&method=sendMessage&after=0&limit=4", "", &log)
	require.Len(t, log.Items, 4)
	require.Less(t, log.Items[0].ID, log.Items[3].ID)
	require.JSONEq(t, `{"chat_id":"`+strconv.FormatInt(ada, 10)+`","text":"0"}`, string(log.Items[0].Params))
	require.NotZero(t, log.Items[0].MessageID)
	require.Equal(t, ada, log.Items[0].ChatID)
	w.order("GET", "/calls?method=sendMessage&after="+*log.Next, "", &log)
	require.Len(t, log.Items, 2)
	require.Equal(t, "Bad Request: chat not found", log.Items[1].Error)
	require.Equal(t, 400, log.Items[1].Status)
	w.order("GET", "/calls?failed=1", "", &log)
	require.Len(t, log.Items, 1)
	w.order("GET", "/calls?without=getUpdates", "", &log)
	require.Len(t, log.Items, 7)
	w.order("GET", "/calls?limit=1", "", &log)
	require.Equal(t, "sendPhoto", log.Items[0].Method, "the newest")
	require.Contains(t, string(log.Items[0].Params), `"file_size":`)
	require.Equal(t, 422, w.control("GET", "/calls?after=x", "", nil))
	require.Equal(t, 422, w.control("GET", "/calls?bot=nobody", "", nil))
}

// No token stands in the file, in an answer of the control or in the log.
func TestTokensAreNotKept(t *testing.T) {
	file := testkit.SQLite(t)
	w := start(t, file)
	secret := strings.Split(token, ":")[1]
	w.call("setWebhook", map[string]any{"url": "https://example.com/" + token, "secret_token": "topsecret"})
	w.call("sendMessage", map[string]any{"chat_id": token, "text": token})
	w.call(token, map[string]any{"x": token})
	var made telegram.BotView
	w.order("POST", "/bots", `{"username":"fresh_bot"}`, &made)
	require.Regexp(t, `^\d+:[\w-]{35}$`, made.Token)
	fresh := &world{t: t, server: w.server, clock: w.clock, token: made.Token}
	fresh.must("getMe", nil, nil)
	for _, path := range []string{"/calls", "/bots", "/chats"} {
		_, body := w.do(http.MethodGet, telegram.Control+path, "", nil)
		require.NotContains(t, string(body), secret, path)
		require.NotContains(t, string(body), "topsecret", path)
		require.NotContains(t, string(body), made.Token)
	}
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(file + suffix)
		require.NoError(t, err)
		require.NotContains(t, string(raw), secret+"\"", suffix)
		require.NotContains(t, string(raw), made.Token, suffix)
	}
}

func TestMakingPeopleBotsAndChannels(t *testing.T) {
	w := start(t, "")
	var u struct{ ID int64 }
	w.order("POST", "/users", `{"first_name":"Cleo","username":"cleo_1","language_code":"de"}`, &u)
	w.say(u.ID, "/start")
	var m sentMessage
	w.must("sendMessage", map[string]any{"chat_id": u.ID, "text": "Hi"}, &m)
	for path, bodies := range map[string][]string{
		"/users":     {`{}`, `{"first_name":""}`, `{"first_name":"X","username":"a b"}`, `{"first_name":"X","username":"CLEO_1"}`, `{"first_name":"` + strings.Repeat("x", 65) + `"}`},
		"/bots":      {`{}`, `{"username":"nope"}`, `{"username":"` + bot + `"}`},
		"/channels":  {`{}`, `{"title":"x","username":"sandbox_channel"}`, `{"title":"x","type":"forum"}`, `{"title":"x","bot":"nobody_bot"}`, `{"title":"x","status":"king"}`, `{"title":"x","members":-1}`},
		"/messages":  {`{"bot":"` + bot + `","user":1,"text":"x"}`, `{"bot":"nobody","user":1,"text":"x"}`, `{"user":1,"text":"x"}`, `{"bot":"` + bot + `","user":9000000001,"text":" "}`},
		"/callbacks": {`{"bot":"` + bot + `","user":9000000001,"message_id":99,"data":"x"}`},
		"/block":     {`{"bot":"` + bot + `","user":9000000002,"blocked":true}`},
		"/crowd":     {`{"bot":"` + bot + `"}`, `{"bot":"` + bot + `","users":1,"click":2}`, `{"bot":"` + bot + `","users":1,"block":-1}`, `{"bot":"nobody","users":1}`, `{"bot":"` + bot + `","users":1,"per_second":5000}`},
	} {
		for _, body := range bodies {
			var p struct {
				Type, Code, Detail string
				Fields             []struct{ Name, Message string }
			}
			require.Equal(t, 422, w.control("POST", path, body, &p), "%s %s", path, body)
			require.NotEmpty(t, p.Fields, "%s %s", path, body)
		}
		for _, body := range []string{``, `[]`, `{"else":1}`, `{`, `{"bot":`} {
			require.Equal(t, 400, w.control("POST", path, body, nil), "%s %s", path, body)
		}
	}
	require.Equal(t, 413, w.control("POST", "/users", `{"first_name":"`+strings.Repeat("x", 70_000)+`"}`, nil))
	require.Equal(t, 404, w.control("GET", "/nothing", "", nil))
	require.Equal(t, 404, w.control("POST", "/channels/1/members", `{"bot":"`+bot+`"}`, nil))
	require.Equal(t, 404, w.control("GET", "/chats/x/messages", "", nil))

	// A bot's place changes, and the bot is told.
	w.drain()
	w.order("POST", "/channels/"+strconv.FormatInt(theChannel, 10)+"/members", `{"bot":"`+bot+`","status":"left"}`, nil)
	require.Equal(t, "Forbidden: bot is not a member of the channel chat", w.call("sendMessage", map[string]any{"chat_id": theChannel, "text": "x"}).Description)
	var list []heard
	w.must("getUpdates", nil, &list)
	require.Equal(t, "left", list[0].Member.New.Status)

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(t, form.WriteField("bot", bot))
	require.NoError(t, form.WriteField("user", strconv.FormatInt(u.ID, 10)))
	part, err := form.CreateFormFile("photo", "x.jpg")
	require.NoError(t, err)
	_, err = part.Write(picture(t, 40, 30))
	require.NoError(t, err)
	require.NoError(t, form.Close())
	response, raw := w.do(http.MethodPost, telegram.Control+"/photos", form.FormDataContentType(), &body)
	require.Equal(t, 200, response.StatusCode, string(raw))

	var chats struct {
		Items []struct {
			ID      int64
			Bot     string
			Members []telegram.MemberView
			Last    *telegram.Shown
		}
	}
	w.order("GET", "/chats", "", &chats)
	require.Len(t, chats.Items, 2)
	require.Equal(t, u.ID, chats.Items[0].ID)
	require.False(t, chats.Items[0].Last.ByBot)
	require.Equal(t, "left", chats.Items[1].Members[0].Status)
}

func TestReadingAChatByPages(t *testing.T) {
	w := start(t, "")
	for i := range 7 {
		w.say(ada, "/start "+strconv.Itoa(i))
	}
	type chat struct {
		Items []struct {
			Seq     int64
			Message sentMessage
		}
		Next *string
	}
	read := func(query string) (texts []string, next string) {
		var out chat
		w.order("GET", "/chats/"+strconv.FormatInt(ada, 10)+"/messages?"+query, "", &out)
		for _, item := range out.Items {
			texts = append(texts, strings.TrimPrefix(item.Message.Text, "/start "))
		}
		if out.Next != nil {
			next = *out.Next
		}
		return texts, next
	}
	texts, next := read("limit=3&bot=" + bot)
	require.Equal(t, []string{"4", "5", "6"}, texts)
	texts, _ = read("limit=3&before=" + next)
	require.Equal(t, []string{"1", "2", "3"}, texts)
	texts, _ = read("limit=2&after=0")
	require.Equal(t, []string{"0", "1"}, texts)
	require.Equal(t, 422, w.control("GET", "/chats/1/messages?limit=5000", "", nil))
}

// A crowd starts the bot, presses buttons and blocks, by chance.
func TestCrowds(t *testing.T) {
	w := start(t, "")
	w.unlimited()
	w.order("POST", "/crowd", `{"bot":"`+bot+`","users":60,"start":"promo1","click":1,"block":0,"per_second":1000}`, nil)
	var list struct{ Items []telegram.Crowd }
	crowd := func() telegram.Crowd {
		w.order("GET", "/crowd", "", &list)
		return list.Items[0]
	}
	testkit.Eventually(t, 30*time.Second, "all have started the bot", func() bool { w.clock.Add(50 * time.Millisecond); return crowd().Joined == 60 })
	var updates []heard
	w.must("getUpdates", nil, &updates)
	require.Len(t, updates, 60)
	require.Equal(t, "/start promo1", updates[0].Message.Text)
	for _, u := range updates {
		w.must("sendMessage", map[string]any{"chat_id": u.Message.From.ID, "text": "?", "reply_markup": keyboardOf(map[string]any{"text": "Y", "callback_data": "y"}, map[string]any{"text": "N", "callback_data": "n"})}, nil)
	}
	testkit.Eventually(t, 30*time.Second, "all press a button", func() bool { w.clock.Add(time.Second); return crowd().Clicked == 60 })
	require.Equal(t, 60, crowd().Received)
	require.Zero(t, crowd().Blocked)
	w.order("DELETE", "/crowd", "", nil)
	require.False(t, crowd().Running)
	w.must("sendMessage", map[string]any{"chat_id": updates[0].Message.From.ID, "text": "again"}, nil)
	require.Equal(t, 60, crowd().Received, "who stopped does not count")
	var chats struct{ Items []struct{ ID int64 } }
	w.order("GET", "/chats", "", &chats)
	require.Len(t, chats.Items, 1, "a crowd does not fill the list")
}

func TestACrowdBlocks(t *testing.T) {
	w := start(t, "")
	w.unlimited()
	w.order("POST", "/crowd", `{"bot":"`+bot+`","users":5,"block":1,"per_second":1000}`, nil)
	var updates []heard
	testkit.Eventually(t, 30*time.Second, "all have started the bot", func() bool {
		w.clock.Add(50 * time.Millisecond)
		w.must("getUpdates", nil, &updates)
		return len(updates) == 5
	})
	for _, u := range updates {
		w.must("sendMessage", map[string]any{"chat_id": u.Message.From.ID, "text": "?"}, nil)
	}
	testkit.Eventually(t, 30*time.Second, "all block the bot", func() bool {
		w.clock.Add(time.Second)
		var list struct{ Items []telegram.Crowd }
		w.order("GET", "/crowd", "", &list)
		return list.Items[0].Blocked == 5
	})
	require.Equal(t, "Forbidden: bot was blocked by the user", w.call("sendMessage", map[string]any{"chat_id": updates[0].Message.From.ID, "text": "?"}).Description)
}

// Of the buttons with addresses a crowd presses those that lead to this machine, and follows them no
// further.
func TestACrowdVisits(t *testing.T) {
	w := start(t, "")
	w.unlimited()
	visits := make(chan string, 10)
	site := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		visits <- r.URL.Path
		http.Redirect(out, r, "/further", http.StatusFound)
	}))
	defer site.Close()
	w.order("POST", "/crowd", `{"bot":"`+bot+`","users":1,"click":1,"per_second":1000}`, nil)
	var updates []heard
	testkit.Eventually(t, 30*time.Second, "somebody starts the bot", func() bool {
		w.clock.Add(50 * time.Millisecond)
		w.must("getUpdates", nil, &updates)
		return len(updates) == 1
	})
	w.must("sendMessage", map[string]any{"chat_id": updates[0].Message.From.ID, "text": "?",
		"reply_markup": keyboardOf(map[string]any{"text": "Here", "url": site.URL + "/c/1"}, map[string]any{"text": "There", "url": "https://example.com/"})}, nil)
	testkit.Eventually(t, 30*time.Second, "the page is seen", func() bool { w.clock.Add(time.Second); return len(visits) > 0 })
	require.Equal(t, "/c/1", <-visits)
	require.Empty(t, visits)
}
