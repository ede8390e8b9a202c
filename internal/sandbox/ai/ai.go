// Package ai simulates a language model with the wire format of OpenAI's chat completions. It writes no better than a
// program can: from the facts that a prompt holds as JSON it makes sentences in English or German, in other languages it
// repeats the written text of the prompt. What a person or a test orders makes it lie, fail or say given texts; orders
// and the log of calls are forgotten with a restart.
package ai

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/host/secrets"
)

// Path is where the simulated model is, as OpenAI's /v1; Control where it gets its orders.
const (
	Path    = "/sandbox/openai/v1"
	Control = "/sandbox/api/ai"
)

// Limits of the simulation.
const (
	maxBody   = 128 << 10 // bytes of a request
	maxCalls  = 50        // that the log keeps
	maxOrders = 10_000    // calls that orders are for
)

// Options are what the simulation needs to know.
type Options struct {
	Key   secrets.Text     // the bearer key that it accepts
	Clock func() time.Time // nil is time.Now
}

// Service is the simulated model. It is safe for concurrent use.
type Service struct {
	key   secrets.Text
	clock func() time.Time

	mu     sync.Mutex
	orders []Order
	calls  []Call // the oldest first
	asked  int
}

// Call is what the model was asked, and what it answered.
type Call struct {
	At     time.Time `json:"at"`
	Model  string    `json:"model"`
	System string    `json:"system"`
	User   string    `json:"user"`
	Text   string    `json:"text"`            // that it wrote
	Status int       `json:"status"`          // 0 when there was no answer
	Order  Kind      `json:"order,omitempty"` // that it followed
}

// New makes a model that was never asked.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Service{key: o.Key, clock: o.Clock}
}

// Routes implements sandbox.Part.
func (s *Service) Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	mux.HandleFunc(Path+"/", s.serve)
	s.controls(mux, guard)
}

// wireMessage is one of a request's messages.
type wireMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// wireRequest is what may be asked; all else is refused, as OpenAI does.
type wireRequest struct {
	Model               string        `json:"model"`
	Messages            []wireMessage `json:"messages"`
	MaxCompletionTokens *int          `json:"max_completion_tokens"`
	MaxTokens           *int          `json:"max_tokens"`
	Temperature         *float64      `json:"temperature"`
	N                   *int          `json:"n"`
}

// refusal is an answer that is an error.
type refusal struct {
	status              int
	message, kind, code string
}

const invalidRequest = "invalid_request_error"

// serve is the provider itself.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	call := Call{At: s.clock().UTC()}
	order, in, refused := s.admit(r)
	call.Model, call.Order = in.Model, order.Kind
	for _, m := range in.Messages {
		switch m.Role {
		case "user":
			call.User = m.Content
		default:
			call.System = m.Content
		}
	}
	if refused == nil {
		refused = failures[order.Kind]
	}
	switch {
	case refused != nil:
		call.Status = refused.status
		s.note(call)
		if order.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(order.RetryAfter))
		}
		sendError(w, refused)
	case order.Kind == Stall, order.Kind == Down:
		s.note(call)
		if order.Kind == Stall {
			<-r.Context().Done()
		}
		panic(http.ErrAbortHandler) // the connection breaks without an answer
	case order.Kind == Page:
		call.Status = http.StatusOK
		s.note(call)
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>")
	default:
		call.Status, call.Text = http.StatusOK, write(order, call.User)
		s.note(call)
		s.send(w, order.Kind, call)
	}
}

// admit checks a request and takes the next order.
func (s *Service) admit(r *http.Request) (Order, wireRequest, *refusal) {
	var in wireRequest
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case r.URL.Path != Path+"/chat/completions" || r.Method != http.MethodPost:
		return Order{}, in, &refusal{http.StatusNotFound, "Invalid URL (" + r.Method + " " + r.URL.Path + "): there is POST /chat/completions", invalidRequest, ""}
	case !bearer || s.key.IsZero() || subtle.ConstantTimeCompare([]byte(key), []byte(s.key.Reveal())) != 1:
		return Order{}, in, failures[BadKey]
	}
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Order{}, in, &refusal{http.StatusBadRequest, "We could not parse the JSON body of your request: " + err.Error(), invalidRequest, ""}
	}
	switch {
	case in.Model == "":
		return Order{}, in, &refusal{http.StatusBadRequest, "you must provide a model parameter", invalidRequest, ""}
	case !slices.ContainsFunc([]string{"gpt-", "chatgpt-", "o1", "o3", "o4"}, func(begin string) bool { return strings.HasPrefix(in.Model, begin) }):
		return Order{}, in, &refusal{http.StatusNotFound, fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", in.Model), invalidRequest, "model_not_found"}
	case len(in.Messages) == 0:
		return Order{}, in, &refusal{http.StatusBadRequest, "[] is too short - 'messages'", invalidRequest, ""}
	case in.MaxCompletionTokens != nil && *in.MaxCompletionTokens < 1, in.MaxTokens != nil && *in.MaxTokens < 1:
		return Order{}, in, &refusal{http.StatusBadRequest, "max_completion_tokens is too small", invalidRequest, "integer_below_min_value"}
	}
	for _, m := range in.Messages {
		if !slices.Contains([]string{"system", "developer", "user", "assistant"}, m.Role) {
			return Order{}, in, &refusal{http.StatusBadRequest, fmt.Sprintf("Invalid value: '%s'. Supported values are: 'system', 'developer', 'user' and 'assistant'.", m.Role), invalidRequest, "invalid_value"}
		}
	}
	return s.next(), in, nil
}

// send answers a completion, whole or with what an order makes of it.
func (s *Service) send(w http.ResponseWriter, kind Kind, call Call) {
	message := map[string]any{"role": "assistant", "content": call.Text, "refusal": nil, "annotations": []any{}}
	choice := map[string]any{"index": 0, "message": message, "finish_reason": "stop", "logprobs": nil}
	switch kind {
	case CutOff:
		choice["finish_reason"] = "length"
	case Filtered:
		choice["finish_reason"] = "content_filter"
	case Declined:
		message["content"], message["refusal"] = nil, "I'm sorry, I can't help with that."
	}
	choices := []any{choice}
	if kind == NoChoices {
		choices = []any{}
	}
	prompt, written := (len(call.System)+len(call.User))/4+1, len(call.Text)/4+1
	whole, _ := json.Marshal(map[string]any{ // it holds texts and numbers alone, which can't fail
		"id": fmt.Sprintf("chatcmpl-simulated-%d", s.number()), "object": "chat.completion", "created": call.At.Unix(), "model": call.Model, "choices": choices,
		"usage":        map[string]any{"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written},
		"service_tier": "default", "system_fingerprint": "simulated",
	})
	if kind == Truncated {
		whole = whole[:len(whole)/2]
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(whole)
}

func sendError(w http.ResponseWriter, r *refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	var code any
	if r.code != "" {
		code = r.code
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": r.message, "type": r.kind, "param": nil, "code": code}}) // the client is gone: nobody to tell
}

func (s *Service) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	s.calls = append(s.calls, c)
	if len(s.calls) > maxCalls {
		s.calls = slices.Delete(s.calls, 0, len(s.calls)-maxCalls)
	}
}

func (s *Service) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}
