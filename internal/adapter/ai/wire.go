package ai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"

	"github.com/promostack/promostack/internal/base/fault"
)

// What the answers mean. The request is
//
//	POST {base}/chat/completions
//	Authorization: Bearer {key}
//	{"model":"gpt-4o-mini","messages":[{"role":"system","content":"…"},{"role":"user","content":"…"}],"max_completion_tokens":300}
//
// and the answer
//
//	{"id":"…","object":"chat.completion","model":"…","choices":[{"index":0,"message":{"role":"assistant","content":"…","refusal":null},
//	 "finish_reason":"stop"}],"usage":{"prompt_tokens":90,"completion_tokens":20,"total_tokens":110}}
//
// finish_reason is "length" when the text was cut, "content_filter" when it was taken away. Errors are
// {"error":{"message":"…","type":"…","code":"…","param":null}} under their status; a 429 with the code
// insufficient_quota is an account without money, any other one a limit, whose end Retry-After-Ms or Retry-After tells.
// The messages of errors are not passed on: one of them repeats a part of the key.

// How long to leave a model alone: after an error of its own, after a limit that names no end, and at most.
const (
	away     = 30 * time.Second
	limit    = 20 * time.Second
	mostWait = time.Hour
)

// read takes the text out of an answer.
func read(completion *openai.ChatCompletion) (Reply, error) {
	if len(completion.Choices) == 0 {
		return Reply{}, malformed("it has no choices")
	}
	choice := completion.Choices[0]
	text := strings.TrimSpace(choice.Message.Content)
	switch {
	case choice.FinishReason == "content_filter", choice.Message.Refusal != "":
		return Reply{}, fault.New(fault.Unavailable, Declined, "The language model declined to write the text").
			WithRemedy("The written text is used instead; change the voice if this persists")
	case choice.FinishReason == "length":
		return Reply{}, fault.New(fault.Unavailable, CutOff, "The language model's text was longer than it may be").
			WithRemedy("The written text is used instead; ask for a terser voice if this persists")
	case choice.FinishReason != "stop":
		return Reply{}, malformed("it ended with %s", fault.Shorten(choice.FinishReason))
	}
	return Reply{Text: text, Tokens: int(completion.Usage.TotalTokens)}, nil
}

// failure says what an answer means that is none. The response is nil when there was none.
func failure(response *http.Response, err error) error {
	switch timeout, ok := errors.AsType[net.Error](err); {
	case errors.Is(err, context.Canceled):
		return err
	case ok && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable, TimedOut, "The language model does not answer in time").
			WithRemedy("The written text is used instead").WithRetryAfter(away).WithCause(plain(err))
	case response == nil:
		return fault.New(fault.Unavailable, Away, "The language model can't be reached").
			WithRemedy("It is asked again automatically; check the network and OPENAI_BASE_URL if this persists").WithRetryAfter(away).WithCause(plain(err))
	case response.StatusCode == http.StatusOK:
		return malformed("its body is no completion: %w", plain(err))
	}
	code := ""
	if e, ok := errors.AsType[*openai.Error](err); ok {
		code = e.Code
	}
	return refusal(response.StatusCode, code, response.Header)
}

// refusal says what an error of the provider means.
func refusal(status int, code string, header http.Header) error {
	cause := fmt.Errorf("the language model's provider answered %d %s", status, fault.Shorten(code))
	var f *fault.Error
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		f = fault.New(fault.Forbidden, KeyRefused, "The language model's provider refuses the key").
			WithRemedy("Set OPENAI_API_KEY to a key that the provider's page shows as active, with access to the model")
	case code == "insufficient_quota", status == http.StatusPaymentRequired:
		f = fault.New(fault.Forbidden, QuotaUsedUp, "The account at the language model's provider has no credit left").
			WithRemedy("Top up the account, or raise its monthly limit, on the provider's page")
	case status == http.StatusTooManyRequests:
		f = fault.New(fault.RateLimited, Limit, "The language model's provider asks for a pause").
			WithRemedy("It is asked again automatically; no other program should use the same key").WithRetryAfter(pause(header))
	case status == http.StatusNotFound, code == "model_not_found":
		f = fault.New(fault.NotFound, UnknownModel, "The provider does not know the language model").
			WithRemedy("Check OPENAI_MODEL, and that OPENAI_BASE_URL ends as the provider's guide says, such as /v1")
	case status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		f = fault.New(fault.Unavailable, Away, "The language model's provider has an internal error").
			WithRemedy("It is asked again automatically").WithRetryAfter(away)
	case status < http.StatusBadRequest: // a redirect, an empty answer
		return malformed("its status is %d", status)
	default:
		f = fault.New(fault.Invalid, Refused, "The language model's provider refuses the request").
			WithRemedy("Look for its reason in the log")
	}
	return f.WithCause(cause)
}

// pause is how long a limit lasts, as its answer says.
func pause(header http.Header) time.Duration {
	wait := limit
	if ms, err := strconv.ParseFloat(header.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		wait = time.Duration(min(ms, float64(mostWait/time.Millisecond)) * float64(time.Millisecond))
	} else if s, err := strconv.ParseFloat(header.Get("Retry-After"), 64); err == nil && s > 0 {
		wait = time.Duration(min(s, mostWait.Seconds()) * float64(time.Second))
	}
	return min(wait, mostWait)
}

// plain drops the address from a transport's error.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

func malformed(format string, args ...any) error {
	return fault.New(fault.Unavailable, Malformed, "The language model's answer can't be read").
		WithRemedy("The written text is used instead; check OPENAI_BASE_URL if this persists").
		WithRetryAfter(away).WithCause(fmt.Errorf(format, args...))
}

// bounded reads no more of an answer than it may have; what is cut so is no JSON any more.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = limitedBody{io.LimitReader(response.Body, maxBody), response.Body}
	}
	return response, err
}

type limitedBody struct {
	io.Reader
	io.Closer
}
