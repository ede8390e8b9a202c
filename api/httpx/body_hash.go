package httpx

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"mime"

	"github.com/gin-gonic/gin"
)

// hashedBody is a request's body that is hashed as it is read, with the request's address and
// If-Match, so that two requests with the same hash ask for the same.
type hashedBody struct {
	body  io.ReadCloser
	sink  *omitting
	ended bool  // it was read to its end
	err   error // why it can't be
}

func newHashedBody(c *gin.Context, body io.ReadCloser) *hashedBody {
	sum := sha256.New()
	_, _ = io.WriteString(sum, c.Request.Method+"\n"+c.Request.URL.RequestURI()+"\n"+c.GetHeader("If-Match")+"\n")
	h := &hashedBody{body: body, sink: &omitting{hash: sum}}
	// The boundary of a multipart form differs in each attempt at the same upload.
	if _, params, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err == nil {
		h.sink.what = []byte(params["boundary"])
	}
	return h
}

// Read implements io.Reader.
func (h *hashedBody) Read(p []byte) (int, error) {
	n, err := h.body.Read(p)
	h.sink.write(p[:n])
	switch {
	case errors.Is(err, io.EOF):
		h.ended = true
	case err != nil:
		h.err = err
	}
	return n, err
}

// Close implements io.Closer.
func (h *hashedBody) Close() error { return h.body.Close() }

// sum reads what is left of the body and returns the hash of all of it.
func (h *hashedBody) sum() (string, error) {
	if !h.ended && h.err == nil {
		_, _ = io.Copy(io.Discard, h)
	}
	if h.err != nil {
		return "", h.err
	}
	return h.sink.sum(), nil
}

// omitting hashes a stream without the places where what stands in it.
type omitting struct {
	hash hash.Hash
	what []byte
	tail []byte // the end so far, which may be the beginning of what; its space is used again
}

func (o *omitting) write(p []byte) {
	if len(o.what) == 0 {
		_, _ = o.hash.Write(p)
		return
	}
	o.tail = append(o.tail, p...)
	rest := o.tail
	for {
		i := bytes.Index(rest, o.what)
		if i < 0 {
			break
		}
		_, _ = o.hash.Write(rest[:i])
		rest = rest[i+len(o.what):]
	}
	done := max(0, len(rest)-len(o.what)+1)
	_, _ = o.hash.Write(rest[:done])
	o.tail = append(o.tail[:0], rest[done:]...)
}

func (o *omitting) sum() string {
	_, _ = o.hash.Write(o.tail)
	o.tail = nil
	return hex.EncodeToString(o.hash.Sum(nil))
}
