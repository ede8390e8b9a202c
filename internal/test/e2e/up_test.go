//go:build integration

// Package e2e tests the whole: the binary that was built, against a real Temporal server, a real
// object store and both databases, through its front doors alone.
package e2e

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg" // decoders of what the program makes
	_ "image/png"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

var gold = map[string]string{"headline": "Save 35%", "code": "GOLD35", "valid_until": "31 Dec 2026"}

type templatePage struct {
	Items []template `json:"items"`
}

type template struct {
	ID               string `json:"id"`
	Slug             string `json:"slug"`
	Version          int    `json:"version"`
	PublishedVersion int    `json:"published_version"`
	Sizes            []struct {
		Name string `json:"name"`
	} `json:"sizes"`
	Previews struct {
		State  string `json:"state"`
		Images []struct {
			Size string `json:"size"`
			URL  string `json:"url"`
		} `json:"images"`
	} `json:"previews"`
	Meta  json.RawMessage `json:"meta"`
	Draft *struct {
		Meta json.RawMessage `json:"meta"`
	} `json:"draft"`
}

func templates(s *stack.Stack) []template {
	var page templatePage
	s.JSON(http.MethodGet, "/api/v1/templates?limit=100", nil, nil, http.StatusOK, &page)
	return page.Items
}

func decode(t *testing.T, data []byte) (image.Config, string) {
	t.Helper()
	img, format, err := image.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	size := img.Bounds().Size()
	return image.Config{Width: size.X, Height: size.Y}, format
}

func renderBody(values map[string]string, more ...any) map[string]any {
	body := map[string]any{"template": "gold-coupon", "values": values}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return body
}

// previewsComplete waits until every published template has all its previews and each is a picture.
func previewsComplete(t *testing.T, s *stack.Stack) {
	t.Helper()
	var list []template
	testkit.Eventually(t, 2*time.Minute, "all previews are there", func() bool {
		res, body, err := s.Try(http.MethodGet, "/api/v1/templates?limit=100", nil, nil)
		if err != nil || res.StatusCode != http.StatusOK {
			return false
		}
		var page templatePage
		require.NoError(t, json.Unmarshal(body, &page))
		list = page.Items
		return len(list) > 0 && !slices.ContainsFunc(list, func(x template) bool { return x.PublishedVersion > 0 && x.Previews.State != "ready" })
	})
	for _, x := range list {
		require.Len(t, x.Previews.Images, len(x.Sizes), x.Slug)
		for _, p := range x.Previews.Images {
			res, data := s.Call(http.MethodGet, p.URL, nil, nil)
			require.Equal(t, http.StatusOK, res.StatusCode, p.URL)
			decode(t, data)
		}
	}
}

// The life of an installation: first start, work, stop, start again, kill -9 of all, start again.
func TestUp(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := stack.Start(t, stack.Options{Data: data})
	lines := strings.Split(strings.TrimSpace(s.Output()), "\n")
	require.Equal(t, "PromoStack is ready", lines[len(lines)-1])

	t.Run("secrets are the owner's alone", func(t *testing.T) {
		info, err := os.Stat(filepath.Join(data, "secrets.env"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	})
	s.SignIn()
	before := templates(s)
	require.GreaterOrEqual(t, len(before), 6)
	previewsComplete(t, s)

	t.Run("render", func(t *testing.T) {
		for _, c := range []struct {
			format, size  string
			scale         int
			width, height int
		}{
			{"jpeg", "square", 1, 1080, 1080}, {"png", "square", 2, 2160, 2160},
			{"jpeg", "story", 1, 1080, 1920}, {"png", "wide", 1, 1200, 628}, {"jpeg", "wide", 2, 2400, 1256},
		} {
			res, body := s.Call(http.MethodPost, "/api/v1/promos/render", renderBody(gold, "format", c.format, "size", c.size, "scale", c.scale), nil)
			require.Equal(t, http.StatusOK, res.StatusCode, string(body))
			img, format := decode(t, body)
			require.Equal(t, c.format, format)
			require.Equal(t, []int{c.width, c.height}, []int{img.Width, img.Height})
			require.NotEmpty(t, res.Header.Get("ETag"))
			require.Equal(t, "[]", res.Header.Get("X-Promo-Warnings"))
		}
	})
	t.Run("command line while it runs", func(t *testing.T) { renderByCommand(t, s, data) })

	t.Run("a second one on the same folder is refused", func(t *testing.T) {
		out, err := stack.Run(t, nil, "up", "--data", data, "--http", testkit.FreeAddr(t), "--temporal", testkit.FreeAddr(t),
			"--temporal-ui", testkit.FreeAddr(t), "--s3", testkit.FreeAddr(t))
		require.Error(t, err)
		require.Contains(t, out, "Another `promostack up` runs on")
	})

	require.Less(t, s.Interrupt(), 10*time.Second)
	require.Empty(t, s.Processes())
	t.Run("command line while nothing runs", func(t *testing.T) { renderByCommand(t, s, data) })
	require.Empty(t, s.Processes())

	again := stack.Start(t, stack.Options{Data: data})
	require.Equal(t, s.Password, again.Password)
	again.SignIn()
	require.Equal(t, ids(before), ids(templates(again)))

	again.KillAll()
	testkit.Eventually(t, 30*time.Second, "all processes ended", func() bool { return len(again.Processes()) == 0 })
	third := stack.Start(t, stack.Options{Data: data})
	require.Equal(t, s.Password, third.Password)
	third.SignIn()
	require.Equal(t, ids(before), ids(templates(third)))
}

func ids(list []template) []string {
	var out []string
	for _, x := range list {
		out = append(out, x.ID)
	}
	slices.Sort(out)
	return out
}

// renderByCommand makes the same picture as the API, to the byte.
func renderByCommand(t *testing.T, s *stack.Stack, data string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "f.jpg")
	out, err := stack.Run(t, nil, "render", "--data", data, "--template", "gold-coupon",
		"--set", "code=GOLD35", "--set", "headline=Save 35%", "--set", "valid_until=31 Dec 2026", "--out", file)
	require.NoError(t, err, out)
	made, err := os.ReadFile(file)
	require.NoError(t, err)
	img, _ := decode(t, made)
	require.Equal(t, 1080, img.Width)
	if res, body, err := s.Try(http.MethodPost, "/api/v1/promos/render", renderBody(gold), nil); err == nil {
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.True(t, bytes.Equal(body, made), "the command line's picture is not the API's")
	}
	out, err = stack.Run(t, nil, "render", "--data", data, "--template", "gold-coupon",
		"--set", "code=EXPIRED10", "--set", "headline=Save 10%", "--out", file)
	require.Error(t, err)
	require.Contains(t, out, "values.code")
}

func TestTakenPortNamesTheFlag(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	for _, flag := range []string{"--http", "--temporal", "--temporal-ui", "--s3"} {
		args := []string{"up", "--data", t.TempDir()}
		for _, f := range []string{"--http", "--temporal", "--temporal-ui", "--s3"} {
			address := testkit.FreeAddr(t)
			if f == flag {
				address = l.Addr().String()
			}
			args = append(args, f, address)
		}
		out, err := stack.Run(t, nil, args...)
		require.Error(t, err)
		require.Contains(t, out, flag+": port ")
		require.Contains(t, out, "is taken")
	}
}

// The database is lost; the object store is not: the templates come back from their meta.json.
func TestRestoreTemplates(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := stack.Start(t, stack.Options{Data: data})
	s.SignIn()
	previewsComplete(t, s)
	before := templates(s)
	s.Interrupt()
	files, err := filepath.Glob(filepath.Join(data, "promostack.db*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		require.NoError(t, os.Remove(f))
	}
	out, err := stack.Run(t, nil, "migrate", "--data", data, "--restore-templates")
	require.NoError(t, err, out)
	out, err = stack.Run(t, nil, "migrate", "--data", data, "--restore-templates")
	require.NoError(t, err, out)
	out, err = stack.Run(t, nil, "migrate", "--data", data, "--status")
	require.NoError(t, err, out)
	require.NotContains(t, out, "pending")

	again := stack.Start(t, stack.Options{Data: data})
	again.SignIn()
	require.Equal(t, ids(before), ids(templates(again)))
	res, body := again.Call(http.MethodPost, "/api/v1/promos/render", renderBody(gold), nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
}

// T7: without the database the API says so with 503 and recovers by itself.
func TestDatabaseAway(t *testing.T) {
	server := testkit.PostgresServer(t)
	s := stack.Start(t, stack.Options{Env: []string{"DATABASE_URL=" + server.DSN()}})
	s.SignIn()
	require.NotEmpty(t, templates(s))
	server.Stop(t)
	for _, path := range []string{"/api/v1/templates", "/readyz", "/api/v1/session"} {
		testkit.Eventually(t, 30*time.Second, path+" says that the database is away", func() bool {
			res, body := s.Call(http.MethodGet, path, nil, nil)
			if res.StatusCode != http.StatusServiceUnavailable {
				return false
			}
			require.NotEmpty(t, res.Header.Get("Retry-After"))
			require.Contains(t, string(body), "database_unavailable")
			return true
		})
	}
	res, _ := s.Call(http.MethodGet, "/healthz", nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	server.Start(t)
	testkit.Eventually(t, 30*time.Second, "the API recovered", func() bool {
		res, _ := s.Call(http.MethodGet, "/api/v1/templates", nil, nil)
		return res.StatusCode == http.StatusOK
	})
	res, body := s.Call(http.MethodPost, "/api/v1/promos/render", renderBody(gold), nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
	require.NotContains(t, s.Output(), "api        ended")
}
