//go:build integration

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// The dashboard in a real browser, against a fresh installation.
func TestBrowser(t *testing.T) {
	s := stack.Start(t, stack.Options{})
	s.SignIn()
	previewsComplete(t, s)
	cmd := exec.CommandContext(t.Context(), "npm", "run", "--silent", "e2e")
	cmd.Dir = filepath.Join(testkit.Root(t), "web")
	cmd.Env = append(os.Environ(), "BASE_URL="+s.Base, "ADMIN_PASSWORD="+s.Password,
		"API_PID_FILE="+filepath.Join(s.Data, "run", "api.pid"))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	require.NoError(t, err)
}
