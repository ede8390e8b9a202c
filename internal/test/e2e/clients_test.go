//go:build integration && soak

package e2e

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
)

// Clients of the Bot API that nobody here wrote run against the simulation: they poll, are told by a
// webhook, show keyboards, send and load photos, and are refused.
func TestBotAPIClients(t *testing.T) {
	world := bots.Start(t)
	picture := clientPicture(t)
	for name, command := range map[string][]string{
		"grammY": {"node", "--test", "--test-reporter=spec", "grammy.test.mjs"},
		// Debian's Python is the one that knows Debian's packages.
		"python-telegram-bot": {"/usr/bin/python3", "-B", "-W", "ignore", "-m", "unittest", "-v", "python_telegram_bot"},
	} {
		t.Run(name, func(t *testing.T) { runClient(t, command, "SANDBOX="+world.URL, "PICTURE="+picture) })
	}
}

// clientPicture is the file of a picture that clients send.
func clientPicture(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picture.jpg")
	var raw bytes.Buffer
	require.NoError(t, jpeg.Encode(&raw, image.NewGray(image.Rect(0, 0, 400, 300)), nil))
	require.NoError(t, os.WriteFile(path, raw.Bytes(), 0o600))
	return path
}

// runClient runs the program of a client, which lies in tools/clients, to its good end.
func runClient(t *testing.T, command []string, env ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir = filepath.Join(testkit.Root(t), "tools", "clients")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	require.NoError(t, err, "make clients installs what it needs")
}
