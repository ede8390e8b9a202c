// Package api speaks HTTP: the JSON API under /api/v1, signed files and images, health, and the
// dashboard. routes.go is the whole table of routes; handlers are thin and live by area.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/admin"
	forexapi "github.com/promostack/promostack/api/forex"
	homeapi "github.com/promostack/promostack/api/home"
	"github.com/promostack/promostack/api/httpx"
	journeysapi "github.com/promostack/promostack/api/journeys"
	"github.com/promostack/promostack/api/live"
	promoapi "github.com/promostack/promostack/api/promo"
	"github.com/promostack/promostack/api/simulated"
	telegramapi "github.com/promostack/promostack/api/telegram"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/home"
	"github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/news"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/tenants"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// Options are what the API is made of.
type Options struct {
	Config      *config.Config
	Ring        *secrets.Ring
	Store       *models.Store
	Objects     admin.Pinger
	Fonts       *render.FontSet
	Emoji       *render.Emoji
	Promo       *promo.Service
	CRM         admin.Pinger // nil without a CRM
	Connections *connections.Service
	Inbox       *inbox.Service
	PromoBot    *promobot.Service
	Posts       *channelposts.Service
	Accounts    *accounts.Service
	Journeys    *journeys.Service
	Feed        *marketfeed.Service // nil without market data
	News        *news.Service       // nil without a provider of news
	Signals     *signals.Service
	CrossPromo  *crosspromo.Service
	Hype        *hype.Service
	Writing     *writing.Service
	Backtests   *backtests.Service
	Tenants     *tenants.Service
	Temporal    client.Client
	Flows       connections.Flows // nil where nobody knows which flows run
	Metrics     *metrics.Metrics
	Dashboard   http.Handler // pages and static files
	Pages       forexapi.Pages
	Version     string
	Now         func() time.Time
}

// Server is the API.
type Server struct {
	hosts       access.Hosts
	sessions    *access.Sessions
	callers     access.Callers
	limiter     *httpx.Limiter
	crossOrigin *http.CrossOriginProtection
	metrics     *metrics.Metrics
	store       *models.Store
	owners      *tenants.Service
	now         func() time.Time
	dashboard   http.Handler
	secure      bool

	health    *admin.Health
	session   *admin.Session
	tenants   *admin.Tenants
	system    *admin.System
	codec     *admin.Codec
	webUI     *admin.WebUI // nil where none is configured
	templates *promoapi.Templates
	renders   *promoapi.Renders
	coupons   *promoapi.Coupons
	links     *promoapi.Links
	files     *promoapi.Files
	uploads   *promoapi.Uploads
	bulk      *promoapi.Bulk

	connections *telegramapi.Connections
	account     *telegramapi.Account
	subscribers *telegramapi.Subscribers
	posts       *telegramapi.Posts
	hook        *telegramapi.Hook

	channelPosts *telegramapi.ChannelPosts

	journeys      *journeysapi.Journeys
	conversations *journeysapi.Conversations

	market         *forexapi.Market
	signals        *forexapi.Signals
	strategies     *forexapi.Strategies
	signalSettings *forexapi.SignalSettings
	recaps         *forexapi.Recaps
	record         *forexapi.Record
	performance    *forexapi.Performance
	crossPromo     *forexapi.CrossPromo
	hype           *forexapi.Hype
	ai             *forexapi.AI
	backtests      *forexapi.Backtests

	home *homeapi.Home

	live      *live.Live
	streams   map[string]bool // routes with the flag stream
	fonts     *promoapi.Fonts
	simulated *simulated.Proxy // nil without a sandbox
	document  []byte           // the OpenAPI document
}

// New wires the API's handlers.
func New(o Options) *Server {
	c, store := o.Config, o.Store
	secure := c.PublicURL.Scheme == "https"
	sessions := access.NewSessions(o.Ring, c.AdminPassword, secure, store, o.Now)
	services := &admin.Services{Config: c, Store: store, Objects: o.Objects, Temporal: o.Temporal, Flows: o.Flows, CRM: o.CRM, Feed: o.Feed, News: o.News, Writing: o.Writing}
	renders := &promoapi.Renders{Service: o.Promo, Metrics: o.Metrics}
	hosts := access.Hosts{Admin: c.AdminHost, Dash: c.DashHost, Loopback: c.Loopback()}
	callers := access.Callers{Trusted: c.TrustedProxies}
	limiter := httpx.NewLimiter(o.Now)
	s := &Server{
		hosts:       hosts,
		sessions:    sessions,
		callers:     callers,
		limiter:     limiter,
		crossOrigin: http.NewCrossOriginProtection(),
		metrics:     o.Metrics,
		store:       store,
		owners:      o.Tenants,
		now:         o.Now,
		dashboard:   o.Dashboard,
		secure:      secure,

		health:    &admin.Health{Store: store, Exporter: o.Metrics, MetricsToken: c.MetricsToken},
		session:   &admin.Session{Config: c, Store: store, Sessions: sessions, Hosts: hosts, Callers: callers, Limiter: limiter, Version: o.Version, Now: o.Now},
		system:    &admin.System{Services: services, Version: o.Version, Started: o.Now(), Now: o.Now},
		codec:     &admin.Codec{Codec: temporal.NewCodec(o.Ring)},
		templates: &promoapi.Templates{Store: store, Service: o.Promo},
		renders:   renders,
		coupons:   &promoapi.Coupons{Store: o.Store, Service: o.Promo},
		links:     &promoapi.Links{Service: o.Promo, Renders: renders},
		files:     &promoapi.Files{Service: o.Promo},
		uploads:   &promoapi.Uploads{Store: store, Service: o.Promo},
		bulk:      &promoapi.Bulk{Store: store, Service: o.Promo, Now: o.Now},

		connections: &telegramapi.Connections{Store: store, Service: o.Connections, Flows: o.Flows, Now: o.Now},
		account:     &telegramapi.Account{Service: o.Accounts},
		subscribers: &telegramapi.Subscribers{Store: store, Inbox: o.Inbox},
		posts:       &telegramapi.Posts{Service: o.PromoBot},
		hook:        &telegramapi.Hook{Inbox: o.Inbox},

		channelPosts: &telegramapi.ChannelPosts{Store: store, Service: o.Posts, Signals: o.Signals, PromoBot: o.PromoBot, Promo: o.Promo},

		journeys:      &journeysapi.Journeys{Store: store, Service: o.Journeys, Callers: callers, Now: o.Now},
		conversations: &journeysapi.Conversations{Service: o.Journeys},

		market:         &forexapi.Market{Feed: o.Feed},
		signals:        &forexapi.Signals{Store: o.Store, Service: o.Signals},
		strategies:     &forexapi.Strategies{Service: o.Signals},
		signalSettings: &forexapi.SignalSettings{Service: o.Signals},
		recaps:         &forexapi.Recaps{Store: o.Store},
		performance:    &forexapi.Performance{Service: o.Signals},
		crossPromo:     &forexapi.CrossPromo{Service: o.CrossPromo, Now: o.Now},
		hype:           &forexapi.Hype{Store: o.Store, Service: o.Hype},
		record:         &forexapi.Record{Store: o.Store, Service: o.Signals, Pages: o.Pages, PublicURL: c.PublicURL},
		ai:             &forexapi.AI{Service: o.Writing},
		backtests:      &forexapi.Backtests{Store: store, Service: o.Backtests, Now: o.Now},

		home: &homeapi.Home{Store: store, Service: home.New(home.Options{Store: store, Journeys: o.Journeys, Promotion: o.CrossPromo, Signals: o.Signals, Feed: o.Feed, Now: o.Now})},

		live:    live.New(store, o.Now),
		streams: map[string]bool{},
		fonts:   &promoapi.Fonts{Fonts: o.Fonts, Emoji: o.Emoji},
	}
	if c.TemporalUIURL != nil {
		s.webUI = admin.NewWebUI(c.TemporalUIURL, c.TemporalNamespace, secure)
	}
	if c.Sandbox {
		s.simulated = simulated.New(c.SandboxAddress)
	}
	s.tenants = &admin.Tenants{Store: store, Service: o.Tenants, Session: s.session}
	s.document = encoded(s.Table(), o.Version)
	return s
}

// Handler returns the whole program's HTTP side.
func (s *Server) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.HandleMethodNotAllowed = true
	g.ContextWithFallback = true
	g.RedirectTrailingSlash = false
	g.Use(s.identify, recoverPanic, httpx.Body, s.headers)
	table := s.Table()
	for _, r := range table {
		chain := []gin.HandlerFunc{s.guard(r)}
		if r.Flags&versioned != 0 {
			chain = append(chain, httpx.Versioned)
		}
		if r.Flags&once != 0 {
			chain = append(chain, httpx.Idempotent(s.store.Idempotency))
		}
		s.streams[r.Method+" "+r.Path] = r.Flags&stream != 0
		chain = append(chain, r.Handler.Gin())
		g.Handle(r.Method, r.Path, chain...)
		ownHead := slices.ContainsFunc(table, func(o Route) bool { return o.Method == http.MethodHead && o.Path == r.Path })
		if r.Method == http.MethodGet && !ownHead && (r.Flags&stream == 0 || r.Auth == access.Public) {
			g.HEAD(r.Path, chain...) // net/http leaves the body out
		}
	}
	for _, r := range s.WebUI() {
		s.streams[r.Method+" "+r.Path] = true
		g.Handle(r.Method, r.Path, s.guard(r), r.Handler.Gin())
	}
	for _, r := range s.Sandbox() {
		s.streams[r.Method+" "+r.Path] = true
		g.Handle(r.Method, r.Path, simulated.Guard, r.Handler.Gin())
	}
	g.NoMethod(func(c *gin.Context) {
		httpx.Fail(c, fault.New(fault.NotAllowed, "method_not_allowed", "%s is not possible here", c.Request.Method))
	})
	g.NoRoute(s.pages)
	return g
}

// pages serves the dashboard for whatever is no route of the API.
func (s *Server) pages(c *gin.Context) {
	path := c.Request.URL.Path
	switch {
	case !strings.HasPrefix(path, "/static/") && !s.hosts.Serves(c.Request.Host, access.BothHosts): // public pages need their files on every host
		httpx.Fail(c, wrongHost(path))
		return
	case isCall(path):
		httpx.Fail(c, fault.New(fault.NotFound, "not_found", "There is nothing at this address"))
		return
	}
	c.Status(http.StatusOK)
	s.dashboard.ServeHTTP(c.Writer, c.Request)
}

// HTTPServer returns a server for a Server's Handler, with its time limits set.
func HTTPServer(logger *slog.Logger) *http.Server {
	return &http.Server{
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       requestLimit,
		WriteTimeout:      requestLimit + 5*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// Sweep clears what is only kept for a while and feeds the event streams; it runs until ctx ends.
func (s *Server) Sweep(ctx context.Context) {
	go s.live.Run(ctx)
	tick := time.NewTicker(10 * time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.clean(models.Platform(ctx))
		}
	}
}

// addressKnown is how long an address from which somebody signed in stays known.
const addressKnown = 90 * 24 * time.Hour

// clean removes answers of idempotency keys and sign-in attempts that nobody asks for any more.
func (s *Server) clean(ctx context.Context) {
	now := s.now()
	if _, err := s.store.Idempotency.DeleteExpired(ctx); err != nil {
		slog.WarnContext(ctx, "idempotency keys not cleaned", "error", err)
	}
	if _, err := s.store.Events.DeleteBefore(ctx, now.Add(-models.EventRetention)); err != nil {
		slog.WarnContext(ctx, "events not cleaned", "error", err)
	}
	if _, err := s.store.Accounts.ForgetLogins(ctx); err != nil {
		slog.WarnContext(ctx, "accounts' sign-ins not cleaned", "error", err)
	}
	if _, err := s.store.Logins.Forget(ctx, now.Add(-24*time.Hour), now.Add(-addressKnown)); err != nil {
		slog.WarnContext(ctx, "sign-in attempts not cleaned", "error", err)
	}
	if _, err := s.store.Processes.Forget(ctx, now.Add(-24*time.Hour)); err != nil {
		slog.WarnContext(ctx, "processes that ended not cleaned", "error", err)
	}
	if _, err := s.store.SessionEnds.Forget(ctx); err != nil {
		slog.WarnContext(ctx, "ended sessions not cleaned", "error", err)
	}
}
