package journey

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/promostack/promostack/internal/base/tagname"
	typed "github.com/promostack/promostack/internal/base/text"
)

// value is what a name stands for in texts and rules: a variable, else what is known of the person.
func (w *walk) value(name string) string {
	if v, ok := w.Variables[name]; ok {
		return v
	}
	p := w.person
	switch name {
	case "first_name":
		return p.FirstName
	case "last_name":
		return p.LastName
	case "username":
		return p.Username
	case "language":
		return p.Language
	case "source":
		return p.Source
	case "tags":
		return strings.Join(p.Tags, ", ")
	}
	return ""
}

// known are the names that need no variable.
var known = []string{"first_name", "last_name", "username", "language", "source", "tags", "timezone"}

// holds tells whether a condition is true; one without rules is.
func (w *walk) holds(s *Step) bool {
	if len(s.Rules) == 0 {
		return true
	}
	if s.RuleMatch == "any" {
		return slices.ContainsFunc(s.Rules, w.rule)
	}
	return !slices.ContainsFunc(s.Rules, func(r Rule) bool { return !w.rule(r) })
}

func (w *walk) rule(r Rule) bool {
	switch r.Op {
	case HasTag:
		return w.tagged(r.Value)
	case LacksTag:
		return !w.tagged(r.Value)
	}
	v := w.value(r.Variable)
	switch r.Op {
	case Equals:
		return same(v, r.Value)
	case NotEquals:
		return !same(v, r.Value)
	case Includes:
		part := typed.Fold(r.Value)
		return part != "" && strings.Contains(typed.Fold(v), part)
	case Greater, Less:
		a, ok := readNumber(v)
		b, ok2 := readNumber(r.Value)
		return ok && ok2 && (r.Op == Greater && a > b || r.Op == Less && a < b)
	case Exists:
		return !typed.IsBlank(v)
	case Missing:
		return typed.IsBlank(v)
	}
	return false
}

func same(a, b string) bool {
	if typed.Equal(a, b) {
		return true
	}
	x, ok := readNumber(a)
	y, ok2 := readNumber(b)
	return ok && ok2 && x == y
}

func (w *walk) tagged(name string) bool {
	name, _ = tagname.Clean(name)
	return slices.ContainsFunc(w.person.Tags, func(have string) bool { have, _ = tagname.Clean(have); return have == name })
}

// retag changes the tags that rules of this walk see; the host changes those of the person.
func (w *walk) retag(add, remove []string) {
	w.person.Tags = slices.DeleteFunc(w.person.Tags, func(have string) bool { have, _ = tagname.Clean(have); return slices.Contains(remove, have) })
	for _, t := range add {
		if !w.tagged(t) {
			w.person.Tags = append(w.person.Tags, t)
		}
	}
}

// arm chooses one of a split's by the conversation's seed and the step: a person who comes by again
// goes the same way.
func arm(s *Step, seed uint64) int {
	total := uint64(0)
	for _, a := range s.Arms {
		total += uint64(max(0, a.Weight))
	}
	if total == 0 {
		return -1
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s.ID)) // never fails
	at := mix(seed^mix(h.Sum64())) % total
	for i, a := range s.Arms {
		weight := uint64(max(0, a.Weight))
		if at < weight {
			return i
		}
		at -= weight
	}
	return -1
}

// mix is splitmix64's: each bit of the input moves half of the output's.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

var (
	plainNumber   = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?$`)
	commaGroups   = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$`)
	pointGroups   = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+$|^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}$`)
	swapSeparator = strings.NewReplacer(",", ".", ".", "")
)

// readNumber reads a decimal as people write them: with a point or a comma, with spaces, or with
// thousands in groups.
func readNumber(text string) (float64, bool) {
	text = typed.Clean(text)
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return digit(r)
	}, text)
	switch {
	case len(text) > 32:
		return 0, false
	case commaGroups.MatchString(text):
		text = strings.ReplaceAll(text, ",", "")
	case pointGroups.MatchString(text):
		text = swapSeparator.Replace(text)
	case plainNumber.MatchString(text):
		text = strings.Replace(text, ",", ".", 1)
	default:
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// digit makes a Latin digit of those that keyboards of other scripts write.
func digit(r rune) rune {
	for _, zero := range []rune{0x660, 0x6f0, 0x966, 0x9e6, 0xff10} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	if r == '−' || r == '－' {
		return '-'
	}
	return r
}

func writeNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
