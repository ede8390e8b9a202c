package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models"
)

// A template's life: created with uploads, edited, published, offered; nobody overwrites another.
func TestTemplateLife(t *testing.T) {
	h := newHarness(t)
	up := h.upload(picture(t, 1080, 1080), nil)
	require.Equal(t, http.StatusCreated, up.Code, up.Body.String())
	var upload struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	}
	require.NoError(t, json.Unmarshal(up.Body.Bytes(), &upload))
	require.Equal(t, http.StatusOK, h.do(request{method: get, path: upload.URL}).Code)

	meta := map[string]any{
		"schema": 1, "slug": "plain", "name": "Plain",
		"fields": []any{map[string]any{"name": "text", "label": "Text", "kind": "text", "required": true, "sample": "Hello"}},
		"sizes": []any{map[string]any{"name": "square", "label": "Square", "width": 1080, "height": 1080, "background": "square.png",
			"layers": []any{map[string]any{"id": "text", "type": "text", "field": "text", "box": map[string]any{"x": 40, "y": 40, "width": 1000, "height": 300},
				"font": "inter", "weight": 800, "min_size": 20, "max_size": 120, "max_lines": 2, "color": "#ffffff"}}}},
	}
	draft := map[string]any{"meta": meta, "backgrounds": map[string]string{"square.png": upload.ID}}

	missing := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": meta}})
	require.Equal(t, http.StatusUnprocessableEntity, missing.Code)
	require.Contains(t, missing.Body.String(), `"backgrounds.square.png"`)
	foreign := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": meta, "backgrounds": map[string]string{"square.png": h.theirs.upload.ID}}})
	require.Contains(t, foreign.Body.String(), `"upload_not_found"`)
	small := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": meta, "backgrounds": map[string]string{"square.png": h.ours.upload.ID}}})
	require.Contains(t, small.Body.String(), `"wrong_dimensions"`)

	// The same key answers the same, and makes one template.
	key := map[string]string{"Idempotency-Key": "create-1"}
	created := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: draft, header: key})
	require.Equal(t, http.StatusCreated, created.Code, created.Body.String())
	again := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: draft, header: key})
	require.Equal(t, http.StatusCreated, again.Code)
	require.Equal(t, "true", again.Header().Get("Idempotent-Replayed"))
	require.JSONEq(t, created.Body.String(), again.Body.String())
	require.Equal(t, created.Header().Get("ETag"), again.Header().Get("ETag"))
	other := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": meta}, header: key})
	require.Equal(t, http.StatusUnprocessableEntity, other.Code)
	require.Contains(t, other.Body.String(), "idempotency_key_reused")
	twice := h.do(request{method: post, path: "/api/v1/templates", admin: true, body: draft})
	require.Equal(t, http.StatusConflict, twice.Code)
	require.Contains(t, twice.Body.String(), "slug_taken")

	early := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: map[string]any{"template": "plain", "values": map[string]string{"text": "x"}}})
	require.Equal(t, http.StatusConflict, early.Code)
	require.Contains(t, early.Body.String(), "not_published")

	tag := created.Header().Get("ETag")
	path := created.Header().Get("Location")
	published := h.do(request{method: post, path: path + "/publish", admin: true, header: map[string]string{"If-Match": tag}})
	require.Equal(t, http.StatusOK, published.Code, published.Body.String())
	require.Contains(t, published.Body.String(), `"published_version":1`)
	h.temporal.AssertCalled(t, "ExecuteWorkflow", anything, anything, "TemplatePreview", anything)
	stale := h.do(request{method: post, path: path + "/publish", admin: true, header: map[string]string{"If-Match": tag}})
	require.Equal(t, http.StatusPreconditionFailed, stale.Code)
	empty := h.do(request{method: post, path: path + "/publish", admin: true, header: map[string]string{"If-Match": published.Header().Get("ETag")}})
	require.Equal(t, http.StatusConflict, empty.Code)
	require.Contains(t, empty.Body.String(), "nothing_to_publish")

	hidden := h.do(request{method: patch, path: path, admin: true, body: map[string]any{"visible_bot": false}, header: map[string]string{"If-Match": published.Header().Get("ETag")}})
	require.Equal(t, http.StatusOK, hidden.Code, hidden.Body.String())
	require.Contains(t, hidden.Body.String(), `"visible_bot":false`)
	require.Contains(t, hidden.Body.String(), `"visible_web":true`)

	img := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: map[string]any{"template": "plain", "values": map[string]string{"text": "x"}, "logo": "none"}})
	require.Equal(t, http.StatusOK, img.Code, img.Body.String())
}

// bomb is a PNG of a few bytes that claims 30,000×30,000 pixels.
func bomb() []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(data)))
		sum := crc32.NewIEEE()
		_, _ = sum.Write(append([]byte(kind), data...))
		b.WriteString(kind)
		b.Write(data)
		_ = binary.Write(&b, binary.BigEndian, sum.Sum32())
	}
	header := make([]byte, 13)
	binary.BigEndian.PutUint32(header, 30000)
	binary.BigEndian.PutUint32(header[4:], 30000)
	header[8], header[9] = 8, 6
	chunk("IHDR", header)
	chunk("IDAT", []byte{0x78, 0x9c, 0x03, 0, 0, 0, 0, 1})
	chunk("IEND", nil)
	return b.Bytes()
}

// Pictures that browsers open are taken, and are kept upright.
func TestUploadsOfAllKinds(t *testing.T) {
	h := newHarness(t)
	names, err := filepath.Glob("../internal/engine/imagefile/testdata/*.*")
	require.NoError(t, err)
	require.Len(t, names, 6)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		res := h.upload(data, nil)
		require.Equal(t, http.StatusCreated, res.Code, "%s: %s", name, res.Body)
		var out struct{ Width, Height int }
		require.NoError(t, json.Unmarshal(res.Body.Bytes(), &out))
		require.Equal(t, [2]int{640, 400}, [2]int{out.Width, out.Height}, name)
	}
}

func TestUploadsAreHarmless(t *testing.T) {
	h := newHarness(t)
	for name, c := range map[string]struct {
		data []byte
		code int
		want string
	}{
		"a decompression bomb": {bomb(), http.StatusRequestEntityTooLarge, ""},
		"no picture":           {[]byte("<svg onload=alert(1)>"), http.StatusUnsupportedMediaType, ""},
		"a torn picture":       {picture(t, 200, 200)[:60], http.StatusBadRequest, ""},
		"an empty file":        {nil, http.StatusUnsupportedMediaType, ""},
		"a file over the cap":  {make([]byte, 21<<20), http.StatusRequestEntityTooLarge, "upload_too_large"},
	} {
		res := h.upload(c.data, nil)
		require.Equal(t, c.code, res.Code, "%s: %s", name, res.Body)
		require.Contains(t, res.Body.String(), c.want)
	}
	// A picture with something behind it comes back without it.
	res := h.upload(append(picture(t, 20, 20), []byte("<script>alert(1)</script>")...), nil)
	require.Equal(t, http.StatusCreated, res.Code, res.Body.String())
	var out struct {
		URL string `json:"url"`
	}
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &out))
	file := h.do(request{method: get, path: out.URL})
	require.Equal(t, "image/png", file.Header().Get("Content-Type"))
	require.Equal(t, "nosniff", file.Header().Get("X-Content-Type-Options"))
	require.NotContains(t, file.Body.String(), "script")

	key := map[string]string{"Idempotency-Key": "upload-1"}
	first, second := h.upload(picture(t, 30, 30), key), h.upload(picture(t, 30, 30), key)
	require.JSONEq(t, first.Body.String(), second.Body.String())
	other := h.upload(picture(t, 31, 31), key)
	require.Equal(t, http.StatusUnprocessableEntity, other.Code)
	require.Contains(t, other.Body.String(), "idempotency_key_reused")
}

// T3: the cookie is signed, ends, and is useless to another site.
func TestAdminSession(t *testing.T) {
	h := newHarness(t)
	c := h.adminToken
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, c.SameSite)
	require.Equal(t, int(access.SessionLife.Seconds()), c.MaxAge)

	templates := request{method: get, path: "/api/v1/templates", admin: true}
	require.Equal(t, http.StatusOK, h.do(templates).Code)
	require.Equal(t, http.StatusOK, h.do(request{method: http.MethodHead, path: templates.path, admin: true}).Code, "what can be read can be asked for")

	// A forged payload under the old signature, and a signature that is cut.
	payload, mac, _ := strings.Cut(c.Value, ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	require.NoError(t, err)
	forged := base64.RawURLEncoding.EncodeToString(bytes.Replace(raw, []byte(h.ours.tenant.ID), []byte(h.theirs.tenant.ID), 1))
	for _, value := range []string{forged + "." + mac, payload + "." + mac[:20], payload, "", "." + mac, "x.y"} {
		h.adminToken = &http.Cookie{Name: access.CookieName, Value: value}
		require.Equal(t, http.StatusUnauthorized, h.do(templates).Code, value)
	}
	h.adminToken = c

	// Sessions of earlier releases had no id: they have ended, and say so.
	var members map[string]any
	require.NoError(t, json.Unmarshal(raw, &members))
	delete(members, "s")
	raw, err = json.Marshal(members)
	require.NoError(t, err)
	enc := base64.RawURLEncoding
	templates.as = &http.Cookie{Name: access.CookieName, Value: enc.EncodeToString(raw) + "." + enc.EncodeToString(h.ring.Sign("admin-session", raw))}
	res := h.do(templates)
	require.Equal(t, http.StatusUnauthorized, res.Code)
	require.Contains(t, res.Body.String(), `"session_ended"`)
	templates.as = nil

	later := time.Now().Add(access.SessionLife + time.Second)
	h.now = func() time.Time { return later }
	require.Equal(t, http.StatusUnauthorized, h.do(templates).Code)
	h.now = time.Now

	write := request{method: post, path: "/api/v1/promos/render", admin: true, body: body()}
	for name, header := range map[string]map[string]string{
		"cross-site":         {"Sec-Fetch-Site": "cross-site"},
		"same-site, foreign": {"Sec-Fetch-Site": "same-site"},
		"foreign origin":     {"Origin": "https://evil.example"},
	} {
		write.header = header
		res := h.do(write)
		require.Equal(t, http.StatusForbidden, res.Code, name)
		require.Contains(t, res.Body.String(), "cross_site")
	}
	write.header = map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8080"}
	require.Equal(t, http.StatusOK, h.do(write).Code)

	// Signed out: a copy of the cookie opens nothing, and another process knows it within 5 s.
	elsewhere := access.NewSessions(h.ring, password, false, h.store, func() time.Time { return h.now() })
	ask := httptest.NewRequest(get, "/", nil)
	ask.AddCookie(c)
	_, err = elsewhere.Read(ask)
	require.NoError(t, err)
	out := h.do(request{method: del, path: "/api/v1/admin/session", admin: true})
	require.Equal(t, http.StatusNoContent, out.Code)
	require.Negative(t, out.Result().Cookies()[0].MaxAge)
	require.Equal(t, http.StatusUnauthorized, h.do(templates).Code)
	later = time.Now().Add(5 * time.Second)
	h.now = func() time.Time { return later }
	_, err = elsewhere.Read(ask)
	require.Equal(t, "session_ended", fault.From(err).Code)
}

// A session in use goes on for a week; then, and after half a day without use, one signs in again.
func TestASessionIsProlonged(t *testing.T) {
	h := newHarness(t)
	begun := time.Now()
	for hours := 11; hours < 7*24; hours += 11 {
		now := begun.Add(time.Duration(hours) * time.Hour)
		h.now = func() time.Time { return now }
		res := h.do(request{method: get, path: "/api/v1/templates", admin: true})
		require.Equal(t, http.StatusOK, res.Code, hours)
		h.adminToken = res.Result().Cookies()[0]
		require.Empty(t, h.do(request{method: get, path: "/api/v1/templates", admin: true}).Result().Cookies(), "once is enough")
	}
	now := begun.Add(7*24*time.Hour + time.Minute)
	h.now = func() time.Time { return now }
	require.Equal(t, http.StatusUnauthorized, h.do(request{method: get, path: "/api/v1/templates", admin: true}).Code)
}

func TestOtherSessionsAreEnded(t *testing.T) {
	h := newHarness(t)
	mine, other, editor := h.adminToken, h.signIn(), h.sessionOf(access.Editor, h.ours)
	templates := request{method: get, path: "/api/v1/templates", as: mine}
	require.Equal(t, http.StatusNoContent, h.do(request{method: post, path: "/api/v1/session/end-others", as: mine}).Code)
	require.Equal(t, http.StatusOK, h.do(templates).Code)
	templates.as = other
	require.Equal(t, http.StatusUnauthorized, h.do(templates).Code)
	templates.as = editor
	require.Equal(t, http.StatusOK, h.do(templates).Code, "another person's goes on")
	templates.as = h.signIn()
	require.Equal(t, http.StatusOK, h.do(templates).Code, "so does one that is opened later")
}

// Which tenant is worked in, and who does it, is the session's to say.
func TestSessionsNameTheirPersonAndTenant(t *testing.T) {
	h := newHarness(t)
	theirs := h.sessionOf(access.Editor, h.theirs)
	session := h.do(request{method: get, path: "/api/v1/session", as: theirs}).Body.String()
	for _, want := range []string{`"role":"editor"`, `"person_id":"the-editor"`, `"name":"The editor"`, h.theirs.tenant.ID, `"promos.render"`} {
		require.Contains(t, session, want)
	}
	require.NotContains(t, session, "system.read", "that is the admin's")
	templates := h.do(request{method: get, path: "/api/v1/templates", as: theirs}).Body.String()
	require.Contains(t, templates, "their-coupon")
	require.NotContains(t, templates, h.ours.template.ID)
	brand := h.do(request{method: get, path: "/api/v1/brand", as: theirs}).Body.String()
	require.Contains(t, brand, h.theirs.tenant.Name)
	admin := h.do(request{method: get, path: "/api/v1/session", admin: true}).Body.String()
	for _, want := range []string{`"role":"admin"`, `"person_id":"admin"`, `"name":"Admin"`, h.ours.tenant.ID, `"system.read"`} {
		require.Contains(t, admin, want)
	}
}

func TestSignInIsLimited(t *testing.T) {
	h := newHarness(t)
	wrong := request{method: post, path: "/api/v1/admin/session", body: map[string]string{"password": "guess"}}
	codes := map[int]int{}
	for range 12 {
		res := h.do(wrong)
		codes[res.Code]++
		if res.Code == http.StatusTooManyRequests {
			require.NotEmpty(t, res.Header().Get("Retry-After"))
		}
	}
	require.Equal(t, map[int]int{http.StatusUnauthorized: 8, http.StatusTooManyRequests: 4}, codes)
	right := request{method: post, path: "/api/v1/admin/session", body: map[string]string{"password": password}}
	require.Equal(t, http.StatusTooManyRequests, h.do(right).Code, "the right one has to wait too")
	later := time.Now().Add(16 * time.Minute)
	h.now = func() time.Time { return later }
	require.Equal(t, http.StatusOK, h.do(right).Code)
}

// Many guesses at once are counted like many in a row.
func TestSignInIsLimitedInParallel(t *testing.T) {
	h := newHarness(t)
	codes := make(chan int, 40)
	var all sync.WaitGroup
	for range cap(codes) {
		all.Go(func() {
			res := h.do(request{method: post, path: "/api/v1/admin/session", body: map[string]string{"password": "guess"}})
			codes <- res.Code
		})
	}
	all.Wait()
	close(codes)
	judged := 0
	for code := range codes {
		if code == http.StatusUnauthorized {
			judged++
		}
	}
	require.LessOrEqual(t, judged, 8)
}

// What no text column can hold is refused at the door, on every database alike.
func TestBytesThatAreNoText(t *testing.T) {
	h := newHarness(t)
	for _, r := range []request{
		{method: get, path: "/api/v1/templates?q=%00"},
		{method: get, path: "/api/v1/templates?q=%ff"},
		{method: get, path: "/api/v1/templates/%ff"},
		{method: post, path: "/api/v1/promos/render", body: []byte(`{"template":"a\u0000"}`)},
		{method: post, path: "/api/v1/promos/render", body: []byte("{\"template\":\"\xff\"}")},
	} {
		r.admin = true
		res := h.do(r)
		require.Equal(t, http.StatusBadRequest, res.Code, "%s %s: %s", r.method, r.path, res.Body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/healthz", "/api/v1/session", "/api/v1/nothing", "/"} {
		head := h.do(request{method: get, path: path}).Header()
		require.Equal(t, "nosniff", head.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", head.Get("X-Frame-Options"), path)
		require.Equal(t, "same-origin", head.Get("Referrer-Policy"), path)
		require.NotEmpty(t, head.Get("Content-Security-Policy"), path)
	}
}

// A PATCH that changes nothing leaves the row, and its version, as they were.
func TestAPatchThatChangesNothing(t *testing.T) {
	h := newHarness(t)
	telegram := h.telegramOf(h.ours, signalToken)
	journey := h.journeyOf(h.ours, telegram.connection, "Our welcome", "gold")
	_, err := h.store.Subscribers.SetTags(ctxOf(h, h.ours), telegram.subscriber.ID, models.AnyVersion, []string{"vip"})
	require.NoError(t, err)
	for path, same := range map[string]map[string]any{
		"/api/v1/templates/" + h.ours.template.ID:      {"visible_web": true},
		connectionsPath + "/" + telegram.connection.ID: {"channels": []any{}},
		subscribers + "/" + telegram.subscriber.ID:     {"tags": []string{"VIP", "vip"}},
		journeysPath + "/" + journey.journey.ID:        {"name": "Our welcome", "is_locked": false},
	} {
		before := h.do(request{method: get, path: path, admin: true})
		version := map[string]string{"If-Match": before.Header().Get("ETag")}
		for _, body := range []map[string]any{{}, same} {
			res := h.do(request{method: patch, path: path, admin: true, body: body, header: version})
			require.Equal(t, http.StatusOK, res.Code, "%s: %s", path, res.Body)
			require.Equal(t, before.Header().Get("ETag"), res.Header().Get("ETag"), path)
			require.JSONEq(t, before.Body.String(), res.Body.String(), path)
		}
		late := h.do(request{method: patch, path: path, admin: true, body: map[string]any{}, header: tag(99)})
		require.Equal(t, http.StatusPreconditionFailed, late.Code, path)
	}
}

// An export holds everybody, over all pages of its list.
func TestAnExportIsWhole(t *testing.T) {
	h := newHarness(t)
	ctx := tenant.With(t.Context(), h.ours.tenant.ID)
	bot := h.telegramOf(h.ours, promoToken).connection
	const people = 2*models.MaxPage + 50
	for user := range int64(people) {
		_, err := h.store.Conversations.Receive(ctx, models.Incoming{ConnectionID: bot.ID, UpdateID: 5000 + user, Kind: "message",
			Person: models.Person{ID: 5000 + user, FirstName: "Zoe"}, State: models.SubscriberActive, Payload: json.RawMessage(`{}`)},
			func(*models.Store, *models.Subscriber) (string, error) { return models.RouteNone, nil }, nil)
		require.NoError(t, err)
	}
	res := h.do(request{method: get, path: "/api/v1/subscribers.csv", admin: true})
	require.Equal(t, http.StatusOK, res.Code)
	require.Equal(t, people, strings.Count(res.Body.String(), ",Zoe,"))
}
