package logging_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
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

// An outage is one line a minute, not one a request; what is no outage always comes through.
func TestAnOutageIsSaidOnce(t *testing.T) {
	var out bytes.Buffer
	log := logging.New(&out, "info", "json", "test")
	away := fault.New(fault.Unavailable, "database_unavailable", "The database is not available now")
	for range 50 {
		log.Error("request refused", "status", 503, "code", "database_unavailable", "error", "away")
		log.With("tenant", "a").Warn("sweep of the outbox", "error", fmt.Errorf("sweep: %w", away))
		log.Info("request", "status", 503)
	}
	log.Error("request refused", "status", 503, "code", "temporal_unavailable", "error", "away")
	log.Error("request refused", "status", 500, "code", "internal", "error", "a defect")
	log.Error("request refused", "status", 500, "code", "internal", "error", "a defect")
	lines := strings.Split(out.String(), "\n")
	count := func(parts ...string) (n int) {
		for _, line := range lines {
			has := true
			for _, part := range parts {
				has = has && strings.Contains(line, part)
			}
			if has {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, count("request refused", "database_unavailable"))
	require.Equal(t, 1, count("sweep of the outbox"))
	require.Equal(t, 1, count("request refused", "temporal_unavailable"), "another outage")
	require.Equal(t, 2, count("request refused", "a defect"))
	require.Equal(t, 50, count(`"msg":"request"`))
}
