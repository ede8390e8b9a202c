package logging_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/logging"
	"github.com/promostack/promostack/internal/host/secrets"
)

func TestSecretsNeverReachTheLog(t *testing.T) {
	const word = "correct-horse-battery"
	for _, format := range []string{"json", "text"} {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			log := logging.New(&out, "debug", format, "test")
			s := secrets.Text(word)
			log.Info("one", "value", s)
			log.Info("two", "config", struct{ Key secrets.Text }{s})
			log.Info("three", "error", fmt.Errorf("key %v refused: %w", s, errors.New("no")))
			log.Info("four", "password", word, "X-Api-Key", word, "bot_token", word)
			log.Info("five", slog.Group("session", "cookie", word))
			log.With("authorization", word).Info("six")
			log.Info("seven", "pointer", &struct{ S *secrets.Text }{&s})
			require.NotContains(t, out.String(), word)
			require.Contains(t, out.String(), "[secret]")
		})
	}
}

func TestLevelAndPart(t *testing.T) {
	var out bytes.Buffer
	log := logging.New(&out, "warn", "json", "api")
	log.Info("quiet")
	log.Warn("loud")
	require.NotContains(t, out.String(), "quiet")
	require.Contains(t, out.String(), `"part":"api"`)
}
