package main

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/datadir"
)

var where = datadir.Addresses{HTTP: "127.0.0.1:1", Temporal: "127.0.0.1:2", TemporalUI: "127.0.0.1:3", S3: "127.0.0.1:4", Sandbox: "127.0.0.1:5"}

func newDir(t *testing.T) *datadir.Dir {
	d, err := datadir.Create(t.TempDir())
	require.NoError(t, err)
	_, err = d.Secrets()
	require.NoError(t, err)
	return d
}

// The embedded object store is used whole or not at all, and so are the simulated services.
func TestLocalSettings(t *testing.T) {
	d := newDir(t)
	parse := func(own config.Env) *config.Config {
		env, err := localEnv(own, d, where)
		require.NoError(t, err)
		c, err := config.Parse(env)
		require.NoError(t, err)
		return c
	}
	c := parse(config.Env{"SPACES_BUCKET": "theirs", "SPACES_REGION": "mars", "SPACES_CDN_URL": "https://cdn.example.com", "SANDBOX": "off", "TEMPORAL_ADDRESS": "far:1"})
	require.True(t, embeddedStore(c, where))
	require.Equal(t, "promostack", c.SpacesBucket)
	require.Equal(t, "us-east-1", c.SpacesRegion)
	require.Empty(t, c.SpacesCDNURL)
	require.True(t, c.Sandbox)
	require.Equal(t, where.Temporal, c.TemporalAddress)

	c = parse(config.Env{"SPACES_ENDPOINT": "https://s3.example.com", "SPACES_BUCKET": "theirs", "SPACES_ACCESS_KEY": "a", "SPACES_SECRET_KEY": "b"})
	require.False(t, embeddedStore(c, where))
	require.Equal(t, "theirs", c.SpacesBucket)

	c = parse(config.Env{"FUNDERPRO_PRODUCT_ID": "lonely"})
	require.True(t, c.CRMSimulated())
	require.Equal(t, "demo", c.FunderProProductID)
	c = parse(config.Env{"FUNDERPRO_API_KEY": "k", "FUNDERPRO_API_URL": "https://crm.example.com", "FUNDERPRO_PRODUCT_ID": "p"})
	require.False(t, c.CRMSimulated())

	require.True(t, c.TelegramSimulated())
	require.NotEmpty(t, c.TelegramBotToken)
	require.Equal(t, d.Path("sandbox.db"), c.SandboxData)
	c = parse(config.Env{"FOREX_BOT_TOKEN": "1:t"})
	require.Equal(t, config.TelegramURL, c.TelegramAPIURL, "a bot of one's own lives at Telegram")
	require.Empty(t, c.TelegramBotToken)
	c = parse(config.Env{"TELEGRAM_API_URL": "http://bots.example.com"})
	require.Equal(t, "http://bots.example.com", c.TelegramAPIURL)

	c = parse(config.Env{"ADMIN_PASSWORD": "mine-and-long", "DATABASE_URL": "postgres://u@h/d"})
	require.Equal(t, "mine-and-long", c.AdminPassword.Reveal())
	require.Equal(t, "postgres://u@h/d", c.DatabaseURL.Reveal())
}

// What `up` left out on purpose does not come back to a child from .env.
func TestAChildGetsEverySettingOrNone(t *testing.T) {
	u := &up{dir: newDir(t), env: config.Env{"LOG_LEVEL": "warn"}}
	env := map[string]bool{}
	for _, kv := range u.self("api", "http://127.0.0.1:1/readyz", "").Env {
		env[kv] = true
	}
	require.True(t, env["LOG_LEVEL=warn"])
	for _, name := range []string{"SPACES_BUCKET=", "SPACES_CDN_URL=", "SECRET_KEY_FILE=", "ADMIN_PASSWORD="} {
		require.True(t, env[name], name)
	}
}

func TestWhichSettingsAToolTakes(t *testing.T) {
	t.Chdir(t.TempDir())
	command := func(args ...string) (*cobra.Command, *string) {
		cmd := &cobra.Command{}
		data := dataFlag(cmd)
		require.NoError(t, cmd.ParseFlags(args))
		return cmd, data
	}
	for _, s := range config.Settings(&config.Config{}) {
		t.Setenv(s.Name, "")
	}
	cmd, data := command()
	_, err := findSettings(cmd, *data)
	require.ErrorContains(t, err, "no PromoStack data")

	t.Setenv("DATABASE_URL", "postgres://u@h/d")
	_, err = findSettings(cmd, *data)
	require.ErrorContains(t, err, "SECRET_KEY", "without a data folder the environment is meant, and lacks something")

	d, err := datadir.Create("data")
	require.NoError(t, err)
	_, err = d.Secrets()
	require.NoError(t, err)
	s, err := findSettings(cmd, *data)
	require.NoError(t, err, "a database of its own beside the data folder of `up`")
	require.Equal(t, "postgres://u@h/d", s.config.DatabaseURL.Reveal())
	require.NotEmpty(t, s.config.SecretKey)

	for name, value := range map[string]string{"SECRET_KEY": "one-0123456789-abcdefghijklmnop-QRSTUVWXYZ", "SPACES_ENDPOINT": "https://s3.example.com", "SPACES_ACCESS_KEY": "a", "SPACES_SECRET_KEY": "b"} {
		t.Setenv(name, value)
	}
	s, err = findSettings(cmd, *data)
	require.NoError(t, err)
	require.Nil(t, s.dir, "a complete environment is production")
	cmd, data = command("--data", "data")
	s, err = findSettings(cmd, *data)
	require.NoError(t, err)
	require.NotNil(t, s.dir, "unless the folder is named")
}

func TestErrorsAreExplained(t *testing.T) {
	explained := func(err error) string {
		var b bytes.Buffer
		explain(&b, err)
		return b.String()
	}
	require.Equal(t, "promostack: plain\n", explained(errors.New("plain")))
	inner := fault.New(fault.Unavailable, "x", "the store is away").WithRemedy("Start it")
	require.Equal(t, "promostack: template gold: the store is away\n  → Start it\n", explained(fmt.Errorf("template gold: %w", inner)))
	var f fault.Fields
	f.Add("--out", "required", "names no file")
	require.Equal(t, "promostack: The arguments have mistakes\n  --out: names no file\n", explained(f.Err("arguments", "The arguments have mistakes")))
	require.Contains(t, explained(inner.WithCause(errors.New("refused"))), "cause: refused")
}
