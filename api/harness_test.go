package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/png"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"golang.org/x/image/draw"

	"github.com/promostack/promostack/api"
	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/sandbox"
	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/tenants"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/market"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/web"
	"github.com/promostack/promostack/workflows/handlers"
)

// anything matches any argument of a mocked call.
const anything = mock.Anything

const password = "open-sesame-1"

// Tokens of simulated bots. None may be in any answer.
const (
	promoToken  = "7000000001:a-token-that-is-35-signs-long-xxxxx"
	signalToken = "7000000002:a-token-that-is-35-signs-long-xxxxx"
	theirToken  = "7000000003:a-token-that-is-35-signs-long-xxxxx"
)

// harness is the whole API on a real database and a real object store, with the coupon CRM
// simulated and Temporal mocked; tenants ours and theirs have a template each.
type harness struct {
	t          *testing.T
	store      *models.Store
	service    *promo.Service
	objects    *objectstore.Store
	emoji      *render.Emoji
	fonts      *render.FontSet
	temporal   *mocks.Client
	server     *api.Server
	handler    http.Handler
	ring       *secrets.Ring
	all        *services.Services
	journeys   *journeys.Service
	signals    *signals.Service
	backtests  *backtests.Service
	hype       *hype.Service
	owners     *tenants.Service
	signalBars int64  // how many signals were made: each has a bar of its own
	lastLink   string // in a journey's message to somebody
	crm        *httptest.Server
	now        func() time.Time
	ours       world
	theirs     world
	adminToken *http.Cookie
	// conformance checks every request and answer against the published document.
	conformance *conformance
}

// noStarter gives a new tenant nothing: its flow is mocked.
type noStarter struct{}

func (noStarter) Designs() []tenants.Design { return nil }

func (noStarter) Journey(string) (string, *journey.Definition) {
	return "Welcome", &journey.Definition{}
}

// world is what one tenant has.
type world struct {
	tenant   *models.Tenant
	template *models.TemplateRecord
	upload   *models.Upload
}

// newHarness makes one; more are settings besides its own.
func newHarness(t *testing.T, more ...string) *harness {
	t.Helper()
	t.Parallel()
	ctx := t.Context()
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	objects, err := objectstore.New(testkit.S3(t))
	require.NoError(t, err)
	require.NoError(t, objects.EnsureBucket(ctx))
	fonts, err := render.LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := render.LoadEmoji(assets.Emoji())
	require.NoError(t, err)

	h := &harness{t: t, store: store, now: time.Now, temporal: &mocks.Client{}}
	bots, err := telegram.Open(ctx, telegram.Options{Bots: []telegram.Bot{
		{Token: promoToken, Username: "promostack_bot"}, {Token: signalToken, Username: "promostack_signals_bot"}, {Token: theirToken, Username: "their_bot"}}})
	require.NoError(t, err)
	h.crm = httptest.NewServer(sandbox.New(sandbox.Options{CRMKey: "key", CRMProductID: "demo", Clock: time.Now, Parts: []sandbox.Part{bots}}))
	t.Cleanup(func() { h.crm.CloseClientConnections(); h.crm.Close(); _ = bots.Close() })
	coupons, err := crm.New(crm.Config{BaseURL: h.crm.URL + "/sandbox/funderpro", ProductID: "demo", Key: "key", CacheFor: time.Nanosecond})
	require.NoError(t, err)
	public, err := url.Parse("http://127.0.0.1:8080")
	require.NoError(t, err)
	h.objects, h.fonts, h.emoji = objects, fonts, emoji
	h.service = promo.New(promo.Options{
		Store: store, Objects: objects, Engine: render.NewEngine(fonts, emoji), Fonts: fonts, Emoji: emoji,
		Coupons: coupons, Ring: ring, PublicURL: public, Now: time.Now,
	})
	h.ring = ring
	h.all = services.New(t, services.Options{Simulated: true, Store: store, Ring: ring, BotAPI: h.crm.URL + telegram.Path, Promo: h.service, Now: func() time.Time { return h.now() }})
	env := config.Env{"ADMIN_PASSWORD": password, "SPACES_ENDPOINT": "http://s3", "TEMPORAL_UI_URL": "http://127.0.0.1:8233",
		"TELEGRAM_API_URL": h.crm.URL + telegram.Path}
	for i := 0; i+1 < len(more); i += 2 {
		env[more[i]] = more[i+1]
	}
	cfg, err := config.Parse(env)
	require.NoError(t, err)
	h.temporal.On("ExecuteWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(&mocks.WorkflowRun{}, nil)
	h.temporal.On("SignalWorkflow", anything, anything, anything, anything, anything).Return(nil)
	h.temporal.On("SignalWithStartWorkflow", anything, anything, anything, anything, anything, anything, anything).Return(&mocks.WorkflowRun{}, nil)
	h.temporal.On("CheckHealth", mock.Anything, mock.Anything).Return(&client.CheckHealthResponse{}, nil)
	h.temporal.On("DescribeTaskQueue", mock.Anything, mock.Anything, mock.Anything).Return(nil, fmt.Errorf("mocked away"))
	h.temporal.On("TerminateWorkflow", anything, anything, anything, anything).Return(fmt.Errorf("mocked away"))
	h.owners = tenants.New(tenants.Options{Store: store, Promo: h.service, Journeys: h.all.Journeys, Connections: h.all.Connections, Starter: noStarter{}, Now: func() time.Time { return h.now() }})
	outbox.New(store, handlers.Outbox(h.temporal, "promostack"))
	h.journeys = h.all.Journeys
	feed, hours := goldFeed(t, store)
	posts := channelposts.New(store, h.all.Connections, h.all.Sending, time.Now)
	h.backtests = backtests.New(backtests.Options{Store: store, Feed: feed, Calendar: hours, Now: time.Now})
	h.signals = signals.New(signals.Options{Store: store, Feed: feed, Backtests: h.backtests, Posts: posts, Sending: h.all.Sending, Promo: h.service, Calendar: hours, Now: time.Now})
	promotion := crosspromo.New(crosspromo.Options{Store: store, Posts: posts, Signals: h.signals, Feed: feed, Calendar: hours, Now: time.Now})
	h.hype = hype.New(hype.Options{Store: store, Posts: posts, Promotion: promotion, PublicURL: public, Now: time.Now})
	h.server = api.New(api.Options{
		Config: cfg, Ring: ring, Store: store, Objects: objects, Fonts: fonts, Emoji: emoji, Promo: h.service, CRM: coupons, Temporal: h.temporal,
		Connections: h.all.Connections, Inbox: h.all.Inbox, PromoBot: promobot.New(store, h.service, h.all.Connections, h.all.Sending), Posts: posts,
		Accounts: &accounts.Service{Store: store, Ring: ring, App: true, Now: h.now},
		Metrics:  metrics.New("api", "test"), Journeys: h.journeys, Feed: feed, Signals: h.signals, CrossPromo: promotion, Hype: h.hype, Backtests: h.backtests, Tenants: h.owners, Writing: writing.New(writing.Options{Store: store, Now: func() time.Time { return h.now() }}),
		Dashboard: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "dashboard") }),
		Pages:     web.Handler(web.Options{}),
		Version:   "test", Now: func() time.Time { return h.now() },
	})
	h.handler = h.server.Handler()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	h.conformance = conformanceOf(t, h)

	h.ours = h.makeWorld("ours")
	h.theirs = h.makeWorld("theirs")
	h.adminToken = h.signIn()
	return h
}

// goldFeed has a day of a market that nobody asks for more.
func goldFeed(t *testing.T, store *models.Store) (*marketfeed.Service, *calendar.Calendar) {
	t.Helper()
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	feed := marketfeed.New(marketfeed.Options{Store: store, Name: models.SimulatedMarket, Calendar: hours, Now: time.Now})
	require.NoError(t, store.Candles.Add(t.Context(), feed.Market, candle.M15, market.Walk(1, 96)))
	require.NoError(t, store.Feeds.Put(t.Context(), &models.MarketFeed{Market: feed.Market.Provider, Symbol: feed.Market.Symbol, State: models.FeedLive,
		Price: 2650 * pip.Units, MarketTime: models.NewTime(market.Walk(1, 96)[95].At()), Speed: 10, Budget: json.RawMessage("{}"),
		LookedAt: models.NewTime(time.Now()), NextLook: models.NewTime(time.Now().Add(time.Hour))}))
	return feed, hours
}

func (h *harness) makeWorld(slug string) world {
	h.t.Helper()
	owner := &models.Tenant{Slug: slug, Name: "The " + slug, Kind: models.KindClient}
	require.NoError(h.t, h.store.Tenants.Create(h.t.Context(), owner))
	ctx := tenant.With(h.t.Context(), owner.ID)
	u, err := h.service.Upload(ctx, picture(h.t, 40, 20))
	require.NoError(h.t, err)
	meta, backgrounds := goldCoupon()
	if slug == "theirs" {
		meta.Slug = "their-coupon"
	}
	require.NoError(h.t, h.service.Install(ctx, &meta, backgrounds))
	r, err := h.store.Templates.Get(ctx, meta.Slug)
	require.NoError(h.t, err)
	return world{owner, r, u}
}

// goldCoupon is drawn once for all tests: two of the demo's sizes, with backgrounds at 1× and in few
// colours, since most of the tests' time went into coding them for each test.
var goldCoupon = sync.OnceValues(func() (render.Template, map[string]image.Image) {
	for _, d := range demo.Catalog() {
		if d.Slug != "gold-coupon" {
			continue
		}
		meta, large := d.Draw()
		meta.Sizes = slices.DeleteFunc(meta.Sizes, func(s render.Size) bool { return s.Name != "square" && s.Name != "wide" })
		small := map[string]image.Image{}
		for _, s := range meta.Sizes {
			img := image.NewRGBA(image.Rect(0, 0, s.Width, s.Height))
			draw.NearestNeighbor.Scale(img, img.Bounds(), large[s.Background], large[s.Background].Bounds(), draw.Src, nil)
			small[s.Background] = webSafe(img)
		}
		return meta, small
	}
	panic("the demo has no gold-coupon")
})

// webSafe brings a picture to the 6×6×6 colours of palette.WebSafe, which PNG holds in a byte each.
func webSafe(img *image.RGBA) *image.Paletted {
	out := image.NewPaletted(img.Rect, palette.WebSafe)
	for i := range out.Pix {
		r, g, b := img.Pix[4*i]/43, img.Pix[4*i+1]/43, img.Pix[4*i+2]/43
		out.Pix[i] = 36*r + 6*g + b
	}
	return out
}

func (h *harness) signIn() *http.Cookie {
	res := h.do(request{method: http.MethodPost, path: "/api/v1/admin/session", body: map[string]string{"password": password}})
	require.Equal(h.t, http.StatusOK, res.Code, res.Body.String())
	for _, c := range res.Result().Cookies() {
		if c.Name == access.CookieName {
			return c
		}
	}
	h.t.Fatal("no session cookie")
	return nil
}

// sessionOf is the cookie of somebody with a role in a tenant, which no route gives to clients yet.
func (h *harness) sessionOf(role access.Role, w world) *http.Cookie {
	h.t.Helper()
	res := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(res)
	person := access.Person{ID: "the-" + string(role), Name: "The " + string(role)}
	_, err := access.NewSessions(h.ring, password, false, h.store, h.now).Open(c, person, role, w.tenant.ID)
	require.NoError(h.t, err)
	return res.Result().Cookies()[0]
}

// request is one call; admin adds the session.
type request struct {
	method, path string
	host         string
	admin        bool
	as           *http.Cookie // the session of somebody else than the admin
	body         any          // JSON; a []byte goes as it is
	header       map[string]string
	from         string                  // the caller's address and port
	until        func(soFar string) bool // of a stream: whether the caller has what it came for and goes
}

// do makes a call, and holds it and its answer against the published document.
func (h *harness) do(r request) *httptest.ResponseRecorder {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute) // a stream in which nothing comes ends too
	defer cancel()
	req, body := h.httpRequest(ctx, r)
	res := httptest.NewRecorder()
	h.handler.ServeHTTP(&leaving{ResponseRecorder: res, until: r.until, leave: cancel}, req)
	h.conformance.check(h.t, req, body, res)
	return res
}

// httpRequest is the call as it comes in, with its body.
func (h *harness) httpRequest(ctx context.Context, r request) (*http.Request, []byte) {
	h.t.Helper()
	var body []byte
	contentType := ""
	switch b := r.body.(type) {
	case nil:
	case []byte:
		body, contentType = b, "application/json"
	default:
		data, err := json.Marshal(b)
		require.NoError(h.t, err)
		body, contentType = data, "application/json"
	}
	req := httptest.NewRequestWithContext(ctx, r.method, r.path, bytes.NewReader(body))
	req.Host = "127.0.0.1:8080"
	if r.host != "" {
		req.Host = r.host
	}
	if r.from != "" {
		req.RemoteAddr = r.from
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if r.as != nil {
		req.AddCookie(r.as)
	} else if r.admin {
		req.AddCookie(h.adminToken)
	}
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	return req, body
}

// leaving is a client that goes as soon as it has read what it came for.
type leaving struct {
	*httptest.ResponseRecorder
	until func(soFar string) bool // nil: it reads to the end
	leave func()
}

// Write implements io.Writer.
func (l *leaving) Write(p []byte) (int, error) {
	n, err := l.ResponseRecorder.Write(p)
	if l.until != nil && l.until(l.Body.String()) {
		l.leave()
	}
	return n, err
}

// form is the request of a multipart form: text fields, and the file last unless it is nil.
func form(t *testing.T, path string, fields map[string]string, name string, file []byte) request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		require.NoError(t, w.WriteField(k, v))
	}
	if file != nil {
		part, err := w.CreateFormFile("file", name)
		require.NoError(t, err)
		_, err = part.Write(file)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return request{method: post, path: path, admin: true, body: b.Bytes(), header: map[string]string{"Content-Type": w.FormDataContentType()}}
}

// upload posts a file as the dashboard does.
func (h *harness) upload(data []byte, header map[string]string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := form(h.t, "/api/v1/uploads", nil, "picture.png", append([]byte{}, data...))
	maps.Copy(r.header, header)
	return h.do(r)
}

// sized uploads a picture of ours of that size and returns its id.
func (h *harness) sized(width, height int) string {
	h.t.Helper()
	u, err := h.service.Upload(ctxOf(h, h.ours), picture(h.t, width, height))
	require.NoError(h.t, err)
	return u.ID
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width {
		img.Set(i, i%height, color.RGBA{200, 30, 60, 255})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.Bytes()
}

func ctxOf(h *harness, w world) context.Context { return tenant.With(h.t.Context(), w.tenant.ID) }
