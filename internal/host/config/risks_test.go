package config

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// good is an installation on a public address with nothing to find.
func good() Env {
	return Env{
		"DATABASE_URL": "postgres://p:x@db.internal.example/promo?sslmode=verify-full", "SECRET_KEY": "a-key-of-more-than-32-characters-0123",
		"ADMIN_PASSWORD": "a long enough password", "PUBLIC_URL": "https://admin.example.com", "ADMIN_HOST": "admin.example.com", "DASH_HOST": "dash.example.com",
		"TRUSTED_PROXIES": "10.0.0.0/8", "METRICS_TOKEN": "a-token-for-prometheus", "TEMPORAL_ADDRESS": "temporal.example.com:7233", "TEMPORAL_TLS": "on",
		"TEMPORAL_UI_URL": "http://temporal-ui:8080", "SPACES_ENDPOINT": "https://fra1.example.com", "SPACES_ACCESS_KEY": "a", "SPACES_SECRET_KEY": "b",
		"PATH": "/bin", "HOME": "/root", "ADMINISTRATOR": "not ours",
	}
}

// Each wrong or risky setting is named, with what to do; nothing else is.
func TestFindings(t *testing.T) {
	c, err := Parse(good())
	require.NoError(t, err)
	require.Empty(t, c.Findings(good()))
	c, err = Parse(Env{"ADMIN_PASSWORD": "a long enough password"})
	require.NoError(t, err)
	require.Empty(t, c.Findings(Env{}), "what `up` has")

	const token = "7000000001:a-token-that-is-35-signs-long-xxxxx"
	for name, one := range map[string]struct {
		set     Env
		setting string
		remedy  string
		wrong   bool
	}{
		"the same hosts":                {Env{"DASH_HOST": "admin.example.com"}, "DASH_HOST", "of its own", true},
		"a public host of nobody":       {Env{"PUBLIC_URL": "https://promo.example.com"}, "PUBLIC_URL", "ADMIN_HOST to promo.example.com", true},
		"the default admin host":        {Env{"ADMIN_HOST": "", "PUBLIC_URL": "https://dash.example.com"}, "ADMIN_HOST", "host name", true},
		"the default dash host":         {Env{"DASH_HOST": ""}, "DASH_HOST", "host name", true},
		"plain http":                    {Env{"PUBLIC_URL": "http://admin.example.com"}, "PUBLIC_URL", "https", false},
		"no proxies":                    {Env{"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES", "proxy", false},
		"all proxies":                   {Env{"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES", "own addresses", false},
		"one port for both":             {Env{"HTTP_ADDRESS": "0.0.0.0:8080", "WORKER_HTTP_ADDRESS": "0.0.0.0:8080"}, "WORKER_HTTP_ADDRESS", "port", true},
		"no password":                   {Env{"ADMIN_PASSWORD": ""}, "ADMIN_PASSWORD", "12 characters", true},
		"a weak password":               {Env{"ADMIN_PASSWORD": "short"}, "ADMIN_PASSWORD", "longer", false},
		"a rotation of nothing":         {Env{"SECRET_KEY_PREVIOUS": "a-key-of-more-than-32-characters-0123"}, "SECRET_KEY_PREVIOUS", "new key", true},
		"public metrics":                {Env{"METRICS_TOKEN": ""}, "METRICS_TOKEN", "Prometheus", false},
		"a weak metrics token":          {Env{"METRICS_TOKEN": "short"}, "METRICS_TOKEN", "longer", false},
		"the sandbox":                   {Env{"SANDBOX": "on"}, "SANDBOX", "off", false},
		"debug logs":                    {Env{"LOG_LEVEL": "debug"}, "LOG_LEVEL", "info", false},
		"SQLite":                        {Env{"DATABASE_URL": "sqlite:///data/p.db"}, "DATABASE_URL", "PostgreSQL", false},
		"PostgreSQL in the clear":       {Env{"DATABASE_URL": "postgres://p:x@db.example.com/promo?sslmode=disable"}, "DATABASE_URL", "verify-full", false},
		"a cut token":                   {Env{"TELEGRAM_BOT_TOKEN": "7000000001"}, "TELEGRAM_BOT_TOKEN", "BotFather", true},
		"a token in quotes":             {Env{"FOREX_BOT_TOKEN": `"` + token + `"`}, "FOREX_BOT_TOKEN", "BotFather", true},
		"one bot twice":                 {Env{"TELEGRAM_BOT_TOKEN": token, "FOREX_BOT_TOKEN": token}, "FOREX_BOT_TOKEN", "second bot", true},
		"an id without its hash":        {Env{"TELEGRAM_APP_ID": "123456"}, "TELEGRAM_APP_HASH", "my.telegram.org", true},
		"a hash without its id":         {Env{"TELEGRAM_APP_HASH": "0123456789abcdef"}, "TELEGRAM_APP_ID", "my.telegram.org", true},
		"malformed headers of traces":   {Env{"OTEL_EXPORTER_OTLP_HEADERS": "secret"}, "OTEL_EXPORTER_OTLP_HEADERS", "collector", true},
		"a webhook by http":             {Env{"PUBLIC_URL": "http://admin.example.com", "TELEGRAM_UPDATES": "webhook"}, "TELEGRAM_UPDATES", "auto", true},
		"a test server without a key":   {Env{"TELEGRAM_MTPROTO_ADDRESS": "149.154.167.40:443"}, "TELEGRAM_MTPROTO_KEY", "Leave both empty", true},
		"a CDN by http":                 {Env{"SPACES_CDN_URL": "http://cdn.example.com"}, "SPACES_CDN_URL", "https", true},
		"a store by http":               {Env{"SPACES_ENDPOINT": "http://s3.example.com"}, "SPACES_ENDPOINT", "https", false},
		"a CRM without a key":           {Env{"FUNDERPRO_API_URL": "https://crm.example.com", "FUNDERPRO_PRODUCT_ID": "p"}, "FUNDERPRO_API_KEY", "all three", true},
		"Temporal in the clear":         {Env{"TEMPORAL_TLS": "off"}, "TEMPORAL_TLS", "on", false},
		"certificates without TLS":      {Env{"TEMPORAL_TLS": "off", "TEMPORAL_TLS_CA": "/ca.pem"}, "TEMPORAL_TLS", "on", true},
		"the Web UI under another path": {Env{"TEMPORAL_UI_URL": "http://temporal-ui:8080/ui"}, "TEMPORAL_UI_URL", "/temporal", true},
		"a misspelt name":               {Env{"SPACES_BUCKT": "x"}, "SPACES_BUCKT", "SPACES_BUCKET", true},
		"a misspelt secret's file":      {Env{"SECRET_KEYS_FILE": "/run/key"}, "SECRET_KEYS_FILE", "SECRET_KEY", true},
		"a name of another version":     {Env{"TELEGRAM_CHANNEL": "@x"}, "TELEGRAM_CHANNEL", "README", true},
	} {
		t.Run(name, func(t *testing.T) {
			env := good()
			maps.Copy(env, one.set)
			c, err := Parse(env)
			require.NoError(t, err)
			for _, f := range c.Findings(env) {
				require.NotEmpty(t, f.Message)
				require.NotEmpty(t, f.Remedy)
				if f.Setting == one.setting && f.Wrong == one.wrong {
					require.Contains(t, f.Remedy, one.remedy)
					return
				}
			}
			t.Errorf("%s was not found: %+v", one.setting, c.Findings(env))
		})
	}
}
