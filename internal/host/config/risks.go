package config

import (
	"net"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/host/tracing"
)

// Finding is something about a setting that the program starts with, and should not.
type Finding struct {
	Setting string
	Message string
	Remedy  string
	Wrong   bool // something does not work like this; else it is a risk
}

// Findings looks for settings that contradict each other, that don't work and that are dangerous on a public
// address. It asks nobody.
func (c *Config) Findings(env Env) []Finding {
	f := &findings{}
	c.checkHosts(f)
	c.checkSecrets(f)
	c.checkTelegram(f)
	c.checkServices(f)
	if _, err := tracing.ParseHeaders(c.TracesHeaders.Reveal()); err != nil {
		f.wrong("OTEL_EXPORTER_OTLP_HEADERS", "is not of the form name=value,name=value", "Write it as the collector's guide shows it")
	}
	checkNames(f, env)
	return f.list
}

type findings struct{ list []Finding }

func (f *findings) wrong(setting, message, remedy string) {
	f.list = append(f.list, Finding{setting, message, remedy, true})
}

func (f *findings) risk(setting, message, remedy string) {
	f.list = append(f.list, Finding{setting, message, remedy, false})
}

func (c *Config) checkHosts(f *findings) {
	public, https := c.PublicURL.Hostname(), c.PublicURL.Scheme == "https"
	if c.AdminHost == c.DashHost {
		f.wrong("DASH_HOST", "is the same as ADMIN_HOST: clients would meet the admins' dashboard", "Give each a host name of its own")
	}
	if !c.Loopback() {
		if public != c.AdminHost && public != c.DashHost {
			f.wrong("PUBLIC_URL", "names "+public+", on which no dashboard is served: ADMIN_HOST is "+c.AdminHost+" and DASH_HOST "+c.DashHost,
				"Use one of the two in PUBLIC_URL, or set ADMIN_HOST to "+public)
		}
		if LoopbackName(c.AdminHost) {
			f.wrong("ADMIN_HOST", "is "+c.AdminHost+", which leads each browser to its own machine", "Set it to the host name under which admins reach the program")
		}
		if LoopbackName(c.DashHost) {
			f.wrong("DASH_HOST", "is "+c.DashHost+", which leads each browser to its own machine", "Set it to the host name under which clients reach the program")
		}
		if !https {
			f.risk("PUBLIC_URL", "is a plain http address: passwords and sessions can be read on the way", "Put a proxy that speaks https in front, and set an https address")
		}
	}
	if https && len(c.TrustedProxies) == 0 {
		f.risk("TRUSTED_PROXIES", "is empty, though something in front speaks https: all callers count as that one, so that a stranger's wrong passwords lock everybody out",
			"Set it to the address of the proxy, for instance 10.0.0.0/8")
	}
	for _, p := range c.TrustedProxies {
		if p.Bits() == 0 {
			f.risk("TRUSTED_PROXIES", "trusts every address ("+p.String()+"): anybody can say that he is somebody else", "List the proxy's own addresses")
		}
	}
	if c.HTTPAddress == c.WorkerHTTPAddress {
		f.wrong("WORKER_HTTP_ADDRESS", "is the same as HTTP_ADDRESS", "Give the worker a port of its own, or port 0")
	}
}

// minMetricsToken is the least length of METRICS_TOKEN that nobody guesses, in characters.
const minMetricsToken = 16

func (c *Config) checkSecrets(f *findings) {
	switch {
	case c.AdminPassword.IsZero():
		f.wrong("ADMIN_PASSWORD", "is not set: nobody can sign in", "Set it to a password of at least 12 characters")
	case c.WeakPassword():
		f.risk("ADMIN_PASSWORD", "has fewer than 12 characters", "Set a longer one; it ends all sessions")
	}
	if slices.Contains(c.SecretKeyPrevious, c.SecretKey) {
		f.wrong("SECRET_KEY_PREVIOUS", "holds the present SECRET_KEY: nothing was changed", "Put the new key into SECRET_KEY and the old one here")
	}
	if c.Loopback() {
		return
	}
	switch {
	case c.MetricsToken.IsZero():
		f.risk("METRICS_TOKEN", "is not set: anybody can read /metrics", "Set it, and give it to Prometheus as a bearer token")
	case utf8.RuneCountInString(c.MetricsToken.Reveal()) < minMetricsToken:
		f.risk("METRICS_TOKEN", "has fewer than 16 characters", "Set a longer one")
	}
	if c.Sandbox {
		f.risk("SANDBOX", "is on, on a public address: outside services are simulated, and nothing really goes out", "Set it to off")
	}
	if c.LogLevel == "debug" {
		f.risk("LOG_LEVEL", "is debug: the log grows fast", "Set it to info")
	}
	database := c.DatabaseURL.Reveal()
	if !strings.HasPrefix(database, "postgres") {
		f.risk("DATABASE_URL", "is a SQLite file, which the processes of one machine alone can share", "Use PostgreSQL where there is more than one machine")
	} else if strings.Contains(database, "sslmode=disable") && !strings.Contains(database, "@localhost") && !strings.Contains(database, "@127.0.0.1") {
		f.risk("DATABASE_URL", "reaches PostgreSQL without TLS", "Use sslmode=verify-full, or a network that nobody else is in")
	}
}

// botToken is the form of a token that BotFather gives.
var botToken = regexp.MustCompile(`^[0-9]{6,12}:[A-Za-z0-9_-]{30,60}$`)

func (c *Config) checkTelegram(f *findings) {
	for setting, token := range map[string]secrets.Text{"TELEGRAM_BOT_TOKEN": c.TelegramBotToken, "FOREX_BOT_TOKEN": c.ForexBotToken} {
		if !token.IsZero() && !botToken.MatchString(token.Reveal()) {
			f.wrong(setting, "is not a bot's token", "Copy it from @BotFather: digits, a colon and 35 characters")
		}
	}
	if !c.TelegramBotToken.IsZero() && c.TelegramBotToken == c.ForexBotToken {
		f.wrong("FOREX_BOT_TOKEN", "is the same as TELEGRAM_BOT_TOKEN, and a bot can be connected once only", "Make a second bot with @BotFather")
	}
	switch {
	case c.TelegramAppID != 0 && c.TelegramAppHash.IsZero():
		f.wrong("TELEGRAM_APP_HASH", "is missing beside TELEGRAM_APP_ID: no user account can sign in", "Copy both from my.telegram.org")
	case c.TelegramAppID == 0 && !c.TelegramAppHash.IsZero():
		f.wrong("TELEGRAM_APP_ID", "is missing beside TELEGRAM_APP_HASH: no user account can sign in", "Copy both from my.telegram.org")
	}
	if c.TelegramUpdates == "webhook" && c.PublicURL.Scheme != "https" {
		f.wrong("TELEGRAM_UPDATES", "is webhook, and Telegram calls https addresses alone", "Set an https PUBLIC_URL, or TELEGRAM_UPDATES to auto")
	}
	if c.TelegramMTProtoAddress != "" {
		if _, err := os.Stat(c.TelegramMTProtoKey); err != nil && !c.Sandbox {
			f.wrong("TELEGRAM_MTPROTO_KEY", "names no file with the public key of the server at TELEGRAM_MTPROTO_ADDRESS", "Leave both empty for Telegram itself")
		}
	}
}

func (c *Config) checkServices(f *findings) {
	https, local := c.PublicURL.Scheme == "https", c.Loopback()
	if strings.HasPrefix(c.SpacesCDNURL, "http://") && https {
		f.wrong("SPACES_CDN_URL", "is a plain http address, whose pictures browsers don't show on an https page", "Use its https address")
	}
	if strings.HasPrefix(c.SpacesEndpoint, "http://") && !local && !privateHost(c.SpacesEndpoint) {
		f.risk("SPACES_ENDPOINT", "is a plain http address: files can be read on the way", "Use its https address")
	}
	given := 0
	for _, set := range []bool{c.FunderProAPIURL != "", !c.FunderProAPIKey.IsZero(), c.FunderProProductID != ""} {
		if set {
			given++
		}
	}
	if given == 1 || given == 2 {
		f.wrong("FUNDERPRO_API_KEY", "FUNDERPRO_API_URL, FUNDERPRO_API_KEY and FUNDERPRO_PRODUCT_ID belong together: coupons can't be checked", "Set all three, or none")
	}
	temporalHost, _, _ := net.SplitHostPort(c.TemporalAddress)
	if !c.TemporalTLS && !local && !privateHost("//"+temporalHost) {
		f.risk("TEMPORAL_TLS", "is off for "+c.TemporalAddress+": who acted on what can be read on the way", "Set it to on where the server speaks TLS")
	}
	if !c.TemporalTLS && (c.TemporalTLSCA != "" || c.TemporalTLSCert != "") {
		f.wrong("TEMPORAL_TLS", "is off, though certificates are set", "Set it to on")
	}
	if c.TemporalUIURL != nil && c.TemporalUIURL.Path != "" && c.TemporalUIURL.Path != "/temporal" {
		f.wrong("TEMPORAL_UI_URL", "has the path "+c.TemporalUIURL.Path+", and the dashboard shows the Web UI under /temporal", "Set the Web UI's public path to /temporal and leave the path out here")
	}
}

// privateHost reports whether an address names a host of this machine or of a private network, or one without a domain, as
// containers have.
func privateHost(address string) bool {
	_, rest, _ := strings.Cut(address, "//")
	host, _, _ := strings.Cut(rest, "/")
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(host)
	return LoopbackName(host) || !strings.Contains(host, ".") && err != nil || err == nil && ip.IsPrivate()
}

// families are the beginnings of names in the environment that are the program's own.
var families = []string{"ADMIN_", "DASH_", "FOREX_BOT", "FUNDERPRO_", "METRICS_", "PROMOSTACK_", "SANDBOX", "SPACES_", "TELEGRAM_", "TEMPORAL_", "TRUSTED_PROX", "WORKER_"}

// checkNames finds names in the environment that look like settings and are none.
func checkNames(f *findings, env Env) {
	known := map[string]bool{}
	var names []string
	for _, s := range Settings(&Config{}) {
		known[s.Name], known[s.Name+"_FILE"] = true, true
		names = append(names, s.Name)
	}
	var strange []string
	for name := range env {
		if !known[name] {
			strange = append(strange, name)
		}
	}
	slices.Sort(strange)
	for _, name := range strange {
		bare := strings.TrimSuffix(name, "_FILE")
		near := ""
		for _, s := range names {
			if len(bare) > 5 && distance(bare, s) <= 2 {
				near = s
			}
		}
		switch {
		case near != "":
			f.wrong(name, "is no setting", "Did you mean "+near+"?")
		case slices.ContainsFunc(families, func(p string) bool { return strings.HasPrefix(name, p) }):
			f.wrong(name, "is no setting of this version", "Look it up in the README's table, and take it out of the environment")
		}
	}
}

// distance is how many characters have to be put in, left out or replaced to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := before
			if a[i] != b[j] {
				replaced++
			}
			before = row[j+1]
			row[j+1] = min(replaced, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
