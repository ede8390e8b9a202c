// Package writing lets a language model say what happened (F7). A text goes out only when each of its figures is one of
// the facts; whatever else happens, the written text takes its place, and the reason is told.
package writing

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/adapter/ai"
	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/similar"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/models"
)

// Source is who wrote a text.
type Source string

// The sources.
const (
	ByAI       Source = "ai"
	ByTemplate Source = "template"
)

// Reason is why the written text took the model's place. Those of texts that were refused are wording's.
type Reason string

// The reasons.
const (
	NoReason    Reason = ""
	NoProvider  Reason = "no_provider" // none is configured
	SwitchedOff Reason = "switched_off"
	OverBudget  Reason = "over_budget"
	Late        Reason = "late"
	Away        Reason = "away"    // no connection, an error there, an answer that can't be read
	Limited     Reason = "limited" // the provider asked for a pause
	Broken      Reason = "broken"  // the key, the account or the model: a person has to mend it
	Declined    Reason = "declined"

	Empty     = Reason(wording.Empty)
	TooLong   = Reason(wording.TooLong)
	Markup    = Reason(wording.Markup)
	Invented  = Reason(wording.Invented)
	InWords   = Reason(wording.WordsOnly)
	OddDigits = Reason(wording.OddDigits)

	Repeats Reason = "repeats" // what was said before
)

// Reasons are all reasons, for documents and lists.
func Reasons() []Reason {
	return []Reason{NoProvider, SwitchedOff, OverBudget, Late, Away, Limited, Broken, Declined, Empty, TooLong, Markup, Invented, InWords, OddDigits, Repeats}
}

// Request is what is to be said.
type Request struct {
	Kind     Kind
	Facts    wording.Facts
	Language string // ISO 639 code
	Voice    string // in place of the tenant's; empty for that one
	Fallback string // the written text
	Plain    string // what the model is told, where that is not the written text

	// Of hype messages: whose they are, and what they are about in which style.
	Brand, Angle, Style string
	Earlier             []string // texts that the model must not repeat
}

// may is what the text may say of the facts. A recap's headline may say no figure at all: those stand below it, as they
// are written, and no model can put one beside another's meaning.
func (r *Request) may() wording.Facts {
	if r.Kind == Recap {
		return wording.Facts{}
	}
	return r.Facts
}

// Result is what is said.
type Result struct {
	Text   string `json:"text"`
	Source Source `json:"source"`
	Reason Reason `json:"reason,omitempty"` // of a template
}

// Options are what the service needs.
type Options struct {
	Store    *models.Store
	Provider ai.Provider // nil where none is configured
	Name     string      // of the provider, under which its state is kept: OpenAI or Simulated
	Now      func() time.Time
}

// Names of providers.
const (
	OpenAI    = "openai"
	Simulated = "simulated"
)

// Service writes texts. It is safe for concurrent use.
type Service struct {
	store    *models.Store
	provider ai.Provider
	name     string
	now      func() time.Time
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{store: o.Store, provider: o.Provider, name: o.Name, now: o.Now}
}

// Write says what happened: in the model's words when they are true, else in the written ones. The model's trouble is no
// error; errors are the database's, the caller's end, or a request that can't be written.
func (s *Service) Write(ctx context.Context, r Request) (Result, error) {
	if r.Fallback == "" || !r.Kind.known() {
		return Result{}, fault.New(fault.Internal, "writing_request", "A text of the kind %q needs a written text to fall back to", r.Kind)
	}
	settings, err := s.store.AI.Settings(ctx)
	if err != nil {
		return Result{}, err
	}
	if r.Voice == "" {
		r.Voice = settings.Voice
	}
	provider, reason, err := s.ready(ctx, settings)
	if err != nil || reason != NoReason {
		return s.fallback(r, reason), err
	}
	day := models.Day(s.now())
	ok, err := s.store.AI.Reserve(ctx, day, settings.DailyBudget)
	if err != nil {
		return Result{}, err
	}
	if !ok {
		return s.fallback(r, OverBudget), nil
	}
	text, outcome, err := s.ask(ctx, r, provider)
	// The record is kept though the caller may be gone: what was reserved is given back or used.
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if recorded := s.store.AI.Record(kept, day, outcome); recorded != nil {
		slog.WarnContext(ctx, "what became of an AI-written message not recorded", "error", recorded)
	}
	switch {
	case err != nil:
		return Result{}, err
	case outcome.Reason != "":
		return s.fallback(r, Reason(outcome.Reason)), nil
	}
	metrics.Wrote(string(ByAI), "")
	return Result{Text: text, Source: ByAI}, nil
}

// ready tells whether the model may be asked now, and how its provider was the last time.
func (s *Service) ready(ctx context.Context, settings *models.AISettings) (*models.AIProvider, Reason, error) {
	switch {
	case !settings.Enabled:
		return nil, SwitchedOff, nil
	case s.provider == nil:
		return nil, NoProvider, nil
	}
	p, err := s.store.AI.Provider(ctx, s.name)
	if err != nil {
		return nil, NoReason, err
	}
	if s.now().Before(p.PausedUntil.Time) {
		if p.State == models.AIBroken {
			return nil, Broken, nil
		}
		return nil, Limited, nil
	}
	return p, NoReason, nil
}

// fallback is the written text.
func (s *Service) fallback(r Request, reason Reason) Result {
	metrics.Wrote(string(ByTemplate), string(reason))
	return Result{Text: r.Fallback, Source: ByTemplate, Reason: reason}
}

// ask lets the model write, and judges what it wrote. The error is the caller's own end.
func (s *Service) ask(ctx context.Context, r Request, provider *models.AIProvider) (string, models.AIOutcome, error) {
	system, user, err := prompt(r)
	if err != nil {
		return "", models.AIOutcome{GiveBack: true}, err
	}
	reply, err := s.complete(ctx, ai.Request{System: system, User: user, MaxTokens: mostTokens})
	if ctx.Err() != nil {
		return "", models.AIOutcome{GiveBack: errors.Is(ctx.Err(), context.Canceled)}, ctx.Err()
	}
	s.noteProvider(ctx, provider, err)
	if err != nil {
		reason, wrote := judge(err)
		slog.WarnContext(ctx, "the language model wrote nothing", "reason", string(reason), "error", err)
		return "", models.AIOutcome{Failed: true, GiveBack: !wrote, Reason: string(reason)}, nil
	}
	text := unquoted(typed.Running(reply.Text))
	if refused, ok := errors.AsType[*wording.Refused](wording.Check(text, r.may(), r.Language)); ok {
		slog.WarnContext(ctx, "the language model's text is refused", "reason", string(refused.Reason), "found", fault.Shorten(refused.Found))
		return "", models.AIOutcome{Refused: true, Tokens: reply.Tokens, Reason: string(refused.Reason)}, nil
	}
	if similar.Repeats(text, r.Earlier) {
		slog.InfoContext(ctx, "the language model's text repeats an earlier one")
		return "", models.AIOutcome{Refused: true, Tokens: reply.Tokens, Reason: string(Repeats)}, nil
	}
	return text, models.AIOutcome{Written: true, Tokens: reply.Tokens}, nil
}

// spare is what a caller keeps of its time for the written text.
const spare = time.Second

// complete asks the model, which gets no more time than the caller can spare: one that is late is no reason for the
// caller to fail.
func (s *Service) complete(ctx context.Context, r ai.Request) (ai.Reply, error) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-spare))
		defer cancel()
	}
	reply, err := s.provider.Complete(ctx, r)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fault.New(fault.Unavailable, ai.TimedOut, "The language model does not answer in time").
			WithRemedy("The written text is used instead").WithCause(err)
	}
	return reply, err
}

// judge says what an error of the provider means, and whether the model may have written something, which costs.
func judge(err error) (reason Reason, wrote bool) {
	switch fault.From(err).Code {
	case ai.TimedOut:
		return Late, true
	case ai.Malformed:
		return Away, true
	case ai.CutOff:
		return TooLong, true
	case ai.Declined:
		return Declined, true
	case ai.Limit:
		return Limited, false
	case ai.KeyRefused, ai.QuotaUsedUp, ai.UnknownModel, ai.Refused:
		return Broken, false
	}
	return Away, false
}

// brokenFor is how long a provider that a person has to mend is left alone: each message waits for it otherwise.
const brokenFor = time.Minute

// noteProvider keeps how the provider is, when that changed or was long ago.
func (s *Service) noteProvider(ctx context.Context, p *models.AIProvider, err error) {
	was, asked := p.State, p.AskedAt
	now := s.now()
	p.State, p.Problem, p.AskedAt, p.PausedUntil = models.AIWorking, nil, models.NewTime(now), models.Time{}
	if err != nil {
		f := fault.From(err)
		problem := &models.Note{Code: f.Code, Message: f.Message, Remedy: f.Remedy}
		switch reason, _ := judge(err); reason {
		case TooLong, Declined: // which say nothing about the provider
		case Broken:
			p.State, p.Problem, p.PausedUntil = models.AIBroken, problem, models.NewTime(now.Add(brokenFor))
		case Limited:
			p.State, p.Problem, p.PausedUntil = models.AIWaiting, problem, models.NewTime(now.Add(f.RetryAfter))
		default: // late or away once is no reason to leave it alone
			p.State, p.Problem = models.AIWaiting, problem
		}
	}
	if p.State == was && p.State == models.AIWorking && now.Sub(asked.Time) < time.Minute {
		return
	}
	if err := s.store.AI.PutProvider(ctx, p); err != nil {
		slog.WarnContext(ctx, "the state of the language model's provider not kept", "error", err)
	}
}

// unquoted takes quotation marks off a text that stands in them as a whole, as models like to answer.
func unquoted(text string) string {
	for _, pair := range []string{`""`, "“”", "„“", "«»"} {
		marks := []rune(pair)
		runes := []rune(text)
		if n := len(runes); n > 2 && runes[0] == marks[0] && runes[n-1] == marks[1] && !strings.ContainsAny(string(runes[1:n-1]), pair) {
			return typed.Running(string(runes[1 : n-1]))
		}
	}
	return text
}
