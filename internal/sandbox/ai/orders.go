package ai

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// Kind is what an order makes the model do.
type Kind string

// The kinds of orders: texts that are not true, answers that are none, and errors.
const (
	Say         Kind = "say"          // the texts of the order, one a call
	WrongPrice  Kind = "wrong_price"  // a price that is no fact
	ExtraFigure Kind = "extra_figure" // a figure that nobody gave
	InWords     Kind = "in_words"     // a figure as a word
	Markup      Kind = "markup"       // tags in the text
	Opposite    Kind = "opposite"     // a gain as a loss, a loss as a gain
	Nothing     Kind = "nothing"      // an empty text
	Stall       Kind = "stall"        // no answer until the caller gives up
	Down        Kind = "down"         // the connection breaks
	Page        Kind = "html"         // a web page under 200
	Truncated   Kind = "truncated"    // half of the right answer
	NoChoices   Kind = "no_choices"   // an answer without a text
	CutOff      Kind = "cut_off"      // finish_reason "length"
	Filtered    Kind = "filtered"     // finish_reason "content_filter"
	Declined    Kind = "declined"     // a refusal in place of a text
	BadKey      Kind = "401"
	Limit       Kind = "429"
	Quota       Kind = "429_quota"
	Internal    Kind = "500"
)

var kinds = []Kind{Say, WrongPrice, ExtraFigure, InWords, Markup, Opposite, Nothing, Stall, Down, Page, Truncated, NoChoices, CutOff, Filtered, Declined, BadKey, Limit, Quota, Internal}

// failures are the orders that are answered with an error.
var failures = map[Kind]*refusal{
	BadKey: {http.StatusUnauthorized, "Incorrect API key provided: simulate********odel. You can find your API key at https://platform.openai.com/account/api-keys.", invalidRequest, "invalid_api_key"},
	Limit: {http.StatusTooManyRequests, "Rate limit reached for gpt-4o-mini on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms.",
		"requests", "rate_limit_exceeded"},
	Quota:    {http.StatusTooManyRequests, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"},
	Internal: {http.StatusInternalServerError, "The server had an error while processing your request. Sorry about that!", "server_error", ""},
}

// Order is what the model does in the next calls.
type Order struct {
	Kind  Kind `json:"kind"`
	Count int  `json:"count"` // calls that it is for
	// Texts are what is said, one a call; their number is the count.
	Texts      []string `json:"texts,omitempty"`
	RetryAfter int      `json:"retry_after,omitempty"` // seconds that an error asks to wait
}

// State is what the controls show of the model.
type State struct {
	Simulated bool    `json:"simulated"` // always true
	Asked     int     `json:"asked"`     // calls since the start
	Orders    []Order `json:"orders"`
	Calls     []Call  `json:"calls"` // the last ones, the newest first
}

// controls adds the routes that order the model about.
func (s *Service) controls(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, answer := range map[string]control.Func{
		"GET " + Control:                s.readState,
		"POST " + Control + "/orders":   s.addOrder,
		"DELETE " + Control + "/orders": s.dropOrders,
		"DELETE " + Control + "/calls":  s.dropCalls,
		Control + "/":                   control.NotFound,
	} {
		mux.Handle(pattern, guard(control.Handler(control.MaxBody, answer)))
	}
}

func (s *Service) readState(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state(), nil
}

// state is the model now. The caller holds the lock.
func (s *Service) state() State {
	out := State{Simulated: true, Asked: s.asked, Orders: append([]Order{}, s.orders...), Calls: append([]Call{}, s.calls...)}
	slices.Reverse(out.Calls)
	return out
}

// addOrder is for the calls after those of earlier orders: {"kind": "wrong_price", "count": 3}, or {"kind": "say",
// "texts": ["…"]}.
func (s *Service) addOrder(r *http.Request) (any, error) {
	in, err := control.Bind[Order](r)
	if err != nil {
		return nil, err
	}
	var problems fault.Fields
	if !slices.Contains(kinds, in.Kind) {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = string(k)
		}
		problems.Add("kind", "invalid", "Must be one of %s", strings.Join(names, ", "))
	}
	switch {
	case in.Kind == Say && len(in.Texts) == 0:
		problems.Add("texts", "required", "Give the texts to say")
	case in.Kind == Say:
		in.Count = len(in.Texts)
	case len(in.Texts) > 0:
		problems.Add("texts", "invalid", "Only the order to say has texts")
	}
	if slices.ContainsFunc(in.Texts, func(t string) bool { return !utf8.ValidString(t) }) {
		problems.Add("texts", "invalid", "Must be texts")
	}
	if in.Kind != Say && (in.Count < 1 || in.Count > maxOrders) {
		problems.Add("count", "invalid", "Must be a number of calls from 1 to %d", maxOrders)
	}
	if in.RetryAfter < 0 || in.RetryAfter > 24*3600 || in.RetryAfter > 0 && failures[in.Kind] == nil {
		problems.Add("retry_after", "invalid", "Must be from 0 to 86400 seconds, for an error")
	}
	if err := problems.Err("order_invalid", "There is no such order"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.orders) >= maxCalls {
		return nil, fault.InvalidField("kind", "too_many", "There are %d orders: let some of them be carried out, or drop them", len(s.orders))
	}
	s.orders = append(s.orders, in)
	return s.state(), nil
}

func (s *Service) dropOrders(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders = nil
	return s.state(), nil
}

func (s *Service) dropCalls(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
	return s.state(), nil
}

// next takes the order for a call; without one it writes what is true.
func (s *Service) next() Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.orders) == 0 {
		return Order{}
	}
	now := s.orders[0]
	s.orders[0].Count--
	if now.Kind == Say {
		now.Texts = now.Texts[:1]
		s.orders[0].Texts = s.orders[0].Texts[1:]
	}
	if s.orders[0].Count <= 0 {
		s.orders = slices.Delete(s.orders, 0, 1)
	}
	return now
}
