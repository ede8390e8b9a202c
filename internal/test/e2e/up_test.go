//go:build integration

// Package e2e tests the whole: the binary that was built, against a real Temporal server, a real
// object store and both databases, through its front doors alone.
package e2e

import (
	"bytes"
	"image"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

var gold = map[string]string{"headline": "Save 35%", "code": "GOLD35", "valid_until": "31 Dec 2026"}

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

// The life of an installation on one data folder: first start, work, every process killed in the
// middle of it, Ctrl-C, start again, kill -9 of all, start again, a database that is lost and made
// again from the object store.
func TestUp(t *testing.T) {
	t.Parallel()
	s := stack.Start(t, stack.Options{Args: []string{"--workers", "2"}})
	lines := strings.Split(strings.TrimSpace(s.Output()), "\n")
	require.Equal(t, "PromoStack is ready", lines[len(lines)-1])

	t.Run("secrets are the owner's alone", func(t *testing.T) {
		info, err := os.Stat(filepath.Join(s.Data, "secrets.env"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	})
	s.SignIn()
	before := ids(s.Templates())
	require.GreaterOrEqual(t, len(before), 6)
	s.PreviewsComplete()

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
	t.Run("command line while it runs", func(t *testing.T) { renderByCommand(t, s) })
	t.Run("a second one on the same folder is refused", func(t *testing.T) {
		out, err := stack.Run(t, nil, "up", "--data", s.Data, "--http", testkit.FreeAddr(t), "--temporal", testkit.FreeAddr(t),
			"--temporal-ui", testkit.FreeAddr(t), "--s3", testkit.FreeAddr(t))
		require.Error(t, err)
		require.Contains(t, out, "Another `promostack up` runs on")
	})

	remembered := rememberedBySandbox(t, s)
	killEachChild(t, s)
	remembered("after kill -9 of the sandbox")
	job := startBulk(t, s.Client, "interrupted", bulkLines)
	watchBulk(t, s.Client, job.ID, "in the middle", func(j bulkJob) bool { return j.progress() > 0.5 })

	require.Less(t, s.Interrupt(), 10*time.Second)
	require.Empty(t, s.Processes())
	t.Run("command line while nothing runs", func(t *testing.T) { renderByCommand(t, s) })
	require.Empty(t, s.Processes())

	// P9: Ctrl-C in the middle of a job loses nothing: the next start goes on with it.
	password := s.Password
	s.Again()
	require.Contains(t, s.Output(), password)
	require.Equal(t, before, ids(s.Templates()))
	actual := readBulk(t, s.Client, watchBulk(t, s.Client, job.ID, "done", isDone))
	require.Empty(t, chaos.Diff(expectedBulk(t, bulkLines, func(r promo.Request) []byte {
		res, body := s.Patient(patience, http.MethodPost, "/api/v1/promos/render", map[string]any{"template": r.Template, "size": r.Size, "values": r.Values}, nil)
		require.Equal(t, http.StatusOK, res.StatusCode, string(body))
		return body
	}), actual))

	s.KillAll()
	testkit.Eventually(t, 30*time.Second, "all processes ended", func() bool { return len(s.Processes()) == 0 })
	s.Again()
	require.Contains(t, s.Output(), password)
	require.Equal(t, before, ids(s.Templates()))
	remembered("after kill -9 of all")
	type brand struct{ Logo struct{ ID string } }
	var logo, again brand
	s.JSON(http.MethodGet, "/api/v1/brand", nil, nil, http.StatusOK, &logo)
	require.NotEmpty(t, logo.Logo.ID)
	require.Less(t, s.Interrupt(), 10*time.Second)

	// The database is lost; the object store is not: the templates and the logo come back from it.
	files, err := filepath.Glob(filepath.Join(s.Data, "promostack.db*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		require.NoError(t, os.Remove(f))
	}
	for _, arg := range []string{"--restore-templates", "--restore-templates", "--status"} {
		out, err := stack.Run(t, nil, "migrate", "--data", s.Data, arg)
		require.NoError(t, err, out)
		require.NotContains(t, out, "pending")
	}
	s.Again()
	s.SignIn()
	require.Equal(t, before, ids(s.Templates()))
	s.JSON(http.MethodGet, "/api/v1/brand", nil, nil, http.StatusOK, &again)
	require.Equal(t, logo, again)
	res, body := s.Call(http.MethodPost, "/api/v1/promos/render", renderBody(gold), nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
}

func ids(list []stack.Template) []string {
	var out []string
	for _, x := range list {
		out = append(out, x.ID)
	}
	slices.Sort(out)
	return out
}

// renderByCommand makes the same picture as the API, to the byte.
func renderByCommand(t *testing.T, s *stack.Stack) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "f.jpg")
	out, err := stack.Run(t, nil, "render", "--data", s.Data, "--template", "gold-coupon",
		"--set", "code=GOLD35", "--set", "headline=Save 35%", "--set", "valid_until=31 Dec 2026", "--out", file)
	require.NoError(t, err, out)
	made, err := os.ReadFile(file)
	require.NoError(t, err)
	img, _ := decode(t, made)
	require.Equal(t, 1080, img.Width)
	if res, body, err := s.Do(http.MethodPost, "/api/v1/promos/render", renderBody(gold), nil); err == nil {
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.True(t, bytes.Equal(body, made), "the command line's picture is not the API's")
	}
	out, err = stack.Run(t, nil, "render", "--data", s.Data, "--template", "gold-coupon",
		"--set", "code=EXPIRED10", "--set", "headline=Save 10%", "--out", file)
	require.Error(t, err)
	require.Contains(t, out, "values.code")
}

func TestTakenPortNamesTheFlag(t *testing.T) {
	t.Parallel()
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
