package admin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/temporal"
)

const (
	webUISettings = temporal.WebUIPath + "/api/v1/settings" // what the Web UI asks for first
	webUICookie   = "_csrf"                                 // its own, which its script reads
	maxWebUIPage  = 1 << 20
)

// WebUI shows Temporal's Web UI under the dashboard's address to those who may read payloads. So the codec
// stands on the same site and decodes without any setting in the browser, and the Web UI's port need
// not be reachable from outside.
type WebUI struct {
	home    string
	scheme  string
	reverse *httputil.ReverseProxy
}

// NewWebUI returns a proxy to the Web UI at address. secure says that browsers come by https.
func NewWebUI(address *url.URL, namespace string, secure bool) *WebUI {
	h := &WebUI{home: temporal.WebUIPath + "/namespaces/" + url.PathEscape(namespace) + "/workflows", scheme: "http"}
	if secure {
		h.scheme = "https"
	}
	h.reverse = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: address.Scheme, Host: address.Host})
			own, _ := r.In.Cookie(webUICookie)
			// Who is signed in is none of the Web UI's business; and pages are read here, so not compressed.
			for _, name := range []string{"Cookie", "Authorization", "Origin", "Accept-Encoding"} {
				r.Out.Header.Del(name)
			}
			if own != nil {
				r.Out.AddCookie(own)
			}
		},
		ModifyResponse: h.adapt,
		FlushInterval:  -1, // the newest events of a flow are waited for
		ErrorHandler:   webUIAway,
		ErrorLog:       slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	return h
}

// Serve passes a request on, however long its answer takes.
func (h *WebUI) Serve(c *gin.Context) error {
	if strings.TrimSuffix(c.Request.URL.Path, "/") == temporal.WebUIPath {
		c.Redirect(http.StatusFound, h.home)
		return nil
	}
	httpx.Endless(c)
	ctx := context.WithValue(c.Request.Context(), webUICall{}, c)
	h.reverse.ServeHTTP(c.Writer, c.Request.WithContext(ctx))
	return nil
}

// webUICall is how the proxy finds the call of the API.
type webUICall struct{}

// adapt gives an answer of the Web UI this site's headers, with a policy of its own.
func (h *WebUI) adapt(r *http.Response) error {
	for name := range r.Header {
		switch name {
		case "Content-Type", "Content-Length", "Cache-Control", "Etag", "Last-Modified", "Vary", "X-Csrf-Token":
		case "Set-Cookie":
			keepOwnCookie(r)
		default:
			r.Header.Del(name)
		}
	}
	page := strings.HasPrefix(r.Header.Get("Content-Type"), "text/html")
	if !page && r.Request.URL.Path != webUISettings {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxWebUIPage))
	_ = r.Body.Close()
	if err != nil {
		return err
	}
	c, ok := r.Request.Context().Value(webUICall{}).(*gin.Context)
	switch {
	case !ok:
	case page:
		c.Writer.Header().Set("Content-Security-Policy", pagePolicy(body))
		c.Writer.Header().Set("X-Frame-Options", "SAMEORIGIN") // it shows Markdown in a frame of its own
	case r.StatusCode == http.StatusOK:
		if body, err = withCodec(body, h.scheme+"://"+c.Request.Host+"/codec"); err != nil {
			return err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

// keepOwnCookie drops what would reach the rest of this site.
func keepOwnCookie(r *http.Response) {
	cookies := r.Cookies()
	r.Header.Del("Set-Cookie")
	for _, cookie := range cookies {
		if cookie.Name == webUICookie {
			cookie.Path, cookie.Domain = temporal.WebUIPath, ""
			r.Header.Add("Set-Cookie", cookie.String())
		}
	}
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// pagePolicy lets a page of the Web UI load what is its own, and run the scripts that stand in it.
// Its components need inline styles.
func pagePolicy(page []byte) string {
	var scripts strings.Builder
	for _, script := range inlineScript.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(script[1])
		fmt.Fprintf(&scripts, " 'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:]))
	}
	return "default-src 'self'; script-src 'self'" + scripts.String() + "; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; " +
		"form-action 'none'; base-uri 'self'; frame-ancestors 'self'"
}

// withCodec names this site's codec in the Web UI's settings.
func withCodec(settings []byte, codec string) ([]byte, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(settings, &all); err != nil {
		return nil, fmt.Errorf("the settings of Temporal's Web UI: %w", err)
	}
	var err error
	all["Codec"], err = json.Marshal(map[string]any{"Endpoint": codec, "IncludeCredentials": true})
	if err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

func webUIAway(_ http.ResponseWriter, r *http.Request, err error) {
	c, ok := r.Context().Value(webUICall{}).(*gin.Context)
	if !ok || r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // whoever asked is gone
	}
	httpx.Fail(c, fault.New(fault.Unavailable, "web_ui_away", "Temporal's Web UI does not answer").
		WithRemedy("Check that it runs at TEMPORAL_UI_URL").WithCause(err))
}
