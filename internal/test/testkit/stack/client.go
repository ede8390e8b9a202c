package stack

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/leaks"
)

// Client is a signed-in admin of one or several API processes.
type Client struct {
	Password string

	t       testing.TB
	bases   []string
	next    atomic.Int64 // which of the processes is asked
	cookies []*http.Cookie
}

// NewClient returns a client that is not signed in yet. With several addresses it goes on to the
// next one when the one that it used does not answer.
func NewClient(t testing.TB, password string, bases ...string) *Client {
	return &Client{Password: password, t: t, bases: bases}
}

// At is the same session at one address alone.
func (c *Client) At(base string) *Client {
	return &Client{Password: c.Password, t: c.t, bases: []string{base}, cookies: c.cookies}
}

// SignIn opens an admin session for the calls that follow.
func (c *Client) SignIn() {
	c.t.Helper()
	res, body := c.Call(http.MethodPost, "/api/v1/admin/session", map[string]string{"password": c.Password}, nil)
	require.Equal(c.t, http.StatusOK, res.StatusCode, string(body))
	c.cookies = res.Cookies()
	require.NotEmpty(c.t, c.cookies)
}

// Call sends a request with JSON and the session, and returns the answer with its body.
func (c *Client) Call(method, path string, in any, header map[string]string) (*http.Response, []byte) {
	c.t.Helper()
	res, body, err := c.Do(method, path, in, header)
	require.NoError(c.t, err)
	return res, body
}

// Do is Call for a program that may be dead just now.
func (c *Client) Do(method, path string, in any, header map[string]string) (*http.Response, []byte, error) {
	if in == nil {
		return c.send(method, path, nil, header)
	}
	b, err := json.Marshal(in)
	if err != nil {
		return nil, nil, err
	}
	return c.send(method, path, b, with(header, "Content-Type", "application/json"))
}

// Patient is Call for a program that parts of which may be dead just now: it tries again, as a good
// client does, until there is an answer that is no "try again later". Give a POST an
// Idempotency-Key: it may have been carried out by an attempt whose answer was lost.
func (c *Client) Patient(within time.Duration, method, path string, in any, header map[string]string) (*http.Response, []byte) {
	c.t.Helper()
	return c.patient(within, path, func() (*http.Response, []byte, error) { return c.Do(method, path, in, header) })
}

func (c *Client) patient(within time.Duration, path string, attempt func() (*http.Response, []byte, error)) (res *http.Response, body []byte) {
	c.t.Helper()
	testkit.Eventually(c.t, within, path+" answers", func() bool {
		var err error
		res, body, err = attempt()
		return err == nil && !Later(res)
	})
	return res, body
}

// Later reports whether an answer says that the same request may succeed later.
func Later(res *http.Response) bool {
	return res.StatusCode == http.StatusServiceUnavailable || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusConflict && res.Header.Get("Retry-After") != ""
}

// Upload posts a form with a file, its field named "file".
func (c *Client) Upload(path string, fields map[string]string, name string, file []byte) (*http.Response, []byte) {
	c.t.Helper()
	form, kind := Form(c.t, fields, name, file)
	res, body, err := c.send(http.MethodPost, path, form, map[string]string{"Content-Type": kind})
	require.NoError(c.t, err)
	return res, body
}

// PatientUpload is Upload under an Idempotency-Key, tried again as Patient does.
func (c *Client) PatientUpload(within time.Duration, path, key string, fields map[string]string, name string, file []byte) (*http.Response, []byte) {
	c.t.Helper()
	form, kind := Form(c.t, fields, name, file)
	return c.patient(within, path, func() (*http.Response, []byte, error) {
		return c.send(http.MethodPost, path, form, map[string]string{"Content-Type": kind, "Idempotency-Key": key})
	})
}

// Form writes a form with a file and returns it with its content type.
func Form(t testing.TB, fields map[string]string, name string, file []byte) (form []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		require.NoError(t, w.WriteField(k, v))
	}
	part, err := w.CreateFormFile("file", name)
	require.NoError(t, err)
	_, err = part.Write(file)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes(), w.FormDataContentType()
}

func with(header map[string]string, name, value string) map[string]string {
	all := maps.Clone(header)
	if all == nil {
		all = map[string]string{}
	}
	all[name] = value
	return all
}

// Request makes a request with the session, for callers that read its answer as a stream.
func (c *Client) Request(method, path string, body []byte, header map[string]string) (*http.Request, error) {
	base := c.bases[int(c.next.Load())%len(c.bases)]
	req, err := http.NewRequestWithContext(c.t.Context(), method, base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	for _, cookie := range c.cookies {
		req.AddCookie(cookie)
	}
	return req, nil
}

func (c *Client) send(method, path string, body []byte, header map[string]string) (*http.Response, []byte, error) {
	req, err := c.Request(method, path, body, header)
	if err != nil {
		return nil, nil, err
	}
	client := http.Client{Timeout: 30 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		c.next.Add(1)
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	// The sandbox gives out the tokens of the bots that it makes, as @BotFather does.
	if found := leaks.In(data, c.Password); len(found) > 0 && !strings.HasPrefix(path, "/sandbox/") {
		c.t.Errorf("the answer of %s %s holds %v", method, path, found)
	}
	return res, data, err
}

// JSON is Call for an answer of one status, decoded into out.
func (c *Client) JSON(method, path string, in any, header map[string]string, status int, out any) http.Header {
	c.t.Helper()
	res, body := c.Call(method, path, in, header)
	require.Equal(c.t, status, res.StatusCode, "%s %s: %s", method, path, body)
	if out != nil {
		require.NoError(c.t, json.Unmarshal(body, out), "%s", body)
	}
	return res.Header
}
