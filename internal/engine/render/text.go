package render

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// problem is why a text can't be drawn.
type problem struct{ code, message string }

// maxTextBytes bounds what is looked at before anything else is done with a value.
const maxTextBytes = 16 << 10

// unit is what is placed as one: a letter, an emoji, a space or a forced line end.
type unit struct {
	kind    unitKind
	code    rune // of a letter
	face    *face
	glyph   *glyph
	emoji   string
	advance int64 // 1/32768 em
	after   lineBreak
}

type unitKind uint8

const (
	unitGlyph unitKind = iota
	unitEmoji
	unitSpace
	unitNewline
)

// An emoji is a square of 1.125 em that begins 0.925 em above the base line.
const (
	emojiSide  = 36864
	emojiAbove = 30310
)

// checkText refuses what no text may hold: bytes that aren't UTF-8 and control characters other
// than tabs and line ends.
func checkText(s string) *problem {
	if !utf8.ValidString(s) {
		return &problem{"invalid_text", "Isn't valid text"}
	}
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\v' && r != '\f' || r >= 0x7F && r < 0xA0 && r != 0x85 {
			return &problem{"control_character", fmt.Sprintf("Contains the control character U+%04X", r)}
		}
	}
	return nil
}

// part is a piece of a layer's text. What is verbatim keeps its letter case: a coupon code is drawn as it was
// checked.
type part struct {
	text     string
	verbatim bool
}

// normalize brings checked texts to NFC with “\n” as their only line end and “ ” as their only
// breaking space, drops what is never seen, and applies the layer's letter case.
func normalize(parts []part, letterCase string, c *caser) []rune {
	var s string
	for _, p := range parts {
		if composed := norm.NFC.String(p.text); p.verbatim {
			s += composed
		} else {
			s += c.apply(composed, letterCase)
		}
	}
	out := make([]rune, 0, len(s))
	var last rune
	for _, r := range s {
		switch {
		case r == '\n' && last == '\r':
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			out = append(out, '\n')
		case isSpace(r):
			out = append(out, ' ')
		case isInvisible(r) && !isBreakHint(r):
		default:
			out = append(out, r)
		}
		last = r
	}
	return out
}

// isSpace tells the spaces at which a line may break. The no-break spaces are letters.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', 0x1680, 0x205F, 0x3000:
		return true
	case 0x2007:
		return false
	}
	return r >= 0x2000 && r <= 0x200A
}

// isInvisible tells what is never seen: soft hyphens, zero-width characters but the joiner (emoji
// sequences need it), marks of writing direction, byte order marks.
func isInvisible(r rune) bool {
	return r == 0xAD || r == 0x34F || r == 0x200B || r == 0x200C || r == 0x200E || r == 0x200F ||
		r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F || r == 0xFEFF
}

// isJoiner tells what may be left over from an emoji sequence that has no picture of its own.
func isJoiner(r rune) bool {
	return r == 0x200D || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0000 && r <= 0xE0FFF
}

// shapedScripts are the blocks of scripts that need shaping, reordering or right-to-left order,
// which the layout doesn't do; such text is refused and never drawn wrong.
var shapedScripts = [][2]rune{
	{0x0590, 0x08FF}, {0x0900, 0x109F}, {0x1100, 0x11FF}, {0x1700, 0x18AF}, {0x1900, 0x1C7F}, {0x1CC0, 0x1CFF},
	{0xA800, 0xA82F}, {0xA840, 0xA8FF}, {0xA900, 0xA92F}, {0xA930, 0xAADF}, {0xAAE0, 0xAAFF}, {0xABC0, 0xABFF},
	{0xA960, 0xA97F}, {0xD7B0, 0xD7FF}, {0xFB1D, 0xFDFF}, {0xFE70, 0xFEFE}, {0x10800, 0x10FFF}, {0x11000, 0x11FFF},
	{0x1E800, 0x1EFFF},
}

func needsShaping(r rune) bool {
	if r < 0x0590 {
		return false
	}
	for _, s := range shapedScripts {
		if r >= s[0] && r <= s[1] {
			return true
		}
	}
	return false
}

// drawable tells whether the layout ever places this code point by itself.
func drawable(r rune) bool {
	return !needsShaping(r) && !unicode.Is(unicode.M, r) && !isInvisible(r) && !isJoiner(r) && (r < 0x7F || r >= 0xA0)
}

// prepared is a text as units, and the first letter that the layer's font lacks; 0 for none.
type prepared struct {
	units []unit
	lacks rune
}

// prepare turns checked texts in a language into the units of one text, or says why it can't be drawn with the
// layer's font.
func prepare(fonts *FontSet, emoji *Emoji, l *Layer, language string, parts ...part) (prepared, *problem) {
	primary := fonts.face(l.Font, l.Weight)
	if primary == nil {
		return prepared{}, &problem{"unknown_font", fmt.Sprintf("There is no font “%s” of weight %d", l.Font, l.Weight)}
	}
	text := normalize(parts, l.Case, newCaser(language, func(r rune) bool { return primary.find(r) != nil }))
	out := prepared{units: make([]unit, 0, len(text))}
	breaks := breaker{units: &out.units}
	for i := 0; i < len(text); {
		r := text[i]
		if r == ' ' || r == '\n' {
			out.units = append(out.units, spaceUnit(primary, r))
			breaks.reset()
			i++
			continue
		}
		if m := emoji.match(text[i:]); m.node != nil && (!m.asLetter() || primary.find(r) == nil) {
			breaks.add(unit{kind: unitEmoji, emoji: m.node.key, advance: emojiSide}, classID)
			i += m.length
			continue
		}
		i++
		if isBreakHint(r) {
			breaks.hint(r)
			continue
		}
		if isJoiner(r) {
			continue
		}
		if p := refuse(r); p != nil {
			return prepared{}, p
		}
		f := primary.find(r)
		if f == nil {
			return prepared{}, &problem{"no_glyph", fmt.Sprintf("The fonts have no letter for “%c” (U+%04X)", r, r)}
		}
		if f != primary && out.lacks == 0 {
			out.lacks = r
		}
		breaks.add(unit{kind: unitGlyph, code: r}, classOf(r))
	}
	return out, setFaces(primary, out.units)
}

// setFaces gives each letter its face. The letters of a word are of one face: the layer's own, or its
// fallback when that lacks one of them. Signs come from the other face alone.
func setFaces(primary *face, units []unit) *problem {
	for from := 0; from < len(units); {
		to := from
		for to < len(units) && units[to].kind != unitSpace && units[to].kind != unitNewline {
			to++
		}
		f := primary
		if lettersLack(f, units[from:to]) != 0 && primary.fallback != nil {
			f = primary.fallback
			if r := lettersLack(f, units[from:to]); r != 0 {
				return &problem{"no_glyph", fmt.Sprintf("No font has all letters of the word with “%c” (U+%04X)", r, r)}
			}
		}
		for i := from; i < to; i++ {
			u := &units[i]
			if u.kind != unitGlyph {
				continue
			}
			if u.face = f; f.glyph(u.code) == nil {
				u.face = primary.find(u.code)
			}
			u.glyph = u.face.glyph(u.code)
			u.advance = u.glyph.advance
		}
		from = to + 1
	}
	return nil
}

// lettersLack is the first letter or digit that a face lacks, or 0.
func lettersLack(f *face, units []unit) rune {
	for _, u := range units {
		if u.kind == unitGlyph && (unicode.IsLetter(u.code) || unicode.IsNumber(u.code)) && f.glyph(u.code) == nil {
			return u.code
		}
	}
	return 0
}

func refuse(r rune) *problem {
	if needsShaping(r) {
		return &problem{"unsupported_script", fmt.Sprintf("The script of “%c” (U+%04X) isn't supported yet", r, r)}
	}
	if unicode.Is(unicode.M, r) {
		return &problem{"unsupported_script", fmt.Sprintf("The combining mark U+%04X isn't supported here", r)}
	}
	return nil
}

func spaceUnit(f *face, r rune) unit {
	if r == '\n' {
		return unit{kind: unitNewline}
	}
	if g := f.glyph(' '); g != nil {
		return unit{kind: unitSpace, advance: g.advance}
	}
	return unit{kind: unitSpace, advance: emUnits / 4}
}

// find returns this face or its fallback, whichever has the letter; nil when none has.
func (f *face) find(r rune) *face {
	if f.glyph(r) != nil {
		return f
	}
	if f.fallback != nil && f.fallback.glyph(r) != nil {
		return f.fallback
	}
	return nil
}
