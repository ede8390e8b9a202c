package telegram_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/telegram"
)

const (
	blaise     = ada + 1 // who has not started the bot
	theChannel = int64(-1_009_000_000_001)
)

// refusals is a table of calls and what Telegram says to them.
type refusals []struct {
	name       string
	method     string
	parameters map[string]any
	code       int
	text       string
}

func (list refusals) run(t *testing.T, w *world) {
	t.Helper()
	for _, row := range list {
		out := w.call(row.method, row.parameters)
		require.False(t, out.OK, row.name)
		require.Equal(t, row.code, out.Code, row.name)
		require.Equal(t, row.text, out.Description, row.name)
	}
}

func with(base map[string]any, more ...any) map[string]any {
	out := map[string]any{}
	for name, value := range base {
		out[name] = value
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

func keyboardOf(buttons ...map[string]any) map[string]any {
	row := []any{}
	for _, b := range buttons {
		row = append(row, b)
	}
	return map[string]any{"inline_keyboard": []any{row}}
}

func TestWhatSendMessageRefuses(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	w.order("POST", "/channels", `{"title":"Others","username":"others"}`, nil)
	w.order("POST", "/channels", `{"title":"Reader","username":"readers","bot":"`+bot+`","status":"member"}`, nil)
	w.order("POST", "/channels", `{"title":"Mute","username":"mutes","bot":"`+bot+`","can_post":false}`, nil)
	w.order("POST", "/channels", `{"title":"Lost","username":"losts","bot":"`+bot+`","status":"kicked"}`, nil)
	w.order("POST", "/channels", `{"title":"Talk","username":"talks","type":"supergroup"}`, nil)
	toAda := map[string]any{"chat_id": ada, "text": "hello"}
	button := func(more ...any) map[string]any {
		return with(toAda, "reply_markup", keyboardOf(with(map[string]any{"text": "B"}, more...)))
	}
	long := strings.Repeat("x", 4097)
	refusals{
		{"nowhere", "sendMessage", map[string]any{"text": "x"}, 400, "Bad Request: chat_id is empty"},
		{"no number", "sendMessage", with(toAda, "chat_id", "ada"), 400, "Bad Request: chat not found"},
		{"nobody", "sendMessage", with(toAda, "chat_id", 12345), 400, "Bad Request: chat not found"},
		{"no channel", "sendMessage", with(toAda, "chat_id", -100123), 400, "Bad Request: chat not found"},
		{"no such name", "sendMessage", with(toAda, "chat_id", "@nobody_here"), 400, "Bad Request: chat not found"},
		{"a stranger", "sendMessage", with(toAda, "chat_id", blaise), 403, "Forbidden: bot can't initiate conversation with a user"},
		{"itself", "sendMessage", with(toAda, "chat_id", 4000000001), 403, "Forbidden: bots can't send messages to bots"},
		{"a foreign channel", "sendMessage", with(toAda, "chat_id", "@others"), 403, "Forbidden: bot is not a member of the channel chat"},
		{"a foreign group", "sendMessage", with(toAda, "chat_id", "@talks"), 403, "Forbidden: bot is not a member of the supergroup chat"},
		{"as a reader", "sendMessage", with(toAda, "chat_id", "@readers"), 400, "Bad Request: need administrator rights in the channel chat"},
		{"without the right", "sendMessage", with(toAda, "chat_id", "@mutes"), 400, "Bad Request: need administrator rights in the channel chat"},
		{"thrown out", "sendMessage", with(toAda, "chat_id", "@losts"), 403, "Forbidden: bot was kicked from the channel chat"},

		{"no text", "sendMessage", map[string]any{"chat_id": ada}, 400, "Bad Request: message text is empty"},
		{"blank", "sendMessage", with(toAda, "text", " \n\t "), 400, "Bad Request: message text is empty"},
		{"only tags", "sendMessage", with(toAda, "text", "<b> </b>", "parse_mode", "HTML"), 400, "Bad Request: message text is empty"},
		{"too long", "sendMessage", with(toAda, "text", long), 400, "Bad Request: message is too long"},
		{"too long in UTF-16", "sendMessage", with(toAda, "text", strings.Repeat("😀", 2049)), 400, "Bad Request: message is too long"},
		{"other markup", "sendMessage", with(toAda, "parse_mode", "Fancy"), 400, "Bad Request: unsupported parse_mode"},
		{"entity beyond", "sendMessage", with(toAda, "entities", []any{map[string]any{"type": "bold", "offset": 3, "length": 9}}), 400, "Bad Request: entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 12"},
		{"reply to nothing", "sendMessage", with(toAda, "reply_parameters", map[string]any{"message_id": 999}), 400, "Bad Request: message to be replied not found"},

		{"markup is a text", "sendMessage", with(toAda, "reply_markup", "[1]"), 400, "Bad Request: object expected as reply markup"},
		{"markup is broken", "sendMessage", with(toAda, "reply_markup", "{"), 400, "Bad Request: can't parse reply keyboard markup JSON object"},
		{"data of nothing", "sendMessage", button("callback_data", ""), 400, "Bad Request: BUTTON_DATA_INVALID"},
		{"data of 65 bytes", "sendMessage", button("callback_data", strings.Repeat("x", 65)), 400, "Bad Request: BUTTON_DATA_INVALID"},
		{"data of 65 bytes in 33 letters", "sendMessage", button("callback_data", strings.Repeat("é", 32)+"x"), 400, "Bad Request: BUTTON_DATA_INVALID"},
		{"button without text", "sendMessage", with(toAda, "reply_markup", keyboardOf(map[string]any{"callback_data": "x"})), 400, "Bad Request: can't parse inline keyboard button: Can't find field \"text\""},
		{"button without action", "sendMessage", button(), 400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"button to localhost", "sendMessage", button("url", "http://localhost:8080/x"), 400, "Bad Request: inline keyboard button URL 'http://localhost:8080/x' is invalid: Wrong HTTP URL"},
		{"button elsewhere", "sendMessage", button("url", "gopher://example.com"), 400, "Bad Request: inline keyboard button URL 'gopher://example.com' is invalid: Unsupported URL protocol"},
		{"rows are no list", "sendMessage", with(toAda, "reply_markup", map[string]any{"inline_keyboard": "x"}), 400, "Bad Request: field \"inline_keyboard\" must be an Array of Arrays"},
	}.run(t, w)

	w.order("POST", "/block", asJSON(map[string]any{"bot": bot, "user": ada, "blocked": true}), nil)
	refusals{
		{"blocked", "sendMessage", toAda, 403, "Forbidden: bot was blocked by the user"},
		{"photo to who blocked", "sendPhoto", with(toAda, "photo", "x"), 403, "Forbidden: bot was blocked by the user"},
		{"edit for who blocked", "editMessageText", with(toAda, "message_id", 1), 403, "Forbidden: bot was blocked by the user"},
	}.run(t, w)
}

func TestWhatIsSentIsShown(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	var m sentMessage
	w.must("sendMessage", map[string]any{"chat_id": ada, "text": "  <b>Gold</b> 😀 <a href=\"https://example.com/?a=1&amp;b=2\">open</a>\n ", "parse_mode": "HTML",
		"reply_markup": keyboardOf(map[string]any{"text": "Yes", "callback_data": strings.Repeat("x", 64)}, map[string]any{"text": "See", "url": "http://127.0.0.1:8080/c/1"})}, &m)
	require.Equal(t, "Gold 😀 open", m.Text)
	require.Equal(t, "bold", m.Entities[0].Type)
	require.Equal(t, [2]int{8, 4}, [2]int{m.Entities[1].Offset, m.Entities[1].Length}, "an emoji counts two")
	require.Equal(t, "https://example.com/?a=1&b=2", m.Entities[1].URL)
	require.Contains(t, string(m.Markup), `"callback_data"`)
	require.Equal(t, ada, m.Chat.ID)

	var post sentMessage
	w.must("sendMessage", map[string]any{"chat_id": "@sandbox_channel", "text": "News"}, &post)
	require.Equal(t, theChannel, post.Chat.ID)
	require.Equal(t, "channel", post.Chat.Type)
	require.Equal(t, int64(1), post.ID, "a channel counts for itself")

	var forwarded, copied sentMessage
	w.must("forwardMessage", map[string]any{"chat_id": ada, "from_chat_id": theChannel, "message_id": post.ID}, &forwarded)
	require.Equal(t, "News", forwarded.Text)
	w.must("copyMessage", map[string]any{"chat_id": ada, "from_chat_id": theChannel, "message_id": post.ID}, &copied)
	require.NotZero(t, copied.ID)
	refusals{
		{"forward of nothing", "forwardMessage", map[string]any{"chat_id": ada, "from_chat_id": theChannel, "message_id": 99}, 400, "Bad Request: message to forward not found"},
		{"copy of nothing", "copyMessage", map[string]any{"chat_id": ada, "from_chat_id": theChannel, "message_id": 99}, 400, "Bad Request: message to copy not found"},
		{"copy from nowhere", "copyMessage", map[string]any{"chat_id": ada, "from_chat_id": -1, "message_id": 99}, 400, "Bad Request: chat not found"},
	}.run(t, w)
}

func TestEditing(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	var text, photo sentMessage
	w.must("sendMessage", map[string]any{"chat_id": ada, "text": "one", "reply_markup": keyboardOf(map[string]any{"text": "B", "callback_data": "b"})}, &text)
	out := w.upload("sendPhoto", map[string]string{"chat_id": strconv.FormatInt(ada, 10), "caption": "cap"}, map[string][]byte{"photo": picture(t, 300, 200)})
	require.True(t, out.OK, out.Description)
	require.NoError(t, json.Unmarshal(out.Result, &photo))
	at, pic := map[string]any{"chat_id": ada, "message_id": text.ID}, map[string]any{"chat_id": ada, "message_id": photo.ID}
	const notModified = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	refusals{
		{"the same", "editMessageText", with(at, "text", "one", "reply_markup", keyboardOf(map[string]any{"text": "B", "callback_data": "b"})), 400, notModified},
		{"the same keyboard", "editMessageReplyMarkup", with(at, "reply_markup", keyboardOf(map[string]any{"text": "B", "callback_data": "b"})), 400, notModified},
		{"the same caption", "editMessageCaption", with(pic, "caption", "cap"), 400, notModified},
		{"nothing there", "editMessageText", with(at, "message_id", 999, "text", "x"), 400, "Bad Request: message to edit not found"},
		{"no number", "editMessageText", map[string]any{"chat_id": ada, "text": "x"}, 400, "Bad Request: message identifier is not specified"},
		{"no text", "editMessageText", at, 400, "Bad Request: message text is empty"},
		{"text of a photo", "editMessageText", with(pic, "text", "x"), 400, "Bad Request: there is no text in the message to edit"},
		{"caption of a text", "editMessageCaption", with(at, "caption", "x"), 400, "Bad Request: there is no caption in the message to edit"},
		{"long caption", "editMessageCaption", with(pic, "caption", strings.Repeat("x", 1025)), 400, "Bad Request: message caption is too long"},
		{"media of a text", "editMessageMedia", with(at, "media", map[string]any{"type": "photo", "media": photo.Photo[0].FileID}), 400, "Bad Request: there is no media in the message to edit"},
		{"no media", "editMessageMedia", pic, 400, "Bad Request: can't parse input media JSON object"},
		{"another's message", "editMessageText", map[string]any{"chat_id": ada, "message_id": 1, "text": "x"}, 400, "Bad Request: message can't be edited"},
		{"another keyboard", "editMessageText", with(at, "text", "x", "reply_markup", map[string]any{"keyboard": []any{[]any{"a"}}}), 400, "Bad Request: inline keyboard expected"},
		{"of an inline message", "editMessageText", map[string]any{"inline_message_id": "x", "text": "x"}, 400, "Bad Request: MESSAGE_ID_INVALID"},
		{"nothing to delete", "deleteMessage", with(at, "message_id", 999), 400, "Bad Request: message to delete not found"},
		{"none to delete", "deleteMessages", with(at, "message_ids", []int{}), 400, "Bad Request: message identifiers must be 1-100"},
	}.run(t, w)

	var edited sentMessage
	w.must("editMessageText", with(at, "text", "two"), &edited)
	require.Equal(t, "two", edited.Text)
	require.Empty(t, edited.Markup, "a keyboard that is not named is gone")
	require.NotZero(t, edited.EditDate)
	w.must("editMessageReplyMarkup", with(pic, "reply_markup", keyboardOf(map[string]any{"text": "N", "callback_data": "n"})), &edited)
	require.Contains(t, string(edited.Markup), `"n"`)
	out = w.upload("editMessageMedia", map[string]string{"chat_id": strconv.FormatInt(ada, 10), "message_id": strconv.FormatInt(photo.ID, 10),
		"media": `{"type":"photo","media":"attach://next","caption":"<i>new</i>","parse_mode":"HTML"}`}, map[string][]byte{"next": picture(t, 100, 100)})
	require.True(t, out.OK, out.Description)
	require.NoError(t, json.Unmarshal(out.Result, &edited))
	require.Equal(t, "new", edited.Caption)
	require.Equal(t, 100, edited.Photo[len(edited.Photo)-1].Width)

	w.must("deleteMessage", at, nil)
	w.must("deleteMessages", map[string]any{"chat_id": ada, "message_ids": []int64{photo.ID, 999}}, nil)
	require.Equal(t, "Bad Request: message to delete not found", w.call("deleteMessage", at).Description)
	require.Equal(t, "Bad Request: message to edit not found", w.call("editMessageText", with(at, "text", "x")).Description)

	w.must("sendMessage", map[string]any{"chat_id": ada, "text": "old"}, &text)
	w.clock.Add(49 * time.Hour)
	require.Equal(t, "Bad Request: message can't be deleted for everyone", w.call("deleteMessage", map[string]any{"chat_id": ada, "message_id": text.ID}).Description)
}

func TestPhotosAndDocuments(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	to := map[string]string{"chat_id": strconv.FormatInt(ada, 10)}
	photo := func(raw []byte) reply { return w.upload("sendPhoto", to, map[string][]byte{"photo": raw}) }
	for name, row := range map[string]struct {
		raw  []byte
		text string
	}{
		"no picture":   {[]byte("hello"), "Bad Request: IMAGE_PROCESS_FAILED"},
		"nothing":      {nil, "Bad Request: file must be non-empty"},
		"too narrow":   {picture(t, 10, 201), "Bad Request: PHOTO_INVALID_DIMENSIONS"},
		"too large":    {picture(t, 9000, 1001), "Bad Request: PHOTO_INVALID_DIMENSIONS"},
		"too heavy":    {append(picture(t, 10, 10), make([]byte, 10<<20)...), "Bad Request: file is too big for a photo: maximum allowed size is 10485760 bytes"},
		"just allowed": {picture(t, 10, 200), ""},
	} {
		out := photo(row.raw)
		require.Equal(t, row.text, out.Description, name)
		require.Equal(t, row.text == "", out.OK, name)
	}
	var m, again sentMessage
	out := photo(picture(t, 1600, 900))
	require.NoError(t, json.Unmarshal(out.Result, &m))
	var widths []int
	for _, size := range m.Photo {
		widths = append(widths, size.Width)
	}
	require.Equal(t, []int{90, 320, 800, 1600}, widths)
	id := m.Photo[3].FileID
	w.must("sendPhoto", map[string]any{"chat_id": ada, "photo": id, "caption": "again"}, &again)
	require.Equal(t, m.Photo, again.Photo, "a file's id is used again")
	refusals{
		{"no such file", "sendPhoto", map[string]any{"chat_id": ada, "photo": "AgACAgIA"}, 400, "Bad Request: wrong file identifier/HTTP URL specified"},
		{"nothing attached", "sendPhoto", map[string]any{"chat_id": ada, "photo": "attach://x"}, 400, "Bad Request: file \"x\" not found in the request"},
		{"an address", "sendPhoto", map[string]any{"chat_id": ada, "photo": "https://example.com/x.jpg"}, 400, "Bad Request: failed to get HTTP URL content"},
		{"no photo", "sendPhoto", map[string]any{"chat_id": ada}, 400, "Bad Request: there is no photo in the request"},
		{"a photo as a document", "sendDocument", map[string]any{"chat_id": ada, "document": id}, 400, "Bad Request: can't use file of type Photo as Document"},
		{"long caption", "sendPhoto", map[string]any{"chat_id": ada, "photo": id, "caption": strings.Repeat("x", 1025)}, 400, "Bad Request: message caption is too long"},
		{"album of one", "sendMediaGroup", map[string]any{"chat_id": ada, "media": []any{map[string]any{"type": "photo", "media": id}}}, 400, "Bad Request: group send failed: expected 2-10 items"},
		{"mixed album", "sendMediaGroup", map[string]any{"chat_id": ada, "media": []any{map[string]any{"type": "photo", "media": id}, map[string]any{"type": "document", "media": id}}}, 400, "Bad Request: can't use the media of the specified type in the album"},
		{"no album", "sendMediaGroup", map[string]any{"chat_id": ada}, 400, "Bad Request: can't parse media JSON object"},
		{"no file", "getFile", map[string]any{"file_id": "x"}, 400, "Bad Request: invalid file_id"},
	}.run(t, w)

	// The id is another bot's.
	other := &world{t: t, server: w.server, clock: w.clock, token: "4000000002:" + strings.Repeat("z", 35)}
	other.must("getMe", nil, nil)
	w.order("POST", "/messages", asJSON(map[string]any{"bot": "sandbox_4000000002_bot", "user": ada, "text": "/start"}), nil)
	require.Equal(t, "Bad Request: wrong file identifier/HTTP URL specified", other.call("sendPhoto", map[string]any{"chat_id": ada, "photo": id}).Description)
	require.Equal(t, "Bad Request: invalid file_id", other.call("getFile", map[string]any{"file_id": id}).Description)

	var group []sentMessage
	out = w.upload("sendMediaGroup", map[string]string{"chat_id": to["chat_id"], "media": `[{"type":"photo","media":"attach://a","caption":"<b>A</b>","parse_mode":"HTML"},{"type":"photo","media":"` + id + `"}]`},
		map[string][]byte{"a": picture(t, 50, 50)})
	require.True(t, out.OK, out.Description)
	require.NoError(t, json.Unmarshal(out.Result, &group))
	require.Len(t, group, 2)
	require.Equal(t, group[0].MediaGroup, group[1].MediaGroup)
	require.Equal(t, "A", group[0].Caption)

	out = w.upload("sendDocument", with2(to, "caption", "file"), map[string][]byte{"document": []byte("a,b\n1,2\n")})
	require.True(t, out.OK, out.Description)
	require.NoError(t, json.Unmarshal(out.Result, &m))
	var file struct {
		Path string `json:"file_path"`
	}
	w.must("getFile", map[string]any{"file_id": m.Document.FileID}, &file)
	response, body := w.do(http.MethodGet, telegram.Path+"/file/bot"+token+"/"+file.Path, "", nil)
	require.Equal(t, 200, response.StatusCode)
	require.Equal(t, "a,b\n1,2\n", string(body))
	require.Equal(t, "attachment", response.Header.Get("Content-Disposition"))
	response, _ = w.do(http.MethodGet, telegram.Path+"/file/bot"+other.token+"/"+file.Path, "", nil)
	require.Equal(t, 404, response.StatusCode)
	// A smaller size is drawn when somebody looks.
	response, body = w.do(http.MethodGet, telegram.Control+"/files/"+again.Photo[1].FileID, "", nil)
	require.Equal(t, "image/jpeg", response.Header.Get("Content-Type"))
	require.Equal(t, [2]int{320, 180}, sizeOf(t, body))
	response, _ = w.do(http.MethodGet, telegram.Control+"/files/none", "", nil)
	require.Equal(t, 404, response.StatusCode)
}

// A photo may be named by its address, on this machine.
func TestPhotosByTheirAddress(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.unlimited()
	site := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.jpg" {
			http.NotFound(out, r)
			return
		}
		_, _ = out.Write(picture(t, 120, 80))
	}))
	defer site.Close()
	var m sentMessage
	w.must("sendPhoto", map[string]any{"chat_id": ada, "photo": site.URL + "/a.jpg"}, &m)
	require.Equal(t, 120, m.Photo[len(m.Photo)-1].Width)
	photo := func(name string) map[string]any { return map[string]any{"type": "photo", "media": name} }
	var group []sentMessage
	w.must("sendMediaGroup", map[string]any{"chat_id": ada, "media": []any{photo(m.Photo[0].FileID), photo(site.URL + "/a.jpg")}}, &group)
	require.Equal(t, 120, group[1].Photo[len(group[1].Photo)-1].Width)
	w.must("editMessageMedia", map[string]any{"chat_id": ada, "message_id": m.ID, "media": photo(site.URL + "/a.jpg")}, nil)
	w.must("sendDocument", map[string]any{"chat_id": ada, "document": site.URL + "/a.jpg"}, &m)
	require.NotEmpty(t, m.Document.FileID)
	require.Equal(t, "Bad Request: failed to get HTTP URL content", w.call("sendPhoto", map[string]any{"chat_id": ada, "photo": site.URL + "/b.jpg"}).Description)
}

func with2(base map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	for k, v := range base {
		out[k] = v
	}
	return out
}

func TestCallbacks(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	var m sentMessage
	w.must("sendMessage", map[string]any{"chat_id": ada, "text": "?", "reply_markup": keyboardOf(map[string]any{"text": "Yes", "callback_data": "yes"})}, &m)
	press := func(data string) (id string, status int) {
		var out struct {
			ID string `json:"callback_query_id"`
		}
		status = w.control("POST", "/callbacks", asJSON(map[string]any{"bot": bot, "user": ada, "message_id": m.ID, "data": data}), &out)
		return out.ID, status
	}
	_, status := press("no")
	require.Equal(t, 422, status, "there is no such button")
	id, status := press("yes")
	require.Equal(t, 200, status)
	var updates []struct {
		Query struct {
			ID   string
			Data string
			From struct{ ID int64 }
		} `json:"callback_query"`
	}
	w.must("getUpdates", map[string]any{"allowed_updates": []string{}}, &updates)
	require.Equal(t, id, updates[0].Query.ID)
	require.Equal(t, "yes", updates[0].Query.Data)
	require.Equal(t, ada, updates[0].Query.From.ID)
	const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	require.Equal(t, "Bad Request: MESSAGE_TOO_LONG", w.call("answerCallbackQuery", map[string]any{"callback_query_id": id, "text": strings.Repeat("x", 201)}).Description)
	w.must("answerCallbackQuery", map[string]any{"callback_query_id": id, "text": "Good"}, nil)
	require.Equal(t, tooOld, w.call("answerCallbackQuery", map[string]any{"callback_query_id": id}).Description, "twice")
	require.Equal(t, tooOld, w.call("answerCallbackQuery", map[string]any{"callback_query_id": "1"}).Description)
	require.Equal(t, tooOld, w.call("answerCallbackQuery", nil).Description)
	late, _ := press("yes")
	w.clock.Add(11 * time.Minute)
	require.Equal(t, tooOld, w.call("answerCallbackQuery", map[string]any{"callback_query_id": late}).Description)
}

func TestChatsAndMembers(t *testing.T) {
	w := start(t, "")
	w.begin(ada)
	w.order("POST", "/channels", `{"title":"Secret"}`, nil)
	w.order("POST", "/channels", `{"title":"Readers","username":"readers","bot":"`+bot+`","status":"member","members":77}`, nil)
	var chat struct {
		Title, Type, Username string
		FirstName             string `json:"first_name"`
	}
	w.must("getChat", map[string]any{"chat_id": "@sandbox_channel"}, &chat)
	require.Equal(t, "Sandbox Channel", chat.Title)
	w.must("getChat", map[string]any{"chat_id": ada}, &chat)
	require.Equal(t, "Ada", chat.FirstName)
	var count int
	w.must("getChatMemberCount", map[string]any{"chat_id": theChannel}, &count)
	require.Equal(t, 1250, count)
	var member struct {
		Status  string
		CanPost bool `json:"can_post_messages"`
	}
	w.must("getChatMember", map[string]any{"chat_id": theChannel, "user_id": 4000000001}, &member)
	require.Equal(t, "administrator", member.Status)
	require.True(t, member.CanPost)
	w.must("getChatMember", map[string]any{"chat_id": theChannel, "user_id": ada}, &member)
	require.Equal(t, "creator", member.Status)
	w.must("getChatMember", map[string]any{"chat_id": "@readers", "user_id": 4000000001}, &member)
	require.Equal(t, "member", member.Status)
	var admins []struct{ Status string }
	w.must("getChatAdministrators", map[string]any{"chat_id": theChannel}, &admins)
	require.Len(t, admins, 2)
	refusals{
		{"private channel", "getChat", map[string]any{"chat_id": theChannel - 1}, 403, "Forbidden: bot is not a member of the channel chat"},
		{"stranger", "getChat", map[string]any{"chat_id": blaise}, 400, "Bad Request: chat not found"},
		{"nobody's place", "getChatMember", map[string]any{"chat_id": theChannel, "user_id": 1}, 400, "Bad Request: user not found"},
		{"no number", "getChatMember", map[string]any{"chat_id": theChannel}, 400, "Bad Request: invalid user_id specified"},
		{"as a reader", "getChatMember", map[string]any{"chat_id": "@readers", "user_id": ada}, 400, "Bad Request: member list is inaccessible"},
		{"admins of a person", "getChatAdministrators", map[string]any{"chat_id": ada}, 400, "Bad Request: there are no administrators in the private chat"},
		{"action", "sendChatAction", map[string]any{"chat_id": ada, "action": "dance"}, 400, "Bad Request: wrong parameter action in request"},
	}.run(t, w)
	w.must("sendChatAction", map[string]any{"chat_id": ada, "action": "typing"}, nil)
}

func TestCommands(t *testing.T) {
	w := start(t, "")
	refusals{
		{"none", "setMyCommands", nil, 400, "Bad Request: can't parse commands JSON object"},
		{"capitals", "setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "Start", "description": "x"}}}, 400, "Bad Request: BOT_COMMAND_INVALID"},
		{"no words", "setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "start", "description": ""}}}, 400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"},
	}.run(t, w)
	w.must("setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "start", "description": "Begin"}}}, nil)
	w.must("setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "start", "description": "Commencer"}}, "language_code": "fr"}, nil)
	var list []struct{ Command, Description string }
	w.must("getMyCommands", nil, &list)
	require.Equal(t, "Begin", list[0].Description)
	var shown struct {
		Items []struct{ Description string }
	}
	w.order("GET", "/commands?bot="+bot+"&language=fr", "", &shown)
	require.Equal(t, "Commencer", shown.Items[0].Description)
	w.must("deleteMyCommands", nil, nil)
	w.must("getMyCommands", nil, &list)
	require.Empty(t, list)
}

func TestTokensAndMethods(t *testing.T) {
	w := start(t, "")
	for path, code := range map[string]int{
		"/botnonsense/getMe": 401, "/bot4000000001:short/getMe": 401, "/bot/getMe": 401, "/bot" + token + "/noSuchMethod": 404, "/bot" + token: 404,
		"/bot4000000001:" + strings.Repeat("q", 35) + "/getMe": 401, "/else": 404, "/bot" + token + "/getme": 200, "/bot5000000001:" + strings.Repeat("q", 35) + "/getMe": 200,
	} {
		response, body := w.do(http.MethodGet, telegram.Path+path, "", nil)
		require.Equal(t, code, response.StatusCode, "%s %s", path, body)
		require.NotContains(t, string(body), token)
		require.Equal(t, "application/json", response.Header.Get("Content-Type"))
	}
	var me struct{ Username string }
	w.must("getMe", nil, &me)
	require.Equal(t, bot, me.Username)
	// Parameters come in the address, as a form, and as JSON.
	w.begin(ada)
	w.unlimited()
	path := telegram.Path + "/bot" + token + "/sendMessage?chat_id=" + strconv.FormatInt(ada, 10)
	for kind, body := range map[string]string{"": "", "application/x-www-form-urlencoded": "text=two", "application/json; charset=utf-8": `{"text":"three","disable_notification":true}`} {
		at := path
		if body == "" {
			at += "&text=one"
		}
		response, raw := w.do(http.MethodPost, at, kind, strings.NewReader(body))
		require.Equal(t, 200, response.StatusCode, "%s: %s", kind, raw)
	}
	for kind, body := range map[string]string{"application/json": `{"text":`, "multipart/form-data": "x", "application/json; charset=utf-8": `[]`} {
		response, _ := w.do(http.MethodPost, path, kind, strings.NewReader(body))
		require.Equal(t, 400, response.StatusCode, kind)
	}
	response, _ := w.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader("text=%ff"))
	require.Equal(t, 400, response.StatusCode)
}
