package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// Health serves what load balancers and Prometheus ask.
type Health struct {
	Store        *models.Store
	Exporter     *metrics.Metrics
	MetricsToken secrets.Text
}

type healthOut struct {
	Status string `json:"status" openapi:"enum=ok|ready"`
}

// Live says that the process runs.
func (h *Health) Live(c *gin.Context) error {
	return httpx.Reply(c, http.StatusOK, healthOut{"ok"})
}

// Ready says whether requests can be served: without the database they can't.
func (h *Health) Ready(c *gin.Context) error {
	if err := h.Store.Ping(c.Request.Context()); err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, healthOut{"ready"})
}

// Metrics answers in Prometheus' text format; with METRICS_TOKEN set, only to who knows it.
func (h *Health) Metrics(c *gin.Context) error {
	if !metrics.Allows(c.Request, h.MetricsToken) {
		return fault.New(fault.Unauthorized, "metrics_token", "This needs the metrics token as a bearer token")
	}
	h.Exporter.Handler().ServeHTTP(c.Writer, c.Request)
	return nil
}
