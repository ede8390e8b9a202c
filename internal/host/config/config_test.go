package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
)

func TestDefaultsParse(t *testing.T) {
	c, err := config.Parse(config.Env{})
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8080", c.HTTPAddress)
	require.Equal(t, "promostack", c.TemporalNamespace)
	require.True(t, c.Loopback())
}

func TestMalformedValuesNameTheSetting(t *testing.T) {
	for name, value := range map[string]string{
		"HTTP_ADDRESS": "8080", "WORKER_HTTP_ADDRESS": "x:99999", "PUBLIC_URL": "promo.example.com",
		"ADMIN_HOST": "https://admin.example.com", "TRUSTED_PROXIES": "10.0.0.1", "WORKER_CONCURRENCY": "0",
		"SPACES_PATH_STYLE": "perhaps", "SPACES_ENDPOINT": "ftp://store", "LOG_LEVEL": "loud", "LOG_FORMAT": "xml",
		"TELEGRAM_API_URL": "api.telegram.org", "TELEGRAM_UPDATES": "pigeon", "TEMPORAL_NAMESPACE": "a b", "SPACES_BUCKET": "a/b",
	} {
		_, err := config.Parse(config.Env{name: value})
		require.Error(t, err, name)
		fields := fault.From(err).Fields
		require.Len(t, fields, 1, name)
		require.Equal(t, name, fields[0].Name)
		require.NotEmpty(t, fields[0].Message)
	}
}

func TestWhereTheBotAPIIs(t *testing.T) {
	for _, row := range []struct {
		env       config.Env
		want      string
		simulated bool
	}{
		{config.Env{}, "https://api.telegram.org", false},
		{config.Env{"SANDBOX": "on", "SANDBOX_ADDRESS": "127.0.0.1:81"}, "http://127.0.0.1:81/sandbox/telegram", true},
		{config.Env{"SANDBOX": "on", "TELEGRAM_API_URL": "https://api.telegram.org/"}, "https://api.telegram.org", false},
		{config.Env{"TELEGRAM_API_URL": "http://bots.example.com:8081"}, "http://bots.example.com:8081", false},
	} {
		c, err := config.Parse(row.env)
		require.NoError(t, err)
		require.Equal(t, row.want, c.TelegramAPIURL)
		require.Equal(t, row.simulated, c.TelegramSimulated())
	}
}

func TestWhereTheNewsIs(t *testing.T) {
	for _, row := range []struct {
		env       config.Env
		want, key string
		simulated bool
	}{
		{config.Env{}, "https://www.alphavantage.co", "", false},
		{config.Env{"SANDBOX": "on", "SANDBOX_ADDRESS": "127.0.0.1:81"}, "http://127.0.0.1:81/sandbox/news", "simulated-news", true},
		{config.Env{"SANDBOX": "on", "ALPHA_VANTAGE_API_KEY": "k"}, "https://www.alphavantage.co", "k", false},
		{config.Env{"SANDBOX": "on", "ALPHA_VANTAGE_API_URL": "https://news.example.com/"}, "https://news.example.com", "", false},
	} {
		c, err := config.Parse(row.env)
		require.NoError(t, err)
		require.Equal(t, row.want, c.AlphaVantageAPIURL)
		require.Equal(t, row.key, c.AlphaVantageAPIKey.Reveal())
		require.Equal(t, row.simulated, c.NewsSimulated())
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	_, err := config.Parse(config.Env{"HTTP_ADDRESS": "x", "LOG_LEVEL": "y"})
	require.Len(t, fault.From(err).Fields, 2)
}

func TestMissingSettingsAreNamed(t *testing.T) {
	err := config.Check(config.Env{"SECRET_KEY": "k"})
	var names []string
	for _, f := range fault.From(err).Fields {
		names = append(names, f.Name)
	}
	require.ElementsMatch(t, []string{"DATABASE_URL", "SPACES_ENDPOINT", "SPACES_ACCESS_KEY", "SPACES_SECRET_KEY"}, names)
}

func TestSecretsComeFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("hunter2hunter2\n"), 0o600))
	c, err := config.Parse(config.Env{"ADMIN_PASSWORD_FILE": file})
	require.NoError(t, err)
	require.Equal(t, "hunter2hunter2", c.AdminPassword.Reveal())

	_, err = config.Parse(config.Env{"ADMIN_PASSWORD_FILE": file + ".not"})
	require.ErrorContains(t, err, "ADMIN_PASSWORD")
	_, err = config.Parse(config.Env{"LOG_LEVEL_FILE": file})
	require.ErrorContains(t, err, "LOG_LEVEL")
	require.NoError(t, config.Check(config.Env{"DATABASE_URL_FILE": file, "SECRET_KEY_FILE": file, "SPACES_ENDPOINT": "http://s3",
		"SPACES_ACCESS_KEY_FILE": file, "SPACES_SECRET_KEY_FILE": file}))
}

func TestPreviousKeysAreAList(t *testing.T) {
	c, err := config.Parse(config.Env{"SECRET_KEY_PREVIOUS": "one, two,,"})
	require.NoError(t, err)
	require.Len(t, c.SecretKeyPrevious, 2)
	require.Equal(t, "two", c.SecretKeyPrevious[1].Reveal())
}

func TestLoopback(t *testing.T) {
	for url, want := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost": true, "http://admin.localhost:80": true, "http://[::1]:1": true,
		"https://promo.example.com": false, "http://10.0.0.1": false,
	} {
		c, err := config.Parse(config.Env{"PUBLIC_URL": url})
		require.NoError(t, err)
		require.Equal(t, want, c.Loopback(), url)
	}
}

func TestTableNamesEverySettingOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range config.Settings(&config.Config{}) {
		require.False(t, seen[s.Name], s.Name)
		seen[s.Name] = true
		require.NotEmpty(t, s.Help)
		if s.Secret {
			require.Empty(t, s.Default, "a secret has no default")
		}
	}
}

// A parser's error would quote the secrets that follow the mistake.
func TestAMistakeInDotenvShowsNoSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	for _, text := range []string{"LOG_LEVEL=info\nthis is no setting\nSECRET_KEY=correct-horse\n", "LOG_LEVEL=info\nADMIN_PASSWORD=\"correct-horse\n"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := config.ReadFile(file)
		require.ErrorContains(t, err, "line 2")
		require.NotContains(t, err.Error(), "correct-horse")
	}
}
