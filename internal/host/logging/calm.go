package logging

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// quietFor is how long further lines about the same outage are only counted.
const quietFor = time.Minute

// calm keeps an outage from filling the log: of warnings that say the same about a service that is away, one line a
// minute comes through, with the number of those that it stands for.
type calm struct {
	next slog.Handler
	told *told
}

type told struct {
	mu    sync.Mutex
	lines map[string]*outage
}

type outage struct {
	at      time.Time
	further int
}

func newCalm(next slog.Handler) slog.Handler { return calm{next, &told{lines: map[string]*outage{}}} }

// Enabled implements slog.Handler.
func (c calm) Enabled(ctx context.Context, level slog.Level) bool { return c.next.Enabled(ctx, level) }

// WithAttrs implements slog.Handler.
func (c calm) WithAttrs(attrs []slog.Attr) slog.Handler { return calm{c.next.WithAttrs(attrs), c.told} }

// WithGroup implements slog.Handler.
func (c calm) WithGroup(name string) slog.Handler { return calm{c.next.WithGroup(name), c.told} }

// Handle implements slog.Handler.
func (c calm) Handle(ctx context.Context, r slog.Record) error {
	if about := outageOf(r); about != "" {
		further, speak := c.told.about(r.Message+" "+about, r.Time)
		if !speak {
			return nil
		}
		if further > 0 {
			r = r.Clone()
			r.AddAttrs(slog.Int("further", further))
		}
	}
	return c.next.Handle(ctx, r)
}

// about notes a line, and reports whether it is to be written, and for how many earlier ones it stands.
func (t *told) about(what string, at time.Time) (further int, speak bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.lines[what]
	if o == nil {
		o = &outage{}
		t.lines[what] = o
	}
	if at.Sub(o.at) < quietFor {
		o.further++
		return 0, false
	}
	further = o.further
	o.at, o.further = at, 0
	return further, true
}

// outageOf is the code of the outage that a warning is about; empty if it is about none.
func outageOf(r slog.Record) string {
	if r.Level < slog.LevelWarn {
		return ""
	}
	code, status := "", int64(0)
	r.Attrs(func(a slog.Attr) bool {
		switch v := a.Value.Any().(type) {
		case error:
			if e := fault.From(v); e.Kind == fault.Unavailable {
				code, status = e.Code, http.StatusServiceUnavailable
			}
		case string:
			if a.Key == "code" {
				code = v
			}
		case int64:
			if a.Key == "status" {
				status = v
			}
		}
		return true
	})
	if status != http.StatusServiceUnavailable {
		return ""
	}
	return code
}
