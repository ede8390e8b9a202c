package telegram_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/telegram"
)

// received is what tests read of what people send.
type received struct {
	sentMessage
	Video *struct {
		FileID   string `json:"file_id"`
		Duration int
	}
	Sticker *struct {
		FileID string `json:"file_id"`
		Type   string
		Emoji  string
	}
	Contact *struct {
		Phone  string `json:"phone_number"`
		UserID int64  `json:"user_id"`
	}
	CaptionEntities []struct{ Type string } `json:"caption_entities"`
	Origin          *struct {
		Type       string
		SenderUser struct{ ID int64 } `json:"sender_user"`
		Chat       struct{ ID int64 }
		MessageID  int64 `json:"message_id"`
	} `json:"forward_origin"`
	ForwardFromChat struct{ ID int64 } `json:"forward_from_chat"`
	ForwardDate     int64              `json:"forward_date"`
}

type receivedUpdate struct {
	ID      int64     `json:"update_id"`
	Message *received `json:"message"`
	Edited  *received `json:"edited_message"`
}

// updates reads and confirms what waits for the bot.
func (w *world) updates() []receivedUpdate {
	w.t.Helper()
	var list []receivedUpdate
	w.must("getUpdates", nil, &list)
	w.drain()
	return list
}

// fileOf is a file of a form: its field, its name and its bytes.
type fileOf struct {
	field, name string
	raw         []byte
}

// sends lets a person send files; it returns the status and reads the answer.
func (w *world) sends(values map[string]string, into any, files ...fileOf) int {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range with2(values, "bot", bot) {
		require.NoError(w.t, form.WriteField(name, value))
	}
	for _, f := range files {
		part, err := form.CreateFormFile(f.field, f.name)
		require.NoError(w.t, err)
		_, err = part.Write(f.raw)
		require.NoError(w.t, err)
	}
	require.NoError(w.t, form.Close())
	response, raw := w.do(http.MethodPost, telegram.Control+"/media", form.FormDataContentType(), &body)
	if into != nil {
		require.NoError(w.t, json.Unmarshal(raw, into), string(raw))
	}
	return response.StatusCode
}

// webp is a picture of one point.
func webp(t *testing.T) []byte {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	require.NoError(t, err)
	return raw
}

// People send what they send, and the bot loads it under a name with an extension that fits.
func TestPeopleSendFiles(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	from := map[string]string{"user": strconv.FormatInt(ada, 10)}
	fetch := func(id string) (string, []byte) {
		t.Helper()
		var f struct {
			Path string `json:"file_path"`
		}
		w.must("getFile", map[string]any{"file_id": id}, &f)
		response, raw := w.do(http.MethodGet, telegram.Path+"/file/bot"+token+"/"+f.Path, "", nil)
		require.Equal(t, 200, response.StatusCode)
		return path.Dir(f.Path) + path.Ext(f.Path), raw
	}

	require.Equal(t, 200, w.sends(with2(from, "caption", "#one x.com"), nil, fileOf{"photo", "a.jpg", picture(t, 400, 300)}))
	m := w.updates()[0].Message
	require.Equal(t, "hashtag", m.CaptionEntities[0].Type)
	require.Equal(t, "url", m.CaptionEntities[1].Type)
	require.Empty(t, m.MediaGroup)
	for _, size := range m.Photo {
		name, raw := fetch(size.FileID)
		require.Equal(t, "photos.jpg", name)
		require.Equal(t, [2]int{size.Width, size.Height}, sizeOf(t, raw))
	}

	require.Equal(t, 200, w.sends(with2(from, "emoji", "😀"), nil, fileOf{"sticker", "s.webp", webp(t)}))
	m = w.updates()[0].Message
	require.Equal(t, "regular", m.Sticker.Type)
	require.Equal(t, "😀", m.Sticker.Emoji)
	name, raw := fetch(m.Sticker.FileID)
	require.Equal(t, "stickers.webp", name)
	require.Equal(t, webp(t), raw)

	require.Equal(t, 200, w.sends(from, nil, fileOf{"video", "clip.MP4", []byte("moving")}))
	m = w.updates()[0].Message
	require.Positive(t, m.Video.Duration)
	name, raw = fetch(m.Video.FileID)
	require.Equal(t, "videos.mp4", name)
	require.Equal(t, "moving", string(raw))

	require.Equal(t, 200, w.sends(from, nil, fileOf{"document", "list", []byte("a,b")}))
	name, _ = fetch(w.updates()[0].Message.Document.FileID)
	require.Equal(t, "documents.txt", name)

	// An album is several updates with one number.
	var sent struct {
		IDs []int64 `json:"message_ids"`
	}
	require.Equal(t, 200, w.sends(with2(from, "caption", "album"), &sent,
		fileOf{"photo", "a.jpg", picture(t, 40, 30)}, fileOf{"photo", "b.jpg", picture(t, 50, 30)}, fileOf{"video", "c.mp4", []byte("x")}))
	list := w.updates()
	require.Len(t, list, 3)
	for i, u := range list {
		require.Equal(t, sent.IDs[i], u.Message.ID)
		require.Equal(t, list[0].Message.MediaGroup, u.Message.MediaGroup)
	}
	require.NotEmpty(t, list[0].Message.MediaGroup)
	require.Equal(t, []string{"album", "", ""}, []string{list[0].Message.Caption, list[1].Message.Caption, list[2].Message.Caption})
	require.NotNil(t, list[2].Message.Video)

	one := fileOf{"photo", "a.jpg", picture(t, 40, 30)}
	for name, files := range map[string][]fileOf{
		"nothing":                  nil,
		"no picture":               {{"photo", "a.jpg", []byte("hello")}},
		"no sticker":               {{"sticker", "a.webp", []byte("hello")}},
		"an empty file":            {{"document", "a", nil}},
		"a sticker beside another": {{"sticker", "s.webp", webp(t)}, one},
		"a document in an album":   {{"document", "a.txt", []byte("x")}, one},
		"too many":                 {one, one, one, one, one, one, one, one, one, one, one},
	} {
		require.Equal(t, 422, w.sends(from, nil, files...), name)
	}
	require.Equal(t, 422, w.sends(map[string]string{"user": "x"}, nil, one))
	require.Equal(t, 422, w.sends(map[string]string{"user": "1"}, nil, one))
	require.Equal(t, 422, w.sends(with2(from, "caption", "x"), nil, fileOf{"sticker", "s.webp", webp(t)}))
	require.Empty(t, w.updates())
}

func TestPeopleShareEditAndForward(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.begin(blaise)
	w.unlimited()
	as := func(more ...any) string { return asJSON(with(map[string]any{"bot": bot, "user": ada}, more...)) }
	var sent struct {
		ID int64 `json:"message_id"`
	}
	w.order("POST", "/contacts", as("phone_number", "+15550001", "first_name", "Ada", "user_id", ada), nil)
	m := w.updates()[0].Message
	require.Equal(t, "+15550001", m.Contact.Phone)
	require.Equal(t, ada, m.Contact.UserID)

	w.order("POST", "/messages", as("text", "see x.com"), &sent)
	require.Equal(t, "url", w.updates()[0].Message.Entities[0].Type)
	w.order("POST", "/edits", as("message_id", sent.ID, "text", "see #tag"), nil)
	list := w.updates()
	require.Nil(t, list[0].Message)
	m = list[0].Edited
	require.Equal(t, sent.ID, m.ID)
	require.Equal(t, "see #tag", m.Text)
	require.Equal(t, "hashtag", m.Entities[0].Type)
	require.NotZero(t, m.EditDate)

	// A channel's post, and what somebody else wrote.
	var post sentMessage
	w.must("sendMessage", map[string]any{"chat_id": theChannel, "text": "<b>News</b>", "parse_mode": "HTML"}, &post)
	w.order("POST", "/forwards", as("from_chat_id", theChannel, "message_id", post.ID), nil)
	m = w.updates()[0].Message
	require.Equal(t, "News", m.Text)
	require.Equal(t, "bold", m.Entities[0].Type)
	require.Equal(t, "channel", m.Origin.Type)
	require.Equal(t, theChannel, m.Origin.Chat.ID)
	require.Equal(t, post.ID, m.Origin.MessageID)
	require.Equal(t, theChannel, m.ForwardFromChat.ID, "as older clients read it")
	require.NotZero(t, m.ForwardDate)
	w.order("POST", "/messages", asJSON(map[string]any{"bot": bot, "user": blaise, "text": "mine"}), &sent)
	w.order("POST", "/forwards", as("from_chat_id", blaise, "message_id", sent.ID), &sent)
	m = w.updates()[1].Message
	require.Equal(t, "user", m.Origin.Type)
	require.Equal(t, blaise, m.Origin.SenderUser.ID)
	w.order("POST", "/forwards", as("message_id", sent.ID), nil)
	require.Equal(t, blaise, w.updates()[0].Message.Origin.SenderUser.ID, "the first author stays")
	var secret sentMessage
	w.must("sendMessage", map[string]any{"chat_id": ada, "text": "secret", "protect_content": true}, &secret)

	for path, bodies := range map[string][]string{
		"/contacts": {as(), as("phone_number", "1"), as("first_name", "A")},
		"/edits":    {as("message_id", sent.ID, "text", "x"), as("message_id", secret.ID, "text", "x"), as("message_id", 99, "text", "x"), as("message_id", 1)},
		"/forwards": {as("message_id", 99), as("from_chat_id", -5, "message_id", 1), as("from_chat_id", 5, "message_id", 1), as("message_id", secret.ID)},
		"/updates":  {asJSON(map[string]any{"bot": bot}), asJSON(map[string]any{"bot": bot, "update": map[string]any{}}), asJSON(map[string]any{"bot": "nobody", "update": map[string]any{"poll": map[string]any{}}}), asJSON(map[string]any{"bot": bot, "update": map[string]any{"update_id": "x"}}), asJSON(map[string]any{"bot": bot, "update": map[string]any{"update_id": 0}})},
	} {
		for _, body := range bodies {
			var p struct{ Fields []struct{ Name string } }
			require.Equal(t, 422, w.control("POST", path, body, &p), "%s %s", path, body)
			require.NotEmpty(t, p.Fields, "%s %s", path, body)
		}
		for _, body := range []string{``, `[]`, `{"else":1}`, `{"update":1}`} {
			require.Equal(t, 400, w.control("POST", path, body, nil), "%s %s", path, body)
		}
	}
	w.order("POST", "/block", as("blocked", true), nil)
	for path, body := range map[string]string{"/edits": as("message_id", 1, "text", "x"), "/forwards": as("message_id", 1), "/contacts": as("phone_number", "1", "first_name", "A")} {
		require.Equal(t, 409, w.control("POST", path, body, nil), path)
	}
}

// A raw update comes as it is, whatever the bot asked for, with a number that it may bring along.
func TestRawUpdates(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.must("getUpdates", map[string]any{"allowed_updates": []string{"message"}}, nil)
	raw := func(update string) int64 {
		t.Helper()
		var out struct {
			ID int64 `json:"update_id"`
		}
		w.order("POST", "/updates", `{"bot":"`+bot+`","update":`+update+`}`, &out)
		return out.ID
	}
	var list []map[string]json.RawMessage
	first := raw(`{"poll_answer":{"poll_id":"12345678901234567890","user":{"id":5},"option_ids":[1]}}`)
	w.must("getUpdates", nil, &list)
	require.JSONEq(t, `{"poll_id":"12345678901234567890","user":{"id":5},"option_ids":[1]}`, string(list[0]["poll_answer"]))
	require.JSONEq(t, strconv.FormatInt(first, 10), string(list[0]["update_id"]))
	require.Equal(t, first+1, raw(`{"something_new":true}`))
	require.Equal(t, first, raw(`{"update_id":`+strconv.FormatInt(first, 10)+`,"message":{}}`), "the same again, as a webhook may bring it")
	w.say(ada, "next")
	w.must("getUpdates", nil, &list)
	require.JSONEq(t, strconv.FormatInt(first+2, 10), string(list[len(list)-1]["update_id"]))
	w.drain()

	// After a quiet week the numbers begin elsewhere. A bot that asks for the next of before gets them,
	// and one that had not yet confirmed the last of before confirms it.
	w.say(ada, "the last")
	require.Equal(t, int64(70), raw(`{"update_id":70,"message":{"chat":{"id":5}}}`))
	w.say(ada, "lower")
	for range 2 {
		w.must("getUpdates", map[string]any{"offset": first + 4}, &list)
		require.Len(t, list, 2)
		require.JSONEq(t, "71", string(list[1]["update_id"]))
	}
	w.must("getUpdates", map[string]any{"offset": 72}, &list)
	require.Empty(t, list)
}

// An offset beyond the newest confirms nothing; the one after the newest confirms all.
func TestAnOffsetBeyondTheNewest(t *testing.T) {
	w := start(t, "")
	w.say(ada, "/start")
	w.say(ada, "two")
	var list []heard
	w.must("getUpdates", nil, &list)
	newest := list[1].ID
	for _, offset := range []int64{newest + 2, newest + 1000, 1<<31 - 1} {
		w.must("getUpdates", map[string]any{"offset": offset}, &list)
		require.Len(t, list, 2)
	}
	w.must("getUpdates", map[string]any{"offset": newest + 1}, &list)
	require.Empty(t, list)
}

// What a bot wants of the preview of its link is told back.
func TestLinkPreviews(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	to := map[string]any{"chat_id": ada, "text": "x.com"}
	type previewed struct {
		ID      int64           `json:"message_id"`
		Preview json.RawMessage `json:"link_preview_options"`
	}
	var m previewed
	w.must("sendMessage", with(to, "link_preview_options", map[string]any{"url": "https://x.com", "prefer_large_media": true}), &m)
	require.JSONEq(t, `{"url":"https://x.com","prefer_large_media":true}`, string(m.Preview))
	edit := map[string]any{"chat_id": ada, "message_id": m.ID, "text": "x.com", "link_preview_options": map[string]any{"is_disabled": true}}
	w.must("editMessageText", edit, &m)
	require.JSONEq(t, `{"is_disabled":true}`, string(m.Preview))
	require.Equal(t, 400, w.call("editMessageText", edit).Code, "it changes nothing")
	m = previewed{}
	w.must("sendMessage", with(to, "disable_web_page_preview", true), &m)
	require.JSONEq(t, `{"is_disabled":true}`, string(m.Preview))
	m = previewed{}
	w.must("sendMessage", to, &m)
	require.Empty(t, m.Preview)
	require.Equal(t, "Bad Request: can't parse link preview options JSON object", w.call("sendMessage", with(to, "link_preview_options", "x")).Description)
}
