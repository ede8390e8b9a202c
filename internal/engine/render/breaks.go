package render

import "unicode"

// Where a line may break inside what stands between spaces: the rules of UAX #14 (Unicode 16) for the
// scripts that are drawn. The names of the classes are its own; the browser's twin is breaks.js.

// lineBreak says whether a line may break after a unit.
type lineBreak uint8

const (
	breakNever lineBreak = iota
	breakPlain
	breakHyphen // at a soft hyphen: a hyphen is drawn there
)

// Code points that say where a line may break or may not; they are never drawn.
const (
	softHyphen     = '\u00AD'
	zeroWidthSpace = '\u200B'
	wordJoiner     = '\u2060'
)

func isBreakHint(r rune) bool { return r == softHyphen || r == zeroWidthSpace || r == wordJoiner }

type breakClass uint8

const (
	classAL breakClass = iota // letters, and all signs that behave like them
	classNU                   // digits
	classID                   // emoji
	classBA                   // break after: hyphens and dashes
	classHY                   // the hyphen of keyboards
	classB2                   // break before and after: the long dash
	classSY                   // slash
	classIS                   // comma, full stop
	classEX                   // ! and ?
	classOP                   // opening brackets
	classCL                   // closing brackets
	classCP                   // ) and ]
	classQU                   // quotes
	classGL                   // no-break spaces and hyphens
	classNS                   // signs that begin no line
)

// classes lists the code points that are not letters, digits or emoji.
var classes = map[breakClass]string{
	classBA: "|\u2010\u2012\u2013\u2027\u2056\u058A", classHY: "-", classB2: "\u2014", classSY: "/", classIS: ",.:;",
	classEX: "!?", classOP: "([{\u00A1\u00BF\u201A\u201E", classCL: "}\u3001\u3002", classCP: ")]",
	classQU: "\"'\u00AB\u00BB\u2018\u2019\u201B\u201C\u201D\u201F\u2039\u203A", classGL: "\u00A0\u2007\u2011\u202F",
	classNS: "\u203C\u203D\u2047\u2048\u2049\u2026\u2025\u2024",
}

var classByCode = func() map[rune]breakClass {
	out := map[rune]breakClass{}
	for class, codes := range classes {
		for _, r := range codes {
			out[r] = class
		}
	}
	return out
}()

func classOf(r rune) breakClass {
	if class, ok := classByCode[r]; ok {
		return class
	}
	if unicode.Is(unicode.Nd, r) {
		return classNU
	}
	return classAL
}

// breaker adds units to a text and says of each whether a line may break after it.
type breaker struct {
	units  *[]unit
	inside bool       // a unit came since the last space
	class  breakClass // of the last unit
	first  bool       // the last unit began the word
	hints  struct{ soft, zero, joined bool }
}

// reset begins a word.
func (b *breaker) reset() { *b = breaker{units: b.units} }

// hint takes a code point that isn't drawn.
func (b *breaker) hint(r rune) {
	switch r {
	case softHyphen:
		b.hints.soft = true
	case zeroWidthSpace:
		b.hints.zero = true
	case wordJoiner:
		b.hints.joined = true
	}
}

// add appends a unit.
func (b *breaker) add(u unit, class breakClass) {
	if b.inside {
		(*b.units)[len(*b.units)-1].after = b.between(class)
	}
	*b.units = append(*b.units, u)
	b.first, b.inside, b.class = !b.inside, true, class
	b.hints.soft, b.hints.zero, b.hints.joined = false, false, false
}

// between says whether a line may break before a unit of a class, after the last one.
func (b *breaker) between(next breakClass) lineBreak {
	switch {
	case b.hints.zero:
		return breakPlain // LB8
	case b.hints.joined:
		return breakNever // LB11
	}
	switch next {
	case classCL, classCP, classEX, classIS, classSY, classQU, classBA, classHY, classNS:
		return breakNever // LB13, LB19, LB21, LB22
	}
	if b.hints.soft {
		return breakHyphen // a soft hyphen is BA
	}
	if next == classGL && b.class != classBA && b.class != classHY {
		return breakNever // LB12a
	}
	switch b.class {
	case classGL, classOP, classQU:
		return breakNever // LB12, LB14, LB19
	case classB2:
		if next == classB2 {
			return breakNever // LB17
		}
		return breakPlain
	case classHY:
		if next == classNU || b.first && next == classAL {
			return breakNever // LB25, LB20a
		}
		return breakPlain
	case classBA:
		if b.first && next == classAL {
			return breakNever // LB20a
		}
		return breakPlain
	case classSY:
		if next == classNU {
			return breakNever // LB25
		}
		return breakPlain
	case classIS:
		if next == classAL || next == classNU {
			return breakNever // LB25, LB29
		}
		return breakPlain
	case classEX, classCL, classNS, classID:
		return breakPlain // LB31
	}
	if next == classB2 || next == classID {
		return breakPlain // LB31
	}
	return breakNever // LB23 to LB30: letters, digits and signs among themselves
}
