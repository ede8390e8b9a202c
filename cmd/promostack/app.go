package main

import (
	"context"
	"crypto/tls"
	"log/slog"
	"os"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/api/admin"
	"github.com/promostack/promostack/internal/adapter/ai"
	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/adapter/market"
	newsadapter "github.com/promostack/promostack/internal/adapter/news"
	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/logging"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/host/tracing"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/news"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/tenants"
	"github.com/promostack/promostack/internal/service/timetable"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/handlers"
)

// app is what every part of the program is wired from.
type app struct {
	config *config.Config
	logger *slog.Logger
	ring   *secrets.Ring
	// temporalTLS is how Temporal is reached over TLS; nil without.
	temporalTLS *tls.Config
	store       *models.Store
	fonts       *render.FontSet
	emoji       *render.Emoji
	objects     *objectstore.Store
	crm         admin.Pinger // nil without a CRM
	promo       *promo.Service
	accounts    *accounts.Service

	connections *connections.Service
	sending     *sending.Service
	inbox       *inbox.Service
	promoBot    *promobot.Service
	journeys    *journeys.Service
	feed        *marketfeed.Service // nil without market data
	news        *news.Service       // nil without a provider of news
	posts       *channelposts.Service
	signals     *signals.Service
	crossPromo  *crosspromo.Service
	hype        *hype.Service
	writing     *writing.Service
	backtests   *backtests.Service
	tenants     *tenants.Service
}

// startLogging makes the part's logger the process's default.
func startLogging(c *config.Config, part string) *slog.Logger {
	logger := logging.New(os.Stderr, c.LogLevel, c.LogFormat, part)
	slog.SetDefault(logger)
	return logger
}

// startTraces sends the part's traces from now on, until stop is called.
func startTraces(ctx context.Context, c *config.Config, part string) (stop func(), err error) {
	return tracing.Start(ctx, tracing.Options{Endpoint: c.TracesEndpoint, Headers: c.TracesHeaders, Part: part, Version: version})
}

func newRing(c *config.Config) (*secrets.Ring, error) {
	previous := make([]string, len(c.SecretKeyPrevious))
	for i, k := range c.SecretKeyPrevious {
		previous[i] = k.Reveal()
	}
	return secrets.NewRing(c.SecretKey.Reveal(), previous...)
}

func newObjects(c *config.Config) (*objectstore.Store, error) {
	return objectstore.New(objectstore.Config{
		Endpoint: c.SpacesEndpoint, Region: c.SpacesRegion, Bucket: c.SpacesBucket,
		AccessKey: c.SpacesAccessKey.Reveal(), SecretKey: c.SpacesSecretKey,
		PathStyle: c.SpacesPathStyle, CDN: c.SpacesCDNURL,
	})
}

// openApp connects to the database and wires the rest. Nothing else needs to answer yet.
func openApp(ctx context.Context, c *config.Config, logger *slog.Logger) (*app, error) {
	a := &app{config: c, logger: logger}
	var err error
	if a.ring, err = newRing(c); err != nil {
		return nil, err
	}
	if c.TemporalTLS {
		if a.temporalTLS, err = temporal.TLS(c.TemporalTLSCA, c.TemporalTLSCert, c.TemporalTLSKey); err != nil {
			return nil, err
		}
	}
	if a.fonts, a.emoji, err = loadAssets(); err != nil {
		return nil, err
	}
	if a.objects, err = newObjects(c); err != nil {
		return nil, err
	}
	coupons := promo.Coupons(promo.NoCoupons{})
	if c.FunderProAPIURL != "" || c.FunderProAPIKey != "" {
		known, err := crm.New(crm.Config{BaseURL: c.FunderProAPIURL, ProductID: c.FunderProProductID, Key: c.FunderProAPIKey})
		if err != nil {
			return nil, err
		}
		coupons, a.crm = known, known
	}
	bots, err := botapi.New(c.TelegramAPIURL)
	if err != nil {
		return nil, err
	}
	if a.store, err = models.Open(ctx, c.DatabaseURL.Reveal(), models.Options{Logger: logger}); err != nil {
		return nil, err
	}
	a.promo = promo.New(promo.Options{
		Store: a.store, Objects: a.objects, Engine: render.NewEngine(a.fonts, a.emoji), Fonts: a.fonts, Emoji: a.emoji,
		Coupons: coupons, Ring: a.ring, PublicURL: c.PublicURL, Now: time.Now,
	})
	a.connections = connections.New(connections.Options{
		Store: a.store, Ring: a.ring, API: bots, PublicURL: c.PublicURL, Updates: contract.UpdatesMode(c.TelegramUpdates), Simulated: c.TelegramSimulated(), Now: time.Now,
	})
	a.sending = sending.New(a.store, a.connections, bots, time.Now)
	a.accounts = &accounts.Service{Store: a.store, Ring: a.ring, App: c.TelegramAppID != 0 && !c.TelegramAppHash.IsZero(), Now: time.Now}
	a.promoBot = promobot.New(a.store, a.promo, a.connections, a.sending)
	a.journeys = journeys.New(journeys.Options{Store: a.store, Sending: a.sending, Promo: a.promo, PublicURL: c.PublicURL, Now: time.Now})
	a.tenants = tenants.New(tenants.Options{Store: a.store, Promo: a.promo, Journeys: a.journeys, Connections: a.connections, Starter: starter{}, Now: time.Now})
	hours, err := calendar.New(nil)
	if err != nil {
		return nil, err
	}
	if a.feed, err = newFeed(c, a.store, hours); err != nil {
		return nil, err
	}
	if a.news, err = newNews(c, a.store); err != nil {
		return nil, err
	}
	if a.writing, err = newWriting(c, a.store); err != nil {
		return nil, err
	}
	a.posts = channelposts.New(a.store, a.connections, a.sending, time.Now)
	a.backtests = backtests.New(backtests.Options{Store: a.store, Feed: a.feed, Calendar: hours, Now: time.Now})
	a.signals = signals.New(signals.Options{Store: a.store, Feed: a.feed, Backtests: a.backtests, Posts: a.posts, Sending: a.sending, Promo: a.promo, Writing: a.writing, PublicURL: c.PublicURL.String(), Calendar: hours, Now: time.Now})
	promotion := crosspromo.Options{Store: a.store, Posts: a.posts, Signals: a.signals, Writing: a.writing, Feed: a.feed, Calendar: hours, Now: time.Now}
	if a.news != nil {
		promotion.News = a.news
	}
	a.crossPromo = crosspromo.New(promotion)
	a.hype = hype.New(hype.Options{Store: a.store, Posts: a.posts, Promotion: a.crossPromo, Writing: a.writing, PublicURL: c.PublicURL, Now: time.Now})
	a.inbox = inbox.New(inbox.Options{Store: a.store, Connections: a.connections, Journeys: a.journeys, Signals: a.signals, API: bots, Now: time.Now})
	return a, nil
}

// newFeed is the feed of gold's prices; nil where neither a key nor the sandbox is configured.
func newFeed(c *config.Config, store *models.Store, hours *calendar.Calendar) (*marketfeed.Service, error) {
	if c.TwelveDataAPIKey.IsZero() {
		return nil, nil
	}
	settings, name := market.Config{BaseURL: c.TwelveDataAPIURL, Key: c.TwelveDataAPIKey}, models.TwelveData
	if c.MarketSimulated() {
		settings.ClockURL, name = "http://"+c.SandboxAddress+config.SandboxMarketClock, models.SimulatedMarket
	}
	provider, err := market.NewTwelveData(settings)
	if err != nil {
		return nil, err
	}
	return marketfeed.New(marketfeed.Options{Store: store, Provider: provider, Name: name, Calendar: hours, Now: time.Now}), nil
}

// newNews is the news about gold; nil where neither a key nor the sandbox is configured.
func newNews(c *config.Config, store *models.Store) (*news.Service, error) {
	if c.AlphaVantageAPIKey.IsZero() {
		return nil, nil
	}
	name := models.AlphaVantage
	if c.NewsSimulated() {
		name = models.SimulatedNews
	}
	provider, err := newsadapter.NewAlphaVantage(newsadapter.Config{BaseURL: c.AlphaVantageAPIURL, Key: c.AlphaVantageAPIKey})
	if err != nil {
		return nil, err
	}
	return news.New(news.Options{Store: store, Provider: provider, Name: name, Now: time.Now}), nil
}

// newWriting is who writes messages: a language model where one is configured, else written texts alone.
func newWriting(c *config.Config, store *models.Store) (*writing.Service, error) {
	o := writing.Options{Store: store, Name: writing.OpenAI, Now: time.Now}
	if c.AISimulated() {
		o.Name = writing.Simulated
	}
	if !c.OpenAIAPIKey.IsZero() {
		model, err := ai.New(ai.Config{BaseURL: c.OpenAIBaseURL, Key: c.OpenAIAPIKey, Model: c.OpenAIModel})
		if err != nil {
			return nil, err
		}
		o.Provider = model
	}
	return writing.New(o), nil
}

// openWhenReady is openApp for processes that wait for their database instead of giving up, and
// that do not run on a schema of another version.
func openWhenReady(ctx context.Context, c *config.Config, logger *slog.Logger) (*app, error) {
	pause := 250 * time.Millisecond
	for {
		a, err := openApp(ctx, c, logger)
		if err == nil {
			err = a.store.CheckSchema(ctx)
			if err == nil {
				return a, nil
			}
			_ = a.close()
		}
		if !fault.Is(err, fault.Unavailable) {
			return nil, err
		}
		logger.Warn("waiting for the database", "error", err, "pause", pause.String())
		if err := wait.For(ctx, pause); err != nil {
			return nil, err
		}
		pause = min(2*pause, 5*time.Second)
	}
}

func loadAssets() (*render.FontSet, *render.Emoji, error) {
	fonts, err := render.LoadFonts(assets.Fonts())
	if err != nil {
		return nil, nil, err
	}
	emoji, err := render.LoadEmoji(assets.Emoji())
	return fonts, emoji, err
}

func (a *app) temporalOptions() temporal.Options {
	return temporal.Options{Address: a.config.TemporalAddress, Namespace: a.config.TemporalNamespace, Ring: a.ring, Logger: a.logger,
		TLS: a.temporalTLS, APIKey: a.config.TemporalAPIKey, Traced: a.config.TracesEndpoint != "", Names: flowNames(a.store), Working: a.tenants.Working}
}

func (a *app) lazyTemporal() (client.Client, error) { return temporal.Lazy(a.temporalOptions()) }

// newOutbox starts and signals the flows that the store's changes want, from now on right after their commit.
func newOutbox(a *app, temporalClient client.Client) *outbox.Outbox {
	byKind := handlers.Outbox(temporalClient, a.config.TemporalNamespace)
	byKind[contract.OutboxSchedule] = newTimetable(a, temporalClient).Handler()
	byKind[contract.OutboxResult] = a.crossPromo.Handler()
	return outbox.New(a.store, byKind)
}

// newTimetable keeps Temporal's schedules.
func newTimetable(a *app, temporalClient client.Client) *timetable.Timetable {
	return timetable.New(a.store, handlers.Schedules(temporalClient, a.ring.KeyID()))
}

func (a *app) close() error { return a.store.Close() }
