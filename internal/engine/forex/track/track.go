// Package track is a record of signals that can be checked (F11): a chain of entries, each of which names the hash
// of the one before, made when it happened. Whoever has the record finds what was changed, removed, inserted or
// reordered; whoever kept the head of an earlier day finds a chain that was cut or rewritten as a whole.
package track

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// Kind is what an entry tells.
type Kind string

// Kinds of entries.
const (
	Begun     Kind = "begun"     // of the record: the first entry, with the pip size
	Proposed  Kind = "proposed"  // a signal waits for approval
	Rejected  Kind = "rejected"  // somebody said no
	Lapsed    Kind = "lapsed"    // nobody said anything in time
	Opened    Kind = "opened"    // a signal is live
	Posted    Kind = "posted"    // its message is in the channel
	Milestone Kind = "milestone" // something happened to it
	Edited    Kind = "edited"    // somebody changed its levels
	Cancelled Kind = "cancelled" // it was withdrawn before it was live
	Resized   Kind = "resized"   // another pip size from now on
	Ended     Kind = "ended"     // of the record: the last entry
)

// Entry is one line of the record. Its text, as it was written first, is what is hashed; so the text is kept, and the
// entry is what it says.
type Entry struct {
	Seq  int64     `json:"seq"` // 1 is the first
	At   time.Time `json:"at"`
	Kind Kind      `json:"kind"`
	// Signal is the number of the signal; 0 for entries of the record itself.
	Signal int64 `json:"signal,omitempty"`
	Data
	// Prev is the hash of the entry before, Origin for the first.
	Prev string `json:"prev"`
}

// Data is what an entry tells, by its kind.
type Data struct {
	Strategy  string              `json:"strategy,omitempty"`  // of Proposed and Opened
	Simulated bool                `json:"simulated,omitempty"` // of Opened: on a market that is made up
	Symbol    string              `json:"symbol,omitempty"`    // of Opened
	Entry     *pip.Price          `json:"entry,omitempty"`     // of Opened: the price at which it began
	OpenedAt  int64               `json:"opened_at,omitempty"` // of Opened: when that was the price, Unix seconds
	Plan      *position.Plan      `json:"plan,omitempty"`      // of Proposed and Opened
	Milestone *position.Milestone `json:"milestone,omitempty"`
	// Old and New are the levels before and after an edit.
	Old     *Levels   `json:"old,omitempty"`
	New     *Levels   `json:"new,omitempty"`
	Chat    string    `json:"chat,omitempty"`     // of Posted: the channel's name
	Message int64     `json:"message,omitempty"`  // of Posted: its number there
	By      string    `json:"by,omitempty"`       // a person's name: no longer written, since nothing of a record can be taken back
	Reason  string    `json:"reason,omitempty"`   // why, where somebody said so
	PipSize *pip.Size `json:"pip_size,omitempty"` // of Begun and Resized
	Name    string    `json:"name,omitempty"`     // of Begun: who publishes the record
}

// Levels are a signal's stop and the targets that were not hit yet.
type Levels struct {
	Stop    pip.Price         `json:"stop"`
	Targets []position.Target `json:"targets"`
}

// Origin stands for the hash before the first entry.
var Origin = strings.Repeat("0", 2*sha256.Size)

// Hash is the hash of an entry's text: SHA-256, in hex.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Text writes an entry. Time is cut to whole seconds: the market's.
func (e Entry) Text() (string, error) {
	e.At = e.At.UTC().Truncate(time.Second)
	text, err := json.Marshal(e)
	return string(text), err
}

// Record is a whole record as it is published.
type Record struct {
	Format  int      `json:"format"`
	Entries []string `json:"entries"` // texts, the first one first
	Head    string   `json:"head"`    // the hash of the last
	Figures Figures  `json:"figures"`
}

// Format is the version of the record's form.
const Format = 1

// broken says what is wrong with a record; seq is where.
func broken(seq int64, format string, args ...any) error {
	return fault.New(fault.Invalid, brokenCode, "Entry %d: %s", seq, fmt.Sprintf(format, args...))
}

// IsBroken reports whether an error says what is wrong with the entries of a record.
func IsBroken(err error) bool { return err != nil && fault.From(err).Code == brokenCode }

const brokenCode = "record_broken"

// Name is who publishes the record, as its first entry says; empty when that can't be read.
func (r *Record) Name() string {
	var first Entry
	if len(r.Entries) == 0 || json.Unmarshal([]byte(r.Entries[0]), &first) != nil {
		return ""
	}
	return first.Name
}

// Check recomputes the chain, what happened to each signal, and the figures. The error names the first entry that is
// wrong, and why.
func (r *Record) Check() (Figures, error) {
	if r.Format != Format {
		return Figures{}, fault.New(fault.Invalid, "record_format", "The record has the form %d, and this program reads %d", r.Format, Format)
	}
	figures, hash, err := Sum(r.Entries)
	if err != nil {
		return Figures{}, err
	}
	if hash != r.Head {
		return Figures{}, broken(int64(len(r.Entries)), "it was changed, or entries after it are missing: the head is another one")
	}
	if figures != r.Figures {
		return figures, fault.New(fault.Invalid, "record_figures", "The figures are not those of the entries: %s, not %s", figures, r.Figures)
	}
	return figures, nil
}

// Sum recomputes the chain of entries and what happened to each signal: the figures, and the head.
func Sum(entries []string) (figures Figures, head string, err error) {
	book := newBook()
	hash := Origin
	for i, text := range entries {
		seq := int64(i + 1)
		var e Entry
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return Figures{}, "", broken(seq, "it can't be read")
		}
		if same, err := e.Text(); err != nil || same != text { // one form alone, so that everybody reads the same
			return Figures{}, "", broken(seq, "it is not written as entries are")
		}
		switch {
		case e.Seq != seq:
			return Figures{}, "", broken(seq, "it says that it is number %d: entries were removed, inserted or reordered", e.Seq)
		case e.Prev != hash && i > 0:
			return Figures{}, "", broken(seq-1, "it was changed, or stands in a wrong place: the entry after it names another hash")
		case e.Prev != hash:
			return Figures{}, "", broken(seq, "entries before it are missing")
		}
		if err := book.add(&e); err != nil {
			return Figures{}, "", err
		}
		hash = Hash(text)
	}
	if len(entries) == 0 {
		return Figures{}, "", broken(1, "it is missing: a record has a beginning")
	}
	return book.figures(), hash, nil
}

// KeptHead is the hash of an entry, or at least the first 16 hex digits of it, as ParseHead reads it.
type KeptHead string

// ParseHead reads a head that somebody kept: all of its hex digits, or at least the first 16.
func ParseHead(text string) (KeptHead, error) {
	head := typed.Lower(typed.Clean(text))
	if strings.Trim(head, "0123456789abcdef") != "" {
		return "", fault.InvalidField("head", "head", "Must be hex digits alone, 0 to 9 and a to f, without the dots of one that was cut: %q is none", fault.Shorten(text))
	}
	if len(head) < shortest || len(head) > 2*sha256.Size {
		return "", fault.InvalidField("head", "head", "Must have %d hex digits, or at least the first %d of them, and has %d", 2*sha256.Size, shortest, len(head))
	}
	return KeptHead(head), nil
}

// Has says which entry a head belongs to that somebody kept. ok is false for a chain that was cut before it, or
// rewritten as a whole.
func (r *Record) Has(head KeptHead) (seq int64, ok bool) {
	for i, text := range r.Entries {
		if strings.HasPrefix(Hash(text), string(head)) {
			return int64(i + 1), true
		}
	}
	return 0, false
}

// shortest is how much of a head is enough to be sure, in hex digits.
const shortest = 16
