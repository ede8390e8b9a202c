package admin

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/news"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// State says how a service does.
type State string

// The states of a service.
const (
	OK       State = "ok"
	Degraded State = "degraded"
	Down     State = "down"
)

// Check is what a look at one service found.
type Check struct {
	Name      string  `json:"name"`
	Label     string  `json:"label"`
	State     State   `json:"state" openapi:"enum=ok|degraded|down"`
	Detail    string  `json:"detail"`
	Remedy    string  `json:"remedy"`
	Address   string  `json:"address"`
	LatencyMS float64 `json:"latency_ms"`
	Simulated bool    `json:"simulated"`
}

// Pinger answers how long it took to reach a service.
type Pinger interface {
	Ping(ctx context.Context) (time.Duration, error)
}

// Services looks at every service that the program needs. The system page and `promostack
// doctor` show the same checks.
type Services struct {
	Config   *config.Config
	Store    *models.Store
	Objects  Pinger
	Temporal client.Client
	Flows    connections.Flows   // nil where nobody knows which flows run
	CRM      Pinger              // nil without a CRM
	Feed     *marketfeed.Service // nil without market data
	News     *news.Service       // nil without a provider of news
	Writing  *writing.Service
}

// checkLimit is how long one look may take.
const checkLimit = 3 * time.Second

// All looks at all services at once.
func (s *Services) All(ctx context.Context) []Check {
	looks := []func(context.Context) Check{s.Database, s.objects, s.temporal, s.workers, s.telegram, s.connections, s.coupons, s.ai}
	if s.Config.TemporalUIURL != nil {
		looks = append(looks, s.webUI)
	}
	if s.Config.SpacesCDNURL != "" {
		looks = append(looks, s.cdn)
	}
	if s.Config.TracesEndpoint != "" {
		looks = append(looks, s.traces)
	}
	if s.Feed != nil {
		looks = append(looks, s.market)
	}
	if s.News != nil {
		looks = append(looks, s.news)
	}
	out := make([]Check, len(looks))
	var wait sync.WaitGroup
	for i, look := range looks {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, checkLimit)
			defer cancel()
			begun := time.Now()
			out[i] = look(ctx)
			out[i].LatencyMS = float64(time.Since(begun).Microseconds()) / 1000
		})
	}
	wait.Wait()
	return out
}

// result fills in a check from the error that the look ended with.
func result(c Check, err error) Check {
	c.State = OK
	if err != nil {
		f := fault.From(err)
		c.State, c.Detail, c.Remedy = Down, f.Message, f.Remedy
		if f.Kind == fault.Internal {
			c.Detail = "It does not answer as it should"
		}
	}
	return c
}

// Database looks at the database.
func (s *Services) Database(ctx context.Context) Check {
	c := Check{Name: "database", Label: "Database"}
	detail, err := s.Store.Describe(ctx)
	if err == nil {
		err = s.Store.Ping(ctx)
	}
	c.Detail = detail
	return result(c, err)
}

func (s *Services) objects(ctx context.Context) Check {
	c := Check{Name: "objects", Label: "Object store", Address: s.Config.SpacesEndpoint, Detail: "S3 bucket " + s.Config.SpacesBucket}
	_, err := s.Objects.Ping(ctx)
	return result(c, err)
}

func (s *Services) temporal(ctx context.Context) Check {
	c := Check{Name: "temporal", Label: "Temporal", Address: s.Config.TemporalAddress, Detail: "Namespace " + s.Config.TemporalNamespace}
	_, err := s.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
	if err != nil {
		err = temporal.Away(s.Config.TemporalAddress, err)
	}
	return result(c, err)
}

func (s *Services) workers(ctx context.Context) Check {
	c := Check{Name: "workers", Label: "Workers"}
	list, err := s.Store.Processes.Alive(ctx, models.PartWorker)
	if err == nil && len(list) == 0 {
		err = s.Store.Ping(ctx) // on a full disk they can't say that they live
	}
	if err != nil {
		c.State, c.Detail, c.Remedy = Down, "Unknown: "+fault.From(err).Message, fault.From(err).Remedy
		return c
	}
	working := slices.DeleteFunc(slices.Clone(list), func(p models.Process) bool { return p.Problem != "" })
	c.State, c.Detail = OK, strconv.Itoa(len(working))+" running"
	switch {
	case len(list) == 0:
		c.State, c.Detail, c.Remedy = Down, "No worker runs", "Start `promostack worker`; flows wait until one runs"
	case len(working) == 0:
		c.State, c.Detail, c.Remedy = Down, "None of "+strconv.Itoa(len(list))+" works: "+list[0].Problem, "They go on by themselves once that is mended"
	case len(working) < len(list):
		c.State, c.Detail, c.Remedy = Degraded, c.Detail+", "+strconv.Itoa(len(list)-len(working))+" waiting", "Look into the logs of the workers"
	}
	return c
}

func (s *Services) telegram(ctx context.Context) Check {
	c := Check{Name: "telegram", Label: "Telegram", Address: s.Config.TelegramAPIURL, Simulated: s.Config.TelegramSimulated(), Detail: "Bot API"}
	_, err := reach(ctx, s.Config.TelegramAPIURL, "TELEGRAM_API_URL")
	return result(c, err)
}

// connections looks at the bots and accounts of all tenants.
func (s *Services) connections(ctx context.Context) Check {
	c := Check{Name: "connections", Label: "Connections"}
	list, err := s.Store.Connections.Every(models.Platform(ctx))
	if err != nil {
		return result(c, err)
	}
	connections.MarkUnwatched(ctx, s.Flows, list, time.Now())
	broken := 0
	for _, one := range list {
		if one.State == models.ConnectionBroken {
			broken++
		}
	}
	c.State, c.Detail = OK, strconv.Itoa(len(list))+", none broken"
	if broken > 0 {
		c.State, c.Detail = Degraded, strconv.Itoa(broken)+" of "+strconv.Itoa(len(list))+" don't work; what goes through them waits"
		c.Remedy = "Open Connections: each card says what to do"
	}
	return c
}

func (s *Services) cdn(ctx context.Context) Check {
	c := Check{Name: "cdn", Label: "CDN", Address: s.Config.SpacesCDNURL, Detail: "In front of the object store"}
	_, err := reach(ctx, s.Config.SpacesCDNURL, "SPACES_CDN_URL")
	return result(c, err)
}

func (s *Services) traces(ctx context.Context) Check {
	c := Check{Name: "traces", Label: "Traces", Address: s.Config.TracesEndpoint, Detail: "OpenTelemetry collector"}
	_, err := reach(ctx, s.Config.TracesEndpoint, "OTEL_EXPORTER_OTLP_ENDPOINT")
	return result(c, err)
}

func (s *Services) webUI(ctx context.Context) Check {
	c := Check{Name: "web_ui", Label: "Temporal's Web UI", Address: s.Config.TemporalUIURL.String(), Detail: "Shown at " + temporal.WebUIPath + "/"}
	status, err := reach(ctx, s.Config.TemporalUIURL.Scheme+"://"+s.Config.TemporalUIURL.Host+webUISettings, "TEMPORAL_UI_URL")
	if err == nil && status != http.StatusOK {
		err = fault.New(fault.Unavailable, "web_ui_path", "It answers, but not under %s (%d)", temporal.WebUIPath, status).
			WithRemedy("Set its public path to %s", temporal.WebUIPath)
	}
	return result(c, err)
}

// reach asks whether a server answers at an address, whatever it says.
func reach(ctx context.Context, address, setting string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	res, err := direct.Do(req)
	if err != nil {
		return 0, fault.New(fault.Unavailable, "unreachable", "Nothing answers at %s", req.URL.Host).
			WithRemedy("Check %s, and that this machine may reach it", setting).WithCause(err)
	}
	_ = res.Body.Close()
	return res.StatusCode, nil
}

// direct follows no redirects: an answer is an answer.
var direct = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (s *Services) coupons(ctx context.Context) Check {
	c := Check{Name: "crm", Label: "Coupon CRM", Address: s.Config.FunderProAPIURL, Simulated: s.Config.CRMSimulated(),
		Detail: "FunderPro, product " + s.Config.FunderProProductID}
	if s.CRM == nil {
		c.State, c.Detail = Degraded, "Not connected: images with a coupon can't be made"
		c.Remedy = "Set FUNDERPRO_API_URL, FUNDERPRO_API_KEY and FUNDERPRO_PRODUCT_ID"
		return c
	}
	_, err := s.CRM.Ping(ctx)
	return result(c, err)
}

// market tells how the feed found its provider at its last look: a look of our own would cost credits.
func (s *Services) market(ctx context.Context) Check {
	c := Check{Name: "market", Label: "Market data", Address: s.Config.TwelveDataAPIURL, Simulated: s.Config.MarketSimulated(), Detail: "Twelve Data, " + s.Feed.Market.Symbol}
	now, err := s.Feed.Now(ctx)
	if err != nil {
		return result(c, err)
	}
	c.State = OK
	switch now.Feed.State {
	case models.FeedWaiting:
		c.State = Degraded
	case models.FeedBroken:
		c.State = Down
	case models.FeedStarting:
		c.Detail = "The feed has not looked yet"
	case models.FeedLive, models.FeedClosed:
		c.Detail += ", price of " + now.Feed.PriceAt.Format("2 Jan 15:04") + " UTC"
	}
	if p := now.Feed.Problem; p != nil && c.State != OK {
		c.Detail, c.Remedy = p.Message, p.Remedy
	}
	return c
}

// news tells how the provider of news was at its last call: a look of our own would be one of the day's few.
func (s *Services) news(ctx context.Context) Check {
	c := Check{Name: "news", Label: "Gold news", Address: s.Config.AlphaVantageAPIURL, Simulated: s.News.Simulated(), Detail: "Alpha Vantage"}
	now, err := s.News.State(ctx)
	if err != nil {
		return result(c, err)
	}
	c.State = OK
	switch now.State {
	case models.NewsWaiting:
		c.State = Degraded
	case models.NewsBroken:
		c.State = Down
	case models.NewsUntried:
		c.Detail += ", not asked yet"
	case models.NewsWorking:
		c.Detail += ", asked on " + now.AskedAt.Format("2 Jan 15:04") + " UTC"
	}
	if now.Problem != nil && c.State != OK {
		c.Detail, c.Remedy = now.Problem.Message+", at the last call on "+now.AskedAt.Format("2 Jan 15:04")+" UTC", now.Problem.Remedy
	}
	return c
}

// ai tells how the language model was at its last call: a look of our own would cost money.
func (s *Services) ai(ctx context.Context) Check {
	c := Check{Name: "ai", Label: "Language model", Address: s.Config.OpenAIBaseURL, Simulated: s.Config.AISimulated(), Detail: s.Config.OpenAIModel}
	p, err := s.Writing.Provider(ctx)
	if err != nil {
		return result(c, err)
	}
	c.State = OK
	switch p.State {
	case writing.Off:
		c.State, c.Address, c.Detail, c.Remedy = Degraded, "", "Not connected: messages are the written ones", "Set OPENAI_API_KEY to let a model write them"
	case models.AIWaiting:
		c.State = Degraded
	case models.AIBroken:
		c.State = Down
	case models.AIUntried:
		c.Detail += ", not asked yet"
	case models.AIWorking:
		c.Detail += ", asked on " + p.AskedAt.Format("2 Jan 15:04") + " UTC"
	}
	if p.Problem != nil && c.State != OK {
		c.Detail, c.Remedy = p.Problem.Message, p.Problem.Remedy
	}
	return c
}

// System serves the system page.
type System struct {
	Services *Services
	Version  string
	Started  time.Time
	Now      func() time.Time
}

type systemOut struct {
	CheckedAt     time.Time         `json:"checked_at"`
	Version       string            `json:"version"`
	UptimeSeconds int               `json:"uptime_seconds"`
	Services      []Check           `json:"services"`
	Links         map[string]string `json:"links" doc:"Addresses of other programs' pages, for instance temporal_ui."`
}

// Status answers the state of every service.
func (h *System) Status(c *gin.Context) error {
	now := h.Now().UTC()
	return httpx.Reply(c, http.StatusOK, systemOut{
		CheckedAt: now, Version: h.Version, UptimeSeconds: int(now.Sub(h.Started).Seconds()),
		Services: h.Services.All(c.Request.Context()), Links: links(h.Services.Config),
	})
}
