package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/joho/godotenv"

	"github.com/promostack/promostack/internal/base/fault"
)

// Env is a set of settings by name, as an environment holds them.
type Env map[string]string

// Environ reads the process's environment and, for what it does not set, the file `.env` in
// the working directory.
func Environ() (Env, error) {
	env, err := ReadFile(".env")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, kv := range os.Environ() {
		if k, v, ok := strings.Cut(kv, "="); ok {
			env[k] = v
		}
	}
	return env, nil
}

// settingLine is a line that can stand in a settings file: empty, a comment or NAME=value.
var settingLine = regexp.MustCompile(`^\s*($|#|(export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*[=:])`)

// ReadFile reads settings from a file of NAME=value lines. Its error names the line and never
// holds the parser's own words, which would quote the secrets after it.
func ReadFile(path string) (Env, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Env{}, err
	}
	values, err := godotenv.UnmarshalBytes(raw)
	if err == nil {
		return values, nil
	}
	bad := 1
	for i, line := range strings.Split(string(raw), "\n") {
		if _, err := godotenv.Unmarshal(line); err != nil || !settingLine.MatchString(line) {
			bad = i + 1
			break
		}
	}
	return Env{}, fault.New(fault.Invalid, "settings_file", "%s can't be read: line %d is not NAME=value", path, bad).
		WithRemedy("Put values with spaces, # or $ into single quotes")
}

// Over returns the settings of e with those of base where e has none.
func (e Env) Over(base Env) Env {
	out := maps.Clone(base)
	if out == nil {
		out = Env{}
	}
	for k, v := range e {
		if v != "" {
			out[k] = v
		}
	}
	return out
}

// Has reports whether a setting is given, directly or through its _FILE variant.
func (e Env) Has(name string) bool { return e[name] != "" || e[name+"_FILE"] != "" }

// Parse turns the settings into a Config. Every problem is reported at once, a line each, with
// the setting's name. Nothing is required: Check says what a command needs.
func Parse(env Env) (*Config, error) {
	c := &Config{}
	var problems fault.Fields
	for _, s := range Settings(c) {
		value, err := env.value(s)
		if err == nil {
			err = s.set(value)
		}
		if err != nil {
			problems.Add(s.Name, "setting_malformed", "%s", err)
		}
	}
	if c.TelegramAPIURL == "" {
		c.TelegramAPIURL = TelegramURL
		if c.Sandbox {
			c.TelegramAPIURL = "http://" + c.SandboxAddress + SandboxTelegram
		}
	}
	if c.TwelveDataAPIURL == "" {
		c.TwelveDataAPIURL = TwelveDataURL
		if c.Sandbox && c.TwelveDataAPIKey.IsZero() {
			c.TwelveDataAPIURL, c.TwelveDataAPIKey = "http://"+c.SandboxAddress+SandboxMarket, "simulated-market"
		}
	}
	if c.AlphaVantageAPIURL == "" {
		c.AlphaVantageAPIURL = AlphaVantageURL
		if c.Sandbox && c.AlphaVantageAPIKey.IsZero() {
			c.AlphaVantageAPIURL, c.AlphaVantageAPIKey = "http://"+c.SandboxAddress+SandboxNews, "simulated-news"
		}
	}
	if c.OpenAIBaseURL == "" {
		c.OpenAIBaseURL = OpenAIURL
		if c.Sandbox && c.OpenAIAPIKey.IsZero() {
			c.OpenAIBaseURL, c.OpenAIAPIKey = "http://"+c.SandboxAddress+SandboxAI, "simulated-model"
		}
	}
	if !c.TemporalTLS && !c.TemporalAPIKey.IsZero() {
		problems.Add("TEMPORAL_API_KEY", "setting_contradicts", "goes over TLS only: set TEMPORAL_TLS=on")
	}
	if (c.TemporalTLSCert == "") != (c.TemporalTLSKey == "") {
		problems.Add("TEMPORAL_TLS_KEY", "setting_contradicts", "belongs to TEMPORAL_TLS_CERT: set both or none")
	}
	return c, problems.Err("configuration", "The configuration has mistakes")
}

func (e Env) value(s Setting) (string, error) {
	value, file := e[s.Name], e[s.Name+"_FILE"]
	switch {
	case value != "":
		return value, nil
	case file != "" && s.Secret:
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_FILE can't be read: %w", s.Name, err)
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	case file != "":
		return "", fmt.Errorf("%s_FILE is for secrets only; set %s", s.Name, s.Name)
	}
	return s.Default, nil
}

// Check reports which required settings are missing.
func Check(env Env) error {
	var problems fault.Fields
	for _, s := range Settings(&Config{}) {
		if s.Required && !env.Has(s.Name) {
			problems.Add(s.Name, "setting_missing", "is not set: %s", strings.ReplaceAll(s.Help, "`", ""))
		}
	}
	return problems.Err("configuration", "Settings are missing")
}

// Load is what `api` and `worker` do at start: environment, `.env`, required settings, types.
func Load() (*Config, error) {
	env, err := Environ()
	if err != nil {
		return nil, err
	}
	if err := Check(env); err != nil {
		return nil, err
	}
	c, err := Parse(env)
	if err != nil {
		return nil, err
	}
	if c.WeakPassword() && !c.Loopback() {
		var problems fault.Fields
		problems.Add("ADMIN_PASSWORD", "setting_weak", "has fewer than %d characters, which a program on a public address does not start with", MinPassword)
		return nil, problems.Err("configuration", "The configuration has mistakes")
	}
	return c, nil
}

// MinPassword is the least length of ADMIN_PASSWORD, in characters.
const MinPassword = 12

// WeakPassword reports whether the admin's password can be guessed.
func (c *Config) WeakPassword() bool {
	n := utf8.RuneCountInString(c.AdminPassword.Reveal())
	return n > 0 && n < MinPassword
}

// TelegramURL is where Telegram's own Bot API is.
const TelegramURL = "https://api.telegram.org"

// SandboxTelegram is the path of the simulated Bot API under the sandbox's address.
const SandboxTelegram = "/sandbox/telegram"

// TwelveDataURL is where Twelve Data is.
const TwelveDataURL = "https://api.twelvedata.com"

// SandboxMarket is the path of the simulated market under the sandbox's address.
const SandboxMarket = "/sandbox/twelvedata"

// SandboxMarketClock is where the simulated market tells its time.
const SandboxMarketClock = "/sandbox/api/market/clock"

// MarketSimulated reports whether gold's prices come from the sandbox.
func (c *Config) MarketSimulated() bool {
	return c.Sandbox && c.TwelveDataAPIURL == "http://"+c.SandboxAddress+SandboxMarket
}

// AlphaVantageURL is where Alpha Vantage is.
const AlphaVantageURL = "https://www.alphavantage.co"

// SandboxNews is the path of the simulated news under the sandbox's address.
const SandboxNews = "/sandbox/news"

// NewsSimulated reports whether the news about gold comes from the sandbox.
func (c *Config) NewsSimulated() bool {
	return c.Sandbox && c.AlphaVantageAPIURL == "http://"+c.SandboxAddress+SandboxNews
}

// OpenAIURL is where OpenAI's models are.
const OpenAIURL = "https://api.openai.com/v1"

// SandboxAI is the path of the simulated language model under the sandbox's address.
const SandboxAI = "/sandbox/openai/v1"

// AISimulated reports whether messages are written by the sandbox's model.
func (c *Config) AISimulated() bool {
	return c.Sandbox && c.OpenAIBaseURL == "http://"+c.SandboxAddress+SandboxAI
}

// TelegramSimulated reports whether bots speak to the sandbox.
func (c *Config) TelegramSimulated() bool {
	return c.Sandbox && c.TelegramAPIURL == "http://"+c.SandboxAddress+SandboxTelegram
}

// CRMSimulated reports whether coupons are checked by the sandbox.
func (c *Config) CRMSimulated() bool {
	return c.Sandbox && strings.HasPrefix(c.FunderProAPIURL, "http://"+c.SandboxAddress+"/")
}

// Simulated names the outside services that are the sandbox's; nil without one.
func (c *Config) Simulated() (names []string) {
	for _, service := range []struct {
		name string
		is   bool
	}{{"telegram", c.TelegramSimulated()}, {"account", c.Sandbox && c.TelegramMTProtoAddress != ""}, {"market", c.MarketSimulated()}, {"news", c.NewsSimulated()}, {"ai", c.AISimulated()}, {"crm", c.CRMSimulated()}} {
		if service.is {
			names = append(names, service.name)
		}
	}
	return names
}

// Loopback reports whether browsers reach the program by a loopback name, as they do in `up`.
func (c *Config) Loopback() bool {
	return LoopbackName(c.PublicURL.Hostname())
}

// LoopbackName reports whether a host's name or address, without a port, leads to this machine alone.
func LoopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
