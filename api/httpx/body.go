package httpx

import (
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
)

// Body stands before every handler: a body that can't be read to its end is the caller's mistake, wherever it
// is read.
func Body(c *gin.Context) {
	if c.Request.Body != nil && c.Request.Body != http.NoBody {
		c.Request.Body = &body{c.Request.Body}
	}
}

type body struct{ io.ReadCloser }

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == nil || err == io.EOF { // readers compare with EOF itself
		return n, err
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return n, err
	}
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return n, err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return n, fault.New(fault.Malformed, "body_slow", "The body did not arrive in time").WithRemedy("Send it again, over a faster line").WithCause(err)
	}
	return n, fault.New(fault.Malformed, "body_cut", "The body ends too early or is badly chunked").WithRemedy("Send it again, whole").WithCause(err)
}
