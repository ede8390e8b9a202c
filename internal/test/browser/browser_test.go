//go:build integration

// Package browser runs the dashboard's tests in a real browser (web/test/e2e).
package browser

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// Two programs stand side by side, on both databases, and each takes the next file of tests until
// none is left: a file must leave nothing behind that disturbs another. A third one shows the demo first.
func TestBrowser(t *testing.T) {
	web := filepath.Join(testkit.Root(t), "web")
	found, err := filepath.Glob(filepath.Join(web, "test", "e2e", "*.test.mjs"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	slices.SortFunc(found, func(a, b string) int { return size(t, b) - size(t, a) }) // what is short fills the end
	files := make(chan string, len(found))
	for _, file := range found {
		if !slices.Contains(withDemo, filepath.Base(file)) {
			files <- file
		}
	}
	close(files)
	take := func(t *testing.T, program string, env []string) {
		s := stack.Start(t, stack.Options{Env: env})
		s.SignIn()
		s.PreviewsComplete()
		for file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) { look(t, s, web, program, file) })
		}
	}
	demo := func(t *testing.T) {
		s := stack.Start(t, stack.Options{Args: []string{"--idle=false"}})
		s.SignIn()
		testkit.Eventually(t, 3*time.Minute, "the demo has signals that were closed", func() bool {
			var list struct{ Items []struct{ ID string } }
			s.JSON(http.MethodGet, "/api/v1/recaps", nil, nil, http.StatusOK, &list)
			return len(list.Items) >= 3
		})
		for _, name := range withDemo {
			t.Run(name, func(t *testing.T) { look(t, s, web, "demo", filepath.Join(web, "test", "e2e", name)) })
		}
	}
	postgres := "DATABASE_URL=" + testkit.Postgres(t)
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); take(t, "sqlite", nil) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); take(t, "postgres", []string{postgres}) })
	t.Run("sqlite-2", func(t *testing.T) {
		t.Parallel()
		t.Run("demo", demo) // its program has ended before the next one starts
		take(t, "sqlite-2", nil)
	})
}

// withDemo are the files that look at what the demo's signals have brought; the one before the last waits
// for posts of its past, and the last one removes the demo.
var withDemo = []string{"first-minute.test.mjs", "performance.test.mjs", "record.test.mjs", "cross-promotion-demo.test.mjs", "demo-removal.test.mjs"}

// look runs a file of tests against a program.
func look(t *testing.T, s *stack.Stack, web, program, file string) {
	cmd := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", file)
	cmd.Dir = web
	cmd.Env = append(os.Environ(), "BASE_URL="+s.Base, "ADMIN_PASSWORD="+s.Password,
		"API_PID_FILE="+filepath.Join(s.Data, "run", "api.pid"), "TEST_OUTPUT="+filepath.Join(web, "test", "output", program))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	require.NoError(t, err)
}

func size(t *testing.T, file string) int {
	info, err := os.Stat(file)
	require.NoError(t, err)
	return int(info.Size())
}
