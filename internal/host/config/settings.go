// Package config reads the program's settings from the environment. One table names every
// setting with its type, default and whether it is a secret; the README's table, the checks at
// start and `promostack doctor` all come from it.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/host/secrets"
)

// Config holds every setting, parsed. Secrets are of a type that no log can print.
type Config struct {
	DatabaseURL secrets.Text

	SecretKey         secrets.Text
	SecretKeyPrevious []secrets.Text
	AdminPassword     secrets.Text

	HTTPAddress       string
	WorkerHTTPAddress string
	PublicURL         *url.URL
	AdminHost         string
	DashHost          string
	TrustedProxies    []netip.Prefix
	MetricsToken      secrets.Text

	TemporalAddress   string
	TemporalNamespace string
	TemporalUIURL     *url.URL // nil where there is none
	TemporalTLS       bool
	TemporalTLSCA     string
	TemporalTLSCert   string
	TemporalTLSKey    string
	TemporalAPIKey    secrets.Text
	WorkerConcurrency int

	SpacesEndpoint  string
	SpacesRegion    string
	SpacesBucket    string
	SpacesAccessKey secrets.Text
	SpacesSecretKey secrets.Text
	SpacesPathStyle bool
	SpacesCDNURL    string

	FunderProAPIURL    string
	FunderProAPIKey    secrets.Text
	FunderProProductID string

	TelegramAPIURL   string // never empty after Parse
	TelegramBotToken secrets.Text
	ForexBotToken    secrets.Text
	TelegramUpdates  string

	TelegramAppID          int // 0 without a Telegram application
	TelegramAppHash        secrets.Text
	TelegramMTProtoAddress string
	TelegramMTProtoKey     string

	TwelveDataAPIKey secrets.Text
	TwelveDataAPIURL string // never empty after Parse

	AlphaVantageAPIKey secrets.Text
	AlphaVantageAPIURL string // never empty after Parse

	OpenAIAPIKey  secrets.Text
	OpenAIBaseURL string // never empty after Parse
	OpenAIModel   string

	Sandbox        bool
	SandboxAddress string
	SandboxData    string

	TracesEndpoint string
	TracesHeaders  secrets.Text

	LogLevel  string
	LogFormat string
}

// Setting is one row of the table: a name in the environment and where its value goes.
type Setting struct {
	Name     string
	Type     string
	Default  string
	Secret   bool
	Required bool // without it `api` and `worker` do not start; `up` makes one
	Help     string

	set func(string) error
}

// Settings returns the whole table, bound to c.
func Settings(c *Config) []Setting {
	return []Setting{
		secret("DATABASE_URL", &c.DatabaseURL, "`postgres://user:password@host:5432/name` or `sqlite:///path/to/file.db`; `up` uses a SQLite file in the data folder").required(),
		secret("SECRET_KEY", &c.SecretKey, "At least 32 characters; seals secrets, signs sessions and links, encrypts flows. `up` makes one").required(),
		secretList("SECRET_KEY_PREVIOUS", &c.SecretKeyPrevious, "Earlier keys, separated by commas: still open what they sealed, seal nothing new"),
		secret("ADMIN_PASSWORD", &c.AdminPassword, "Password of the admin session; empty switches that sign-in off. `up` makes one"),
		text("PUBLIC_URL", "url", "http://127.0.0.1:8080", "Address under which browsers reach the program; an https address makes cookies Secure", parseURL(&c.PublicURL)),
		text("HTTP_ADDRESS", "host:port", "127.0.0.1:8080", "Where `api` listens", address(&c.HTTPAddress)),
		text("WORKER_HTTP_ADDRESS", "host:port", "127.0.0.1:0", "Where a worker answers `/healthz`, `/readyz` and `/metrics`; port 0 picks a free one", address(&c.WorkerHTTPAddress)),
		text("ADMIN_HOST", "host", "admin.localhost", "Host name of the admins' dashboard", host(&c.AdminHost)),
		text("DASH_HOST", "host", "dash.localhost", "Host name of the clients' dashboard", host(&c.DashHost)),
		text("TRUSTED_PROXIES", "list of CIDR", "", "Proxies whose X-Forwarded-For is believed, so that sign-in attempts count for who made them", prefixes(&c.TrustedProxies)),
		secret("METRICS_TOKEN", &c.MetricsToken, "When set, `/metrics` asks for it as a bearer token"),
		text("TEMPORAL_ADDRESS", "host:port", "127.0.0.1:7233", "Temporal's gRPC address", address(&c.TemporalAddress)),
		text("TEMPORAL_NAMESPACE", "name", "promostack", "Temporal namespace; made at the first start", name(&c.TemporalNamespace)),
		text("TEMPORAL_TLS", "on/off", "off", "Reach Temporal over TLS, as a cluster of one's own or Temporal Cloud asks", boolean(&c.TemporalTLS)),
		text("TEMPORAL_TLS_CA", "path", "", "PEM file of the authority that signed the server's certificate; empty is the system's", plain(&c.TemporalTLSCA)),
		text("TEMPORAL_TLS_CERT", "path", "", "PEM file of this program's own certificate, where the server asks for one", plain(&c.TemporalTLSCert)),
		text("TEMPORAL_TLS_KEY", "path", "", "PEM file of its key", plain(&c.TemporalTLSKey)),
		secret("TEMPORAL_API_KEY", &c.TemporalAPIKey, "API key of Temporal Cloud; goes over TLS only"),
		text("TEMPORAL_UI_URL", "url", "", "Address of Temporal's Web UI, whose public path must be `/temporal`; the dashboard shows it there to admins", parseURL(&c.TemporalUIURL)),
		text("WORKER_CONCURRENCY", "number", "16", "Activities that one worker runs at a time (1 to 256); most of them wait for the network", number(&c.WorkerConcurrency, 1, 256)),
		text("SPACES_ENDPOINT", "url", "", "S3 endpoint, for instance `https://fra1.digitaloceanspaces.com`", optionalURL(&c.SpacesEndpoint)).required(),
		text("SPACES_REGION", "name", "us-east-1", "S3 region", name(&c.SpacesRegion)),
		text("SPACES_BUCKET", "name", "promostack", "S3 bucket", name(&c.SpacesBucket)),
		secret("SPACES_ACCESS_KEY", &c.SpacesAccessKey, "S3 access key").required(),
		secret("SPACES_SECRET_KEY", &c.SpacesSecretKey, "S3 secret key").required(),
		text("SPACES_PATH_STYLE", "true/false", "false", "Bucket in the path instead of the host name (the embedded store, MinIO)", boolean(&c.SpacesPathStyle)),
		text("SPACES_CDN_URL", "url", "", "CDN in front of the bucket; empty serves files through signed `/files/` addresses", optionalURL(&c.SpacesCDNURL)),
		text("FUNDERPRO_API_URL", "url", "", "Base address of the coupon CRM; with SANDBOX=on and no key the simulated one is used", optionalURL(&c.FunderProAPIURL)),
		secret("FUNDERPRO_API_KEY", &c.FunderProAPIKey, "Bearer key of the coupon CRM"),
		text("FUNDERPRO_PRODUCT_ID", "text", "", "Product whose coupons are checked", plain(&c.FunderProProductID)),
		text("TELEGRAM_API_URL", "url", "", "Base address of the Bot API; empty is `https://api.telegram.org`, or with SANDBOX=on the simulated one", optionalURL(&c.TelegramAPIURL)),
		secret("TELEGRAM_BOT_TOKEN", &c.TelegramBotToken, "Token of the promo bot that the platform's tenant gets at the first start"),
		secret("FOREX_BOT_TOKEN", &c.ForexBotToken, "Token of the signal bot that the platform's tenant gets at the first start"),
		text("TELEGRAM_UPDATES", "auto/webhook/polling", "auto", "How bots get their messages; auto is a webhook where PUBLIC_URL is an https address, else polling", oneOf(&c.TelegramUpdates, "auto", "webhook", "polling")),
		text("TELEGRAM_APP_ID", "number", "", "Application of my.telegram.org, without which no user account can sign in", optionalNumber(&c.TelegramAppID)),
		secret("TELEGRAM_APP_HASH", &c.TelegramAppHash, "Hash of that application"),
		text("TELEGRAM_MTPROTO_ADDRESS", "host:port", "", "Telegram server of user accounts; empty is Telegram itself. With SANDBOX=on, `sandbox` simulates one there", optionalAddress(&c.TelegramMTProtoAddress)),
		text("TELEGRAM_MTPROTO_KEY", "path", "", "PEM file with the public key of that server; the simulated one keeps its state beside it", plain(&c.TelegramMTProtoKey)),
		secret("TWELVE_DATA_API_KEY", &c.TwelveDataAPIKey, "Key of Twelve Data, which the market feed asks for gold's prices; with SANDBOX=on and no key the market is simulated"),
		text("TWELVE_DATA_API_URL", "url", "", "Base address of Twelve Data; empty is `https://api.twelvedata.com`, or with SANDBOX=on and no key the simulated one", optionalURL(&c.TwelveDataAPIURL)),
		secret("ALPHA_VANTAGE_API_KEY", &c.AlphaVantageAPIKey, "Key of Alpha Vantage, which is asked for the news about gold; with SANDBOX=on and no key the news is simulated"),
		text("ALPHA_VANTAGE_API_URL", "url", "", "Base address of Alpha Vantage; empty is `https://www.alphavantage.co`, or with SANDBOX=on and no key the simulated one", optionalURL(&c.AlphaVantageAPIURL)),
		secret("OPENAI_API_KEY", &c.OpenAIAPIKey, "Key of the language model that writes messages; with SANDBOX=on and no key the model is simulated, else written texts go out"),
		text("OPENAI_BASE_URL", "url", "", "Base address of the model; empty is `https://api.openai.com/v1`, or with SANDBOX=on and no key the simulated one", optionalURL(&c.OpenAIBaseURL)),
		text("OPENAI_MODEL", "name", "gpt-4o-mini", "The model that is asked there", name(&c.OpenAIModel)),
		text("SANDBOX", "on/off", "off", "Simulated outside services for those without credentials; `up` switches it on", boolean(&c.Sandbox)),
		text("SANDBOX_ADDRESS", "host:port", "127.0.0.1:8090", "Where `sandbox` listens, loopback only", address(&c.SandboxAddress)),
		text("SANDBOX_DATA", "path", "", "File of the `sandbox`'s own database; empty keeps nothing. `up` puts it into the data folder", plain(&c.SandboxData)),
		text("OTEL_EXPORTER_OTLP_ENDPOINT", "url", "", "Collector of OpenTelemetry traces, OTLP over HTTP, for instance `http://127.0.0.1:4318`; empty records none", optionalURL(&c.TracesEndpoint)),
		secret("OTEL_EXPORTER_OTLP_HEADERS", &c.TracesHeaders, "Headers that the collector asks for, as name=value pairs separated by commas"),
		text("LOG_LEVEL", "debug/info/warn/error", "info", "Least severe level that is logged", oneOf(&c.LogLevel, "debug", "info", "warn", "error")),
		text("LOG_FORMAT", "json/text", "json", "Form of the log lines", oneOf(&c.LogFormat, "json", "text")),
	}
}

func (s Setting) required() Setting { s.Required = true; return s }

func text(name, kind, def, help string, set func(string) error) Setting {
	return Setting{Name: name, Type: kind, Default: def, Help: help, set: set}
}

func secret(name string, dst *secrets.Text, help string) Setting {
	return Setting{Name: name, Type: "text", Secret: true, Help: help, set: func(v string) error {
		*dst = secrets.Text(v)
		return nil
	}}
}

func secretList(name string, dst *[]secrets.Text, help string) Setting {
	return Setting{Name: name, Type: "list", Secret: true, Help: help, set: func(v string) error {
		*dst = nil
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*dst = append(*dst, secrets.Text(part))
			}
		}
		return nil
	}}
}

func plain(dst *string) func(string) error {
	return func(v string) error { *dst = v; return nil }
}

func name(dst *string) func(string) error {
	return func(v string) error {
		if v == "" || strings.ContainsAny(v, " \t/\\") {
			return fmt.Errorf("must be a name without spaces or slashes")
		}
		*dst = v
		return nil
	}
}

func host(dst *string) func(string) error {
	return func(v string) error {
		if v == "" || strings.ContainsAny(v, " :/") {
			return fmt.Errorf("must be a host name without scheme or port, for instance admin.example.com")
		}
		*dst = strings.ToLower(v)
		return nil
	}
}

func address(dst *string) func(string) error {
	return func(v string) error {
		_, port, err := net.SplitHostPort(v)
		if err != nil {
			return fmt.Errorf("must be host:port, for instance 127.0.0.1:8080")
		}
		if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
			return fmt.Errorf("must be a port from 0 to 65535")
		}
		*dst = v
		return nil
	}
}

func checkURL(v string) (*url.URL, error) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("must be an http or https address, for instance https://promo.example.com")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// parseURL leaves dst nil where the setting is empty.
func parseURL(dst **url.URL) func(string) error {
	return func(v string) (err error) {
		if *dst = nil; v != "" {
			*dst, err = checkURL(v)
		}
		return err
	}
}

func optionalURL(dst *string) func(string) error {
	return func(v string) error {
		if v == "" {
			*dst = ""
			return nil
		}
		u, err := checkURL(v)
		if err != nil {
			return err
		}
		*dst = u.String()
		return nil
	}
}

func prefixes(dst *[]netip.Prefix) func(string) error {
	return func(v string) error {
		*dst = nil
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			p, err := netip.ParsePrefix(part)
			if err != nil {
				return fmt.Errorf("must be addresses such as 10.0.0.0/8, separated by commas")
			}
			*dst = append(*dst, p)
		}
		return nil
	}
}

func number(dst *int, least, most int) func(string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return fmt.Errorf("must be a whole number from %d to %d", least, most)
		}
		*dst = n
		return nil
	}
}

func optionalNumber(dst *int) func(string) error {
	return func(v string) error {
		if *dst = 0; v == "" {
			return nil
		}
		return number(dst, 1, 1<<31-1)(v)
	}
}

func optionalAddress(dst *string) func(string) error {
	return func(v string) error {
		if *dst = ""; v == "" {
			return nil
		}
		return address(dst)(v)
	}
}

func boolean(dst *bool) func(string) error {
	return func(v string) error {
		switch strings.ToLower(v) {
		case "on", "true", "yes", "1":
			*dst = true
		case "off", "false", "no", "0", "":
			*dst = false
		default:
			return fmt.Errorf("must be on or off")
		}
		return nil
	}
}

func oneOf(dst *string, allowed ...string) func(string) error {
	return func(v string) error {
		for _, a := range allowed {
			if strings.EqualFold(v, a) {
				*dst = a
				return nil
			}
		}
		return fmt.Errorf("must be one of %s", strings.Join(allowed, ", "))
	}
}
