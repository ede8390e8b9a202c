package track

import (
	"fmt"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// Figures are what a record comes to. Signals that are still open count in Open alone, those on a made-up market too.
type Figures struct {
	Signals int      `json:"signals"` // that were opened
	Open    int      `json:"open"`
	Wins    int      `json:"wins"`
	Draws   int      `json:"draws"`
	Losses  int      `json:"losses"`
	Unused  int      `json:"unused"` // proposed, and rejected, left to lapse or cancelled
	Pips    pip.Pips `json:"pips"`
	R       pip.R    `json:"r"`
}

func (f Figures) String() string {
	return fmt.Sprintf("%d signals, %d won, %d lost, %s pips, %s R", f.Signals, f.Wins, f.Losses, f.Pips, f.R)
}

// book follows what happens to each signal of a record.
type book struct {
	size    pip.Size
	ended   bool
	signals map[int64]*line
	sum     Figures
}

// line is a signal in the book.
type line struct {
	proposed bool
	closed   bool
	position *position.Position // nil before it is opened
	size     pip.Size           // that counts for it: the one when it was opened
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
	switch e.Kind {
	case Begun, Resized:
		if e.PipSize == nil || *e.PipSize <= 0 {
			return broken(e.Seq, "it has no pip size")
		}
		b.size = *e.PipSize
		return nil
	case Ended:
		b.ended = true
		return nil
	}
	if e.Signal < 1 {
		return broken(e.Seq, "it names no signal")
	}
	s := b.signals[e.Signal]
	if s == nil {
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
		if s.proposed {
			return broken(e.Seq, "signal %d was proposed before", e.Signal)
		}
		s.proposed = true
	case Rejected, Lapsed, Cancelled:
		s.closed = true
		b.sum.Unused++
	case Opened:
		if e.Plan == nil || e.Entry == nil {
			return broken(e.Seq, "it has no plan or no entry")
		}
		opened, err := position.Open(*e.Plan, e.At.Unix(), *e.Entry)
		if err != nil {
			return broken(e.Seq, "%s", err)
		}
		s.position, s.size = &opened, b.size
		b.sum.Signals++
		b.sum.Open++
	case Edited:
		if e.Old == nil || e.New == nil || e.Old.Stop != s.position.Stop {
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
	if err := s.position.Take(*e.Milestone); err != nil {
		return broken(e.Seq, "%s", err)
	}
	if s.position.Left > 0 {
		return nil
	}
	s.closed = true
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
