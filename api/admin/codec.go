package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/converter"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/base/fault"
)

// Codec decodes payloads for Temporal's Web UI: only for sessions that may read them, and only when
// the call comes from a page of that Web UI.
type Codec struct {
	Sessions *access.Sessions
	Codec    converter.PayloadCodec
	Origins  []string // the Web UI's origins, scheme://host:port
}

// maxCodecBody bounds what is decoded at once, in bytes.
const maxCodecBody = 16 << 20

// Serve answers POST /codec/encode and /codec/decode and the browser's preflight for them.
func (h *Codec) Serve(c *gin.Context) error {
	origin := c.GetHeader("Origin")
	allowed := false
	for _, o := range h.Origins {
		allowed = allowed || o == origin
	}
	if !allowed {
		return fault.New(fault.Forbidden, "wrong_origin", "Only Temporal's Web UI may call this").
			WithRemedy("Set TEMPORAL_UI_URL to the address under which you open it")
	}
	header := c.Writer.Header()
	header.Set("Vary", "Origin")
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Allow-Credentials", "true")
	header.Set("Access-Control-Allow-Headers", "Content-Type, X-Namespace")
	header.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if c.Request.Method == http.MethodOptions {
		c.Status(http.StatusNoContent)
		return nil
	}
	session, err := h.Sessions.Read(c.Request)
	if err != nil {
		return fault.From(err).WithRemedy("Sign in to the dashboard in this browser, and let the Web UI send credentials (Data Encoder, include cross-origin credentials)")
	}
	if err := session.Require(access.PayloadsRead); err != nil {
		return err
	}
	if op := c.Param("operation"); op != "encode" && op != "decode" {
		return fault.New(fault.NotFound, "not_found", "There is nothing at this address")
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxCodecBody)
	header.Set("Cache-Control", "no-store")
	converter.NewPayloadCodecHTTPHandler(h.Codec).ServeHTTP(c.Writer, c.Request)
	return nil
}
