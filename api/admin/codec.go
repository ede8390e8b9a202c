package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/converter"

	"github.com/promostack/promostack/internal/base/fault"
)

// Codec opens payloads for Temporal's Web UI, which the dashboard shows on the same site.
type Codec struct{ Codec converter.PayloadCodec }

// maxCodecBody bounds what is decoded at once, in bytes.
const maxCodecBody = 16 << 20

// Serve answers POST /codec/encode and /codec/decode.
func (h *Codec) Serve(c *gin.Context) error {
	if op := c.Param("operation"); op != "encode" && op != "decode" {
		return fault.New(fault.NotFound, "not_found", "There is nothing at this address")
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxCodecBody)
	c.Writer.Header().Set("Cache-Control", "no-store")
	converter.NewPayloadCodecHTTPHandler(h.Codec).ServeHTTP(c.Writer, c.Request)
	return nil
}
