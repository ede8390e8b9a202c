package admin

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
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
	CRM      Pinger // nil without a CRM
}

// checkLimit is how long one look may take.
const checkLimit = 3 * time.Second

// All looks at all services at once.
func (s *Services) All(ctx context.Context) []Check {
	looks := []func(context.Context) Check{s.database, s.objects, s.temporal, s.workers, s.coupons}
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

func (s *Services) database(ctx context.Context) Check {
	c := Check{Name: "database", Label: "Database"}
	detail, err := s.Store.Describe(ctx)
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
	c := Check{Name: "workers", Label: "Workers", Detail: "Task queue " + temporal.QueueFlows}
	n, err := temporal.Pollers(ctx, s.Temporal)
	switch {
	case err != nil:
		c.State, c.Detail, c.Remedy = Down, "Unknown while Temporal is away", "Start Temporal first"
	case n == 0:
		c.State, c.Detail, c.Remedy = Down, "No worker takes tasks", "Start `promostack worker`; flows wait until one runs"
	default:
		c = result(c, nil)
		c.Detail = strconv.Itoa(n) + " running on queue " + temporal.QueueFlows
		if n == 1 {
			c.Detail = "1 running on queue " + temporal.QueueFlows
		}
	}
	return c
}

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
