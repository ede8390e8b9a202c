// Package ai asks a language model for a text. The model is OpenAI's, one that speaks the same protocol, or the
// sandbox's. It is the only place that knows the library; what the model's answers mean is in wire.go.
package ai

import (
	"context"
	"net/http"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/promostack/promostack/internal/adapter/outgoing"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
)

// DefaultURL is OpenAI's own address, DefaultModel the model that is asked there.
const (
	DefaultURL   = "https://api.openai.com/v1"
	DefaultModel = "gpt-4o-mini"
)

// Limits of a call.
const (
	DefaultTimeout = 8 * time.Second
	maxBody        = 1 << 20  // bytes of an answer
	maxPrompt      = 32 << 10 // bytes of the two messages together
	maxTokens      = 4096
)

// Request is what the model is asked.
type Request struct {
	System    string // what it is to do
	User      string // with what
	MaxTokens int    // that it may write
}

// Reply is what it wrote.
type Reply struct {
	Text   string
	Tokens int // that the call cost, those of the prompt included
}

// Provider is a language model. Its errors are *fault.Error with one of the codes below.
type Provider interface {
	Complete(ctx context.Context, r Request) (Reply, error)
	Model() string
}

// Codes of the faults that a call can end with. Those with a RetryAfter mend themselves.
const (
	KeyRefused   = "ai_key_refused"   // a person has to mend the key
	QuotaUsedUp  = "ai_quota_used_up" // a person has to pay
	UnknownModel = "ai_model_unknown" // a person has to mend the model's name
	Limit        = "ai_limit"         // too many calls; RetryAfter
	Away         = "ai_away"          // no connection, or an internal error there; RetryAfter
	TimedOut     = "ai_timeout"       // no answer in time; RetryAfter
	Malformed    = "ai_malformed"     // a web page, a cut answer, an answer without a text; RetryAfter
	CutOff       = "ai_cut_off"       // the text is longer than it may be
	Declined     = "ai_declined"      // the model does not want to, or a filter took the text away
	Refused      = "ai_refused"       // the request itself is wrong: a defect of this program
)

// Config says where the model is.
type Config struct {
	BaseURL   string // empty is DefaultURL
	Model     string // empty is DefaultModel
	Key       secrets.Text
	Timeout   time.Duration     // of one call; 0 is DefaultTimeout
	Transport http.RoundTripper // nil makes one
}

// OpenAI is a client of OpenAI's chat completions. It is safe for concurrent use, and tries once: who calls has a
// written text for when that fails.
type OpenAI struct {
	model       string
	timeout     time.Duration
	completions openai.ChatCompletionService
}

var _ Provider = (*OpenAI)(nil)

// New creates a client; nothing is sent yet. The error is fault.Invalid with a field for each setting that is wrong,
// under the names of the environment.
func New(c Config) (*OpenAI, error) {
	var problems fault.Fields
	if c.BaseURL == "" {
		c.BaseURL = DefaultURL
	}
	if _, ok := outgoing.Address(c.BaseURL); !ok {
		problems.Add("OPENAI_BASE_URL", "address_malformed", "OPENAI_BASE_URL is not an address such as %s", DefaultURL)
	}
	if c.Key.IsZero() {
		problems.Add("OPENAI_API_KEY", "missing", "OPENAI_API_KEY is not set")
	}
	if err := problems.Err("ai_config", "The settings of the language model are incomplete"); err != nil {
		return nil, err
	}
	if c.Model == "" {
		c.Model = DefaultModel
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	client := outgoing.Client("ai", c.Transport, 3*time.Second)
	client.Transport = bounded{client.Transport}
	// The service by itself, and not the library's client, which would take settings of its own from the environment.
	service := openai.NewChatCompletionService(option.WithBaseURL(c.BaseURL), option.WithAPIKey(c.Key.Reveal()), option.WithHTTPClient(client),
		option.WithMaxRetries(0), option.WithHeader("User-Agent", "PromoStack"))
	return &OpenAI{model: c.Model, timeout: c.Timeout, completions: service}, nil
}

// Model implements Provider.
func (c *OpenAI) Model() string { return c.model }

// Complete implements Provider. The caller's own end stays what it is.
func (c *OpenAI) Complete(ctx context.Context, r Request) (Reply, error) {
	switch {
	case r.System == "" || r.User == "" || len(r.System)+len(r.User) > maxPrompt:
		return Reply{}, fault.InvalidField("user", "invalid", "A prompt has from 1 to %d bytes", maxPrompt)
	case r.MaxTokens < 1 || r.MaxTokens > maxTokens:
		return Reply{}, fault.InvalidField("max_tokens", "invalid", "Must be from 1 to %d", maxTokens)
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var response *http.Response
	completion, err := c.completions.New(limited, openai.ChatCompletionNewParams{
		Model:               c.model,
		Messages:            []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(r.System), openai.UserMessage(r.User)},
		MaxCompletionTokens: openai.Int(int64(r.MaxTokens)),
	}, option.WithResponseInto(&response))
	if ctx.Err() != nil {
		return Reply{}, ctx.Err()
	}
	if err != nil || response.StatusCode != http.StatusOK {
		return Reply{}, failure(response, err)
	}
	return read(completion)
}
