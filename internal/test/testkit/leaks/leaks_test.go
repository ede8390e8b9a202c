package leaks_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit/leaks"
)

func TestSecretsAreFound(t *testing.T) {
	token := "7000000001:a-token-that-is-35-signs-long-xxxxx"
	require.Len(t, leaks.In([]byte(`{"url":"http://x/bot`+token+`/getMe"}`)), 1, "within an address")
	require.Len(t, leaks.In([]byte(`tg://login?token=AQL8sdf9sdf0sdf`)), 1)
	require.Len(t, leaks.In([]byte(`the password is swordfish`), "swordfish"), 1)
	require.Empty(t, leaks.In([]byte(`{"id":7000000001,"time":"2026-11-24T10:00:00Z","code":"12345"}`), "swordfish", "123"))
	require.NotContains(t, leaks.In([]byte(token))[0], token)

	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "logs"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "secrets.env"), []byte("# made\nSECRET_KEY=abcdefgh\nSPACES_ACCESS_KEY=visible-key\n"), 0o600))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	write("logs/api.log", "visible-key\n")
	found, err := leaks.Files(folder)
	require.NoError(t, err)
	require.Empty(t, found)
	write("logs/api.log", "key=abcdefgh\n")
	write("temporal.db", "…"+token+"…")
	found, err = leaks.Files(folder)
	require.NoError(t, err)
	require.Len(t, found, 2)
}
