package httpx_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/httpx"
)

// What was sent can't be taken back: an answer that breaks off ends its connection without an end of
// its own, so that nobody takes a part for the whole.
func TestAnAnswerThatBreaksOff(t *testing.T) {
	gin.SetMode(gin.TestMode)
	g := gin.New()
	for path, size := range map[string]int{"/short": 10, "/long": 1 << 20} {
		g.GET(path, httpx.Handler(func(c *gin.Context) error {
			_, _ = io.WriteString(c.Writer, strings.Repeat("x", size))
			return errors.New("the database went away")
		}).Gin())
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	for _, path := range []string{"/short", "/long"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		require.NoError(t, err)
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		require.Error(t, err, path)
	}
}
