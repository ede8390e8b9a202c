package track

import (
	"fmt"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// Figures are what a record comes to. What is still open counts in Signals and Open alone, and signals on a made-up
// market count in Simulated alone.
type Figures struct {
	Signals   int      `json:"signals"` // that were opened
	Open      int      `json:"open"`
	Wins      int      `json:"wins"`
	Draws     int      `json:"draws"`
	Losses    int      `json:"losses"`
	Unused    int      `json:"unused"` // proposed, and rejected, left to lapse or cancelled
	Pips      pip.Pips `json:"pips"`
	R         pip.R    `json:"r"`
	Simulated int      `json:"simulated"`
}

func (f Figures) String() string {
	text := fmt.Sprintf("%d signals, %d won, %d lost, %d open, %s pips, %s R", f.Signals, f.Wins, f.Losses, f.Open, f.Pips, f.R)
	if f.Simulated > 0 {
		text += fmt.Sprintf("; %d more on a simulated market", f.Simulated)
	}
	return text
}

// book follows what happens to each signal of a record.
type book struct {
	size    pip.Size
	ended   bool
	at      time.Time // of the entry before
	signals map[int64]*line
	sum     Figures
}

// line is a signal in the book.
type line struct {
	proposed  *position.Plan
	closed    bool
	simulated bool
	last      int64              // when the last milestone happened
	position  *position.Position // nil before it is opened
	size      pip.Size           // that counts for it: the one when it was opened
}

func newBook() *book { return &book{signals: map[int64]*line{}} }

// add counts an entry, or says why it can't be.
func (b *book) add(e *Entry) error {
	if b.ended {
		return broken(e.Seq, "the record ended before")
	}
	if (e.Seq == 1) != (e.Kind == Begun) {
		return broken(e.Seq, "a record begins once, with its first entry")
	}
	if e.At.Before(b.at) {
		return broken(e.Seq, "it says that it was made before the entry before it")
	}
	b.at = e.At
	switch e.Kind {
	case Begun, Resized:
		if e.PipSize == nil || *e.PipSize <= 0 {
			return broken(e.Seq, "it has no pip size")
		}
		b.size = *e.PipSize
		return nil
	case Ended:
		for number, s := range b.signals {
			if !s.closed {
				return broken(e.Seq, "the record ends while signal %d is open", number)
			}
		}
		b.ended = true
		return nil
	}
	if e.Signal < 1 {
		return broken(e.Seq, "it names no signal")
	}
	s := b.signals[e.Signal]
	if s == nil {
		if e.Kind != Proposed && e.Kind != Opened {
			return broken(e.Seq, "signal %d was neither proposed nor opened", e.Signal)
		}
		if e.Signal != int64(len(b.signals)+1) {
			return broken(e.Seq, "signal %d comes before signal %d: one is missing", e.Signal, len(b.signals)+1)
		}
		s = &line{}
		b.signals[e.Signal] = s
	}
	if s.closed && e.Kind != Posted {
		return broken(e.Seq, "signal %d was over before", e.Signal)
	}
	return b.addTo(s, e)
}

func (b *book) addTo(s *line, e *Entry) error {
	if needsLive := e.Kind == Milestone || e.Kind == Edited; e.Kind != Posted && needsLive != (s.position != nil) {
		return broken(e.Seq, "signal %d is not live, or is already", e.Signal)
	}
	switch e.Kind {
	case Proposed:
		if s.proposed != nil || e.Plan == nil {
			return broken(e.Seq, "signal %d was proposed before, or has no plan", e.Signal)
		}
		s.proposed = e.Plan
	case Rejected, Lapsed, Cancelled:
		s.closed = true
		b.sum.Unused++
	case Opened:
		if e.Plan == nil || e.Entry == nil {
			return broken(e.Seq, "it has no plan or no entry")
		}
		if p := s.proposed; p != nil && (p.Side != e.Plan.Side || p.Stop != e.Plan.Stop || !slices.Equal(p.Targets, e.Plan.Targets)) {
			return broken(e.Seq, "signal %d was opened with other levels than it was proposed with", e.Signal)
		}
		if e.OpenedAt <= 0 || e.OpenedAt > e.At.Unix() {
			return broken(e.Seq, "it was opened at no time, or after it was told")
		}
		opened, err := position.Open(*e.Plan, e.OpenedAt, *e.Entry)
		if err != nil {
			return broken(e.Seq, "%s", err)
		}
		s.position, s.size, s.simulated, s.last = &opened, b.size, e.Simulated, opened.Opened
		if s.simulated {
			b.sum.Simulated++
			return nil
		}
		b.sum.Signals++
		b.sum.Open++
	case Edited:
		if e.Old == nil || e.New == nil || e.Old.Stop != s.position.Stop || !slices.Equal(e.Old.Targets, s.position.Plan.Targets[s.position.Hit:]) {
			return broken(e.Seq, "the levels before the edit are not those that stood")
		}
		if err := s.position.Edit(e.New.Stop, e.New.Targets); err != nil {
			return broken(e.Seq, "%s", err)
		}
	case Milestone:
		return b.happened(s, e)
	case Posted:
	default:
		return broken(e.Seq, "%q is no kind of entry", e.Kind)
	}
	return nil
}

// happened takes a milestone over: it must follow from the position as it stood.
func (b *book) happened(s *line, e *Entry) error {
	if e.Milestone == nil {
		return broken(e.Seq, "it has no milestone")
	}
	if at := e.Milestone.At; at < s.last || at > e.At.Unix() {
		return broken(e.Seq, "what it tells happened before what was told already, or after it was told")
	}
	s.last = e.Milestone.At
	if err := s.position.Take(*e.Milestone); err != nil {
		return broken(e.Seq, "%s", err)
	}
	if s.position.Left > 0 {
		return nil
	}
	s.closed = true
	if s.simulated {
		return nil
	}
	b.sum.Open--
	result := s.position.Result(s.size, 0)
	b.sum.Pips += result
	b.sum.R += s.position.R(0)
	switch {
	case result > 0:
		b.sum.Wins++
	case result < 0:
		b.sum.Losses++
	default:
		b.sum.Draws++
	}
	return nil
}

func (b *book) figures() Figures { return b.sum }
