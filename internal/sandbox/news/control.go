package news

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// Kind is a way in which the simulated Alpha Vantage fails.
type Kind string

// The kinds of outages.
const (
	MinuteLimit Kind = "minute" // too many calls in a second
	DayLimit    Kind = "day"    // the day's calls are used up
	BadKey      Kind = "error_key"
	Page        Kind = "html"      // a web page under 200
	Truncated   Kind = "truncated" // half of the right answer
	Timeout     Kind = "timeout"   // no answer until the caller gives up
	Internal    Kind = "500"
	Empty       Kind = "empty" // an answer without news
)

var kinds = []Kind{MinuteLimit, DayLimit, BadKey, Page, Truncated, Timeout, Internal, Empty}

// Outage is how each call of Alpha Vantage fails, until Ends; zero is until it is ended.
type Outage struct {
	Kind Kind      `json:"kind"`
	Ends time.Time `json:"ends,omitzero"`
}

// State is what the controls show of the news.
type State struct {
	Simulated bool           `json:"simulated"` // always true: none of it has happened
	Now       time.Time      `json:"now"`
	Items     []Item         `json:"items"`   // of the last 24 hours, the newest first
	Ordered   bool           `json:"ordered"` // whether somebody ordered it; else it is the program's own
	Outage    *Outage        `json:"outage"`
	Calls     map[string]int `json:"calls"` // since the start of the sandbox: "query", and those that were "refused"
}

// Limits of orders.
const (
	maxItems   = 100
	maxTitle   = 300 // characters
	maxSummary = 2000
	maxSource  = 100
	maxBody    = 1 << 20 // bytes
)

// controls adds the routes that order the news about.
func (s *Service) controls(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, answer := range map[string]control.Func{
		"GET " + Control:                s.readState,
		"POST " + Control + "/items":    s.setItems,
		"DELETE " + Control + "/items":  s.clearItems,
		"POST " + Control + "/outage":   s.orderOutage,
		"DELETE " + Control + "/outage": s.endOutage,
		Control + "/":                   control.NotFound,
	} {
		mux.Handle(pattern, guard(control.Handler(maxBody, answer)))
	}
}

func (s *Service) readState(*http.Request) (any, error) { return s.state(), nil }

func (s *Service) state() State {
	now := s.now()
	out := State{Simulated: true, Now: now, Items: append([]Item{}, s.between(now.Add(-24*time.Hour), time.Time{})...)}
	s.mu.Lock()
	defer s.mu.Unlock()
	out.Ordered, out.Calls = s.saved.Ordered != nil, maps.Clone(s.calls)
	if s.failing() {
		outage := s.saved.Outage
		out.Outage = &outage
	}
	return out
}

// setItems sets all news there is: {"items": [{"title": "Gold rises", "summary": "…", "source": "…", "published_at":
// "2026-01-02T06:30:00Z"}]}. All but the title may be left out; none at all is a day without news. It is under the topics
// and tickers that are asked for.
func (s *Service) setItems(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Items *[]struct {
			Title       string `json:"title"`
			Summary     string `json:"summary"`
			Source      string `json:"source"`
			PublishedAt string `json:"published_at"`
		} `json:"items"`
	}](r)
	if err != nil {
		return nil, err
	}
	now := s.now()
	var problems fault.Fields
	items := []Item{}
	switch {
	case in.Items == nil:
		problems.Add("items", "required", "Give the news; an empty list is a day without any")
	case len(*in.Items) > maxItems:
		problems.Add("items", "too_many", "Give at most %d", maxItems)
	default:
		for i, n := range *in.Items {
			name := "items[" + strconv.Itoa(i) + "]."
			item := Item{Title: strings.TrimSpace(n.Title), Summary: n.Summary, Source: n.Source, PublishedAt: now.Truncate(time.Second),
				Topics: []string{monetary, markets}, Tickers: []string{usDollar}}
			if item.Source == "" {
				item.Source = wire
			}
			if item.Title == "" {
				problems.Add(name+"title", "required", "Give a title")
			}
			for _, text := range []struct {
				name, text string
				most       int
			}{{"title", n.Title, maxTitle}, {"summary", n.Summary, maxSummary}, {"source", n.Source, maxSource}} {
				if utf8.RuneCountInString(text.text) > text.most {
					problems.Add(name+text.name, "too_long", "Say it in at most %d characters", text.most)
				}
			}
			if n.PublishedAt != "" {
				at, err := time.Parse(time.RFC3339, n.PublishedAt)
				if item.PublishedAt = at.UTC().Truncate(time.Second); err != nil || at.After(now) {
					problems.Add(name+"published_at", "invalid", "Must be a time such as 2026-01-02T06:30:00Z that is over")
				}
			}
			item.ID = idOf(item)
			items = append(items, item)
		}
	}
	if err := problems.Err("news_invalid", "There can't be such news"); err != nil {
		return nil, err
	}
	return s.change(r, func(next *saved) { next.Ordered = &items })
}

// clearItems brings the program's own news back.
func (s *Service) clearItems(r *http.Request) (any, error) {
	return s.change(r, func(next *saved) { next.Ordered = nil })
}

// orderOutage makes every call fail: {"kind": "html", "seconds": 30}; without seconds until it is ended.
func (s *Service) orderOutage(r *http.Request) (any, error) {
	kind, ends, err := control.BindOutage(r, kinds, s.now())
	if err != nil {
		return nil, err
	}
	return s.change(r, func(next *saved) { next.Outage = Outage{Kind: kind, Ends: ends} })
}

func (s *Service) endOutage(r *http.Request) (any, error) {
	return s.change(r, func(next *saved) { next.Outage = Outage{} })
}

// change keeps an order, and answers how things are then.
func (s *Service) change(r *http.Request, change func(*saved)) (any, error) {
	s.mu.Lock()
	next := s.saved
	change(&next)
	err := s.save(r.Context(), next)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.state(), nil
}

// failing reports whether there is an outage now. The caller holds the lock.
func (s *Service) failing() bool {
	o := s.saved.Outage
	return o.Kind != "" && (o.Ends.IsZero() || s.now().Before(o.Ends))
}

// outage is the kind of the one that there is now; empty for none.
func (s *Service) outage() Kind {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.failing() {
		return ""
	}
	return s.saved.Outage.Kind
}

func (s *Service) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[what]++
}
